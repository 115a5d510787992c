// Which records besides events go with a slice: what was so in it, and what its readings, alerts and commands rest on.
import { kpiKeys, sourceKey } from '../../processor/contract/keys.ts'
import { runKey } from '../../producers/contract/keys.ts'
import type { CommandResult } from '../../producers/contract/records.ts'
import type { ControlKind } from '../control/control-reader.ts'
import { windowsBack } from '../player/control-at.ts'
import type { ReplayedRun } from '../player/replayed-run.ts'
import type { RecordedRecord } from '../recording/line.ts'
import { type CutSlice, isInSlice } from './slice.ts'

/** What of a topic stays behind is said in the manifest: its offsets have gaps. */
export const LEFT_OUT = 'records of other times'

const ALWAYS = Number.NEGATIVE_INFINITY

export class KeptControl {
  readonly #run: ReplayedRun
  readonly #slice: CutSlice
  readonly #kept = new Set<string>()
  /** Of commands that were answered by then. */
  readonly #commands = new Set<string>()
  readonly #lanes: Map<string, number>

  private constructor(run: ReplayedRun, slice: CutSlice) {
    const { book, positions } = run
    this.#run = run
    this.#slice = slice
    this.#lanes = new Map(positions.lanes.map((lane, i) => [`${lane.topic}/${lane.partition}`, i]))
    this.#kept.add(placeOf(book.first))
  }

  static async of(run: ReplayedRun, slice: CutSlice): Promise<KeptControl> {
    const kept = new KeptControl(run, slice)
    const { book } = run
    for (const [kind, after, to] of await spansOf(run, slice)) {
      for (const { record } of await book.between(kind, after, to)) {
        kept.#kept.add(placeOf(record))
        if (kind === 'result') kept.#commands.add(jsonOf<CommandResult>(record).id)
      }
    }
    // As it stood when the slice began: it is written anew with its next window.
    for (const { record } of await book.newestOfKeys('day', slice.from)) {
      kept.#kept.add(placeOf(record))
    }
    return kept
  }

  keeps(record: RecordedRecord): boolean {
    if (this.#kept.has(placeOf(record))) return true
    const { topic, key, value } = record
    const { topics } = this.#run.book
    if (key === null || value === null) return false
    try {
      if (topic === topics.run) return this.#isPaceOfSlice(record, key.toString())
      if (topic === topics.kpi) return this.#isOfSlice(record, key.toString())
      if (topic === topics.command) return this.#commands.has(key.toString())
      if (topic === topics.late || topic === topics.deadLetter) {
        return this.#isFromSlice(key.toString())
      }
    } catch {
      // Somebody else's bytes are of no time.
    }
    return false
  }

  /** Horizons and progress by the wall time at which they were written. */
  #isPaceOfSlice({ timestamp }: RecordedRecord, text: string): boolean {
    const key = runKey.parse(text)
    if (key?.kind !== 'horizon' && key?.kind !== 'progress') return false
    if (key.epoch !== this.#run.book.epoch) return false
    return timestamp >= this.#slice.start.wall && timestamp <= this.#slice.end.wall
  }

  /** Accounts, and readings of windows that were open. */
  #isOfSlice(record: RecordedRecord, text: string): boolean {
    const key = kpiKeys.parse(text)
    if (key?.epoch !== this.#run.book.epoch) return false
    if (key.kind !== 'ledger' && key.kind !== 'provisional') return false
    const watermark = Date.parse(jsonOf<{ watermark: string }>(record).watermark)
    return watermark > this.#slice.from && watermark <= this.#slice.to
  }

  /** What could not be folded, by the place from which it came. */
  #isFromSlice(text: string): boolean {
    const source = sourceKey.parse(text)
    const lane = source && this.#lanes.get(`${source.topic}/${source.partition}`)
    if (lane === null || lane === undefined) return false
    return isInSlice(this.#slice, lane, { offset: BigInt(source!.offset) })
  }
}

/** By kind, from when (exclusive) to when what became so is kept. */
async function spansOf(
  { book }: ReplayedRun,
  { from, to }: CutSlice,
): Promise<[kind: ControlKind, after: number, to: number][]> {
  const { window, allowedLateness } = book.descriptor
  // What the merge is rebuilt from; an alert may have been opened as late as its window was closed.
  const rebuilt = from - ((await windowsBack(book, from)) + 1) * window - 2 * allowedLateness
  // A window that ends in the slice is in it, although it was closed a little later.
  const closed = to + allowedLateness
  return [
    ...(['run', 'end', 'result', 'incident', 'alert'] as const).map(
      (kind): [ControlKind, number, number] => [kind, ALWAYS, to],
    ),
    ...(['truth', 'partial'] as const).map((kind): [ControlKind, number, number] => [
      kind,
      rebuilt,
      closed,
    ]),
    ...(['window', 'day', 'twin'] as const).map((kind): [ControlKind, number, number] => [
      kind,
      from,
      closed,
    ]),
  ]
}

const placeOf = ({ topic, partition, offset }: RecordedRecord) => `${topic}/${partition}/${offset}`

function jsonOf<T>({ value }: RecordedRecord): T {
  return JSON.parse(value!.toString()) as T
}
