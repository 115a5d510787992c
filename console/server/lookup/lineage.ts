// Where a final comes from: the parts of its topic-partitions, and the newest raw events that one of them was added up from.
import { isoTime } from '../../../infra/time.ts'
import { createPartialReader, partialFault } from '../../../processor/contract/read-partial.ts'
import type { KpiReading } from '../../../processor/contract/types.ts'
import type { Cell } from '../../../producers/contract/records.ts'
import type { Topics } from '../../../producers/contract/topics.ts'
import type { LineagePart, LineageView, RawEvent } from '../../messages.ts'
import type { ShownRun } from '../state/run.ts'
import { parsedObject, type ReverseScan } from './reverse-scan.ts'
import { type LineageQuestion, windowEvents } from './window-events.ts'

const SHOWN_EVENTS = 12

export class Lineage {
  readonly #reverseScan: ReverseScan
  readonly #topics: Topics
  readonly #readPartial = createPartialReader()

  constructor({ reverseScan, topics }: { reverseScan: ReverseScan; topics: Topics }) {
    this.#reverseScan = reverseScan
    this.#topics = topics
  }

  /** Null = too many look-ups wait already. */
  find(run: ShownRun, question: LineageQuestion): Promise<LineageView | null> {
    return this.#reverseScan.queued(() => this.#search(run, question))
  }

  async #search(run: ShownRun, question: LineageQuestion): Promise<LineageView> {
    const { kpi, start, kind, scope } = question
    const end = start + run.descriptor.window
    const notes: string[] = []
    const found = await this.#partsOf(run, question, notes)
    const parts = [...found.values()].filter((p): p is LineagePart => p !== null)
    const most = parts.reduce<LineagePart | null>(
      (a, b) => (a && a.cell[2] >= b.cell[2] ? a : b),
      null,
    )
    const partition = question.partition ?? most?.partition
    const events =
      partition === undefined ? null : await this.#eventsOf(run, question, partition, notes)
    return {
      kpi: kpi.id,
      scope,
      window: { kind, start: isoTime(start), end: isoTime(end) },
      decimals: kpi.measure.decimals,
      parts,
      empty: found.size - parts.length,
      total: totalOf(run, question, isoTime(end)),
      events,
      notes,
    }
  }

  /** By partition; null = its part is there and nothing entered. */
  async #partsOf(run: ShownRun, question: LineageQuestion, notes: string[]) {
    const { kpi, start, kind, scope } = question
    const { epoch, descriptor, city } = run
    const prefix = `${epoch}|${kpi.domain}|`
    const suffix = `|${isoTime(start)}`
    const found = new Map<number, LineagePart | null>()
    const { problem } = await this.#reverseScan.read(
      this.#topics.partial,
      0,
      ({ key, value, offset }) => {
        const name = key?.toString('utf8') ?? ''
        if (!value || !name.startsWith(prefix) || !name.endsWith(suffix)) return
        const got = this.#readPartial({ key, value })
        // What fits nothing is no part; the processor has reported it.
        if (got.fault || partialFault(run.facts, got.value)) return
        const partial = got.value
        const cells = partial.measures[kpi.measure.name]?.[kind] ?? {}
        const cell = scope === city.code ? sumOf(Object.values(cells)) : (cells[scope] ?? null)
        const { partition } = partial
        found.set(partition, cell && { partition, offset: String(offset), cell })
      },
    )
    if (problem) notes.push(problem)
    const lacking = descriptor.partitions - found.size
    if (lacking > 0) {
      notes.push(
        `${this.#topics.partial}: ${found.size} of ${descriptor.partitions} parts of this window are still held; look at a newer one`,
      )
    }
    return new Map([...found].sort(([a], [b]) => a - b))
  }

  async #eventsOf(
    run: ShownRun,
    question: LineageQuestion,
    partition: number,
    notes: string[],
  ): Promise<LineageView['events']> {
    const topic = this.#topics.domain(question.kpi.domain)
    const entered = windowEvents(run, question)
    const list: RawEvent[] = []
    let matched = 0
    const { range, problem } = await this.#reverseScan.read(
      topic,
      partition,
      ({ value, offset }) => {
        if (!value) return
        const event = parsedObject(value)
        const time = event && entered(event)
        if (time === null) return
        matched++
        list.push({ topic, partition, offset: String(offset), time, text: value.toString('utf8') })
        if (list.length > SHOWN_EVENTS) list.shift()
      },
    )
    if (problem) notes.push(problem)
    if (range && matched === 0) {
      notes.push(
        `${topic}/${partition}: none of the window's events in the ${range.to - range.from} newest records, back to offset ${range.from}`,
      )
    }
    return {
      partition,
      read: range ? Number(range.to - range.from) : 0,
      matched,
      list: list.reverse(),
    }
  }
}

function totalOf({ history, readings }: ShownRun, question: LineageQuestion, end: string) {
  const { kpi, kind, scope, start } = question
  const isIt = (r: KpiReading) => r.kpi === kpi.id && r.window.kind === kind && r.window.end === end
  const final =
    kind === 'window'
      ? history.find(kpi.id, start)
      : readings.finals().find(({ reading }) => isIt(reading))?.reading
  return final?.scopes[scope] ?? null
}

function sumOf(cells: Cell[]): Cell | null {
  if (cells.length === 0) return null
  const sum: Cell = [0, cells[0][1] === null ? null : 0, 0]
  for (const [numerator, denominator, n] of cells) {
    sum[0] += numerator
    if (sum[1] !== null) sum[1] += denominator ?? 0
    sum[2] += n
  }
  return sum
}
