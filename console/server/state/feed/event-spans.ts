// How many events each span of a run had, as the ledgers of its tasks told: for pages that were not there.
import type { LedgerReading } from '../../../../processor/contract/types.ts'
import type { EventRates } from '../../../messages.ts'

const MINUTE_MS = 60_000
/** Spans of a whole run, at most. */
const MOST_SPANS = 240

type TaskCount = { at: number; produced: number; knownFrom: number }

export class EventSpans {
  readonly #start: number
  readonly #stepMs: number
  readonly #counts: Float64Array
  readonly #tasks = new Map<string, TaskCount>()

  /** Of a run from `start` to `end` (ms). */
  constructor(start: number, end: number) {
    this.#start = start
    this.#stepMs = Math.max(1, Math.round((end - start) / MINUTE_MS / MOST_SPANS)) * MINUTE_MS
    this.#counts = new Float64Array(Math.max(1, Math.ceil((end - start) / this.#stepMs)))
  }

  /** What a task counts up to its watermark; one that was restored repeats older figures: they are ignored. */
  put({ domain, partition, watermark, produced }: LedgerReading): void {
    const key = `${domain}|${partition}`
    const at = Date.parse(watermark)
    const before = this.#tasks.get(key)
    if (before && (at <= before.at || produced < before.produced)) return
    // Whoever comes to a run that goes on does not know when its first events were.
    const isBeginning = !before && at - this.#start <= this.#stepMs
    const knownFrom = before?.knownFrom ?? (isBeginning ? this.#start : at)
    if (before) this.#spread(before.at, at, produced - before.produced)
    else if (isBeginning) this.#spread(this.#start, at, produced)
    this.#tasks.set(key, { at, produced, knownFrom })
  }

  /** The whole spans that all tasks have passed, from the first that all of them know. */
  view(): EventRates {
    const tasks = [...this.#tasks.values()]
    const from = Math.max(this.#start, ...tasks.map(({ knownFrom }) => knownFrom))
    const to = Math.min(...tasks.map(({ at }) => at))
    const first = Math.ceil((from - this.#start) / this.#stepMs)
    const last = tasks.length === 0 ? first : Math.floor((to - this.#start) / this.#stepMs)
    const counts = [...this.#counts.subarray(first, Math.max(first, last))].map(Math.round)
    return { from: this.#start + first * this.#stepMs, stepMs: this.#stepMs, counts }
  }

  /** In proportion to the time that lies in each span: a tick is shorter than any of them. */
  #spread(from: number, to: number, events: number): void {
    const [begin, end] = [from - this.#start, to - this.#start]
    if (end <= begin) {
      this.#counts[Math.min(this.#counts.length - 1, Math.floor(begin / this.#stepMs))] += events
      return
    }
    const step = this.#stepMs
    for (let i = Math.floor(begin / step); i * step < end && i < this.#counts.length; i++) {
      const part = Math.min(end, (i + 1) * step) - Math.max(begin, i * step)
      this.#counts[i] += (events * part) / (end - begin)
    }
  }
}
