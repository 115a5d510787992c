// What a recording says besides the events: by kind, in the order of the sim time at which each became so.

import { lowerBound } from '../../infra/lower-bound.ts'
import type { LentRecords } from '../../infra/memory/store.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { createRunReader } from '../../producers/contract/run/run-reader.ts'
import { type Topics, topicNames } from '../../producers/contract/topics.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { Recording } from '../recording/recording.ts'
import { CONTROL_KINDS, type ControlKind } from './control-reader.ts'
import { type ControlSource, openControlSource } from './control-source.ts'
import { ANY_EPOCH, ControlTable } from './control-table.ts'

/** Due at sim time `time` (ms). */
export type TimedRecord = { time: number; record: RecordedRecord }

/** Rows of a kind and when each is due, in that order. */
type KindRows = { rows: Uint32Array; times: Float64Array }

export class ControlBook {
  readonly topics: Topics
  /** Of the newest run in the recording. */
  readonly epoch: number
  readonly descriptor: Descriptor
  /** The run's first record on `run`. */
  readonly first: RecordedRecord
  /** Why the index is not used; null where it is. */
  readonly without: string | null
  readonly #source: ControlSource
  readonly #byKind: Record<ControlKind, KindRows>

  private constructor(topics: Topics, source: ControlSource, run: FirstRecord) {
    this.topics = topics
    this.#source = source
    this.without = source.without
    this.epoch = run.epoch
    this.descriptor = run.descriptor
    this.first = run.record
    this.#byKind = rowsByKind(source.table, run)
  }

  /** By the recording's index, or by its whole track; throws a Problem where it holds no run of a city. */
  static async open(recording: Recording): Promise<ControlBook> {
    const topics = topicNames(recording.manifest.source.prefix)
    const source = await openControlSource(recording)
    const run = await newestRun(topics, source)
    if (run) return new ControlBook(topics, source, run)
    const todo =
      'topics of others and imported files are shown by `info`, proved and exported, not replayed'
    throw new Problem(problemText(recording.folder, 'no run of a city', 'one', todo))
  }

  /** Those of a kind that are due in (after, to], in their order. */
  between(kind: ControlKind, after: number, to: number): Promise<TimedRecord[]> {
    return this.#read(kind, this.#firstAfter(kind, after), this.#firstAfter(kind, to))
  }

  /** The last of a kind that are due up to `to`, at most so many, in their order. */
  newest(kind: ControlKind, to: number, most: number): Promise<TimedRecord[]> {
    const end = this.#firstAfter(kind, to)
    return this.#read(kind, Math.max(0, end - most), end)
  }

  /** Of each key the last that is due up to `to`. */
  newestOfKeys(kind: 'day', to: number): Promise<TimedRecord[]> {
    return this.#readAt(kind, this.#newestOfKeys(kind, to))
  }

  #newestOfKeys(kind: 'day', to: number): number[] {
    const { rows } = this.#byKind[kind]
    const keys = this.#source.table.column('key')
    const newest = new Map<number, number>()
    const end = this.#firstAfter(kind, to)
    for (let i = 0; i < end; i++) newest.set(keys[rows[i]], i)
    return [...newest.values()].sort((a, b) => a - b)
  }

  /**
   * The last readings of windows, at most so many, and of each day the newest that are due up to `to`, as they lie in their
   * topic: each is made when somebody asks for it.
   */
  async lendReadings(to: number, most: number): Promise<LentRecords> {
    const { window, day } = this.#byKind
    const end = this.#firstAfter('window', to)
    const windows = window.rows.subarray(Math.max(0, end - most), end)
    const days = this.#newestOfKeys('day', to).map((place) => day.rows[place])
    return this.#source.lend([...days, ...windows], most)
  }

  /** When the first of a kind is due; Infinity where there is none. */
  firstOf(kind: ControlKind): number {
    return this.#byKind[kind].times[0] ?? Number.POSITIVE_INFINITY
  }

  #firstAfter(kind: ControlKind, time: number): number {
    const { times } = this.#byKind[kind]
    return lowerBound(times.length, (i) => times[i] <= time)
  }

  #read(kind: ControlKind, from: number, to: number): Promise<TimedRecord[]> {
    return this.#readAt(
      kind,
      Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i),
    )
  }

  async #readAt(kind: ControlKind, places: number[]): Promise<TimedRecord[]> {
    if (places.length === 0) return []
    const { rows, times } = this.#byKind[kind]
    const records = await this.#source.read(places.map((i) => rows[i]))
    return records.map((record, i) => ({ time: times[places[i]], record }))
  }
}

type FirstRecord = { epoch: number; descriptor: Descriptor; record: RecordedRecord }

async function newestRun(
  topics: Topics,
  { table, read }: ControlSource,
): Promise<FirstRecord | null> {
  const kind = CONTROL_KINDS.indexOf('descriptor')
  let newest = -1
  const [kinds, epochs] = [table.column('kind'), table.column('epoch')]
  for (let row = 0; row < table.rows; row++) {
    if (kinds[row] !== kind) continue
    if (newest < 0 || epochs[row] >= epochs[newest]) newest = row
  }
  if (newest < 0) return null
  const [record] = await read([newest])
  const fact = createRunReader({ topic: topics.run, report: () => {} }).read(record)
  if (fact?.kind !== 'descriptor') return null
  return { epoch: fact.epoch, descriptor: fact.descriptor, record }
}

function rowsByKind(
  table: ControlTable,
  { epoch, descriptor }: FirstRecord,
): Record<ControlKind, KindRows> {
  const [epochs, kinds, times, plus] = (['epoch', 'kind', 'time', 'plus'] as const).map((name) =>
    table.column(name),
  )
  const isOfRun = (row: number) => epochs[row] === epoch || epochs[row] === ANY_EPOCH
  const counts = new Uint32Array(CONTROL_KINDS.length)
  for (let row = 0; row < table.rows; row++) if (isOfRun(row)) counts[kinds[row]]++
  const parts = ControlTable.parts(descriptor)
  const found = CONTROL_KINDS.map((_, i) => new KindRowsBeing(counts[i]))
  for (let row = 0; row < table.rows; row++) {
    if (isOfRun(row)) found[kinds[row]].add(row, times[row] + parts[plus[row]])
  }
  return Object.fromEntries(CONTROL_KINDS.map((name, i) => [name, found[i].inOrder()])) as Record<
    ControlKind,
    KindRows
  >
}

/** Rows of a kind as they come: nearly all of them in the order of their times. */
class KindRowsBeing {
  readonly #rows: Uint32Array
  readonly #times: Float64Array
  #count = 0
  #isInOrder = true

  constructor(count: number) {
    this.#rows = new Uint32Array(count)
    this.#times = new Float64Array(count)
  }

  add(row: number, time: number): void {
    const i = this.#count++
    if (i > 0 && time < this.#times[i - 1]) this.#isInOrder = false
    this.#rows[i] = row
    this.#times[i] = time
  }

  inOrder(): KindRows {
    const [rows, times] = [this.#rows, this.#times]
    if (this.#isInOrder) return { rows, times }
    const order = Uint32Array.from(rows, (_, i) => i)
    order.sort((a, b) => times[a] - times[b] || a - b)
    return {
      rows: Uint32Array.from(order, (i) => rows[i]),
      times: Float64Array.from(order, (i) => times[i]),
    }
  }
}
