// Events per simulated minute: what the server saw before this page, and what has come since.
import { signal } from '@preact/signals'
import type { EventRates } from '../../messages.ts'

export type RateBar = { minute: number; events: number }

const MINUTE_MS = 60_000
const KEPT = 24 * 60

/** Differences of the ledger's total `produced`, put into the sim minute in which they were seen. */
export class Rates {
  /** Seen by this page: after `past`. */
  readonly bars = signal<RateBar[]>([])
  /** Whole spans from the server; null before they were asked for. */
  readonly past = signal<EventRates | null>(null)
  #last: { at: number; produced: number } | null = null

  /** `at` sim time in ms; `produced` the total so far. */
  put(at: number, produced: number): void {
    const last = this.#last
    if (last && produced >= last.produced && at > last.at) {
      const events = produced - last.produced
      this.bars.value = spread(this.bars.value, last.at, at, events).slice(-KEPT)
    }
    if (!last || at > last.at || produced < last.produced) this.#last = { at, produced }
  }

  /** What the server counted takes the place of what this page saw of the same time, or spread over a gap. */
  remember(past: EventRates): void {
    const to = past.from + past.counts.length * past.stepMs
    this.past.value = past
    this.bars.value = this.bars.value.filter(({ minute }) => minute * MINUTE_MS >= to)
  }

  reset(): void {
    this.bars.value = []
    this.past.value = null
    this.#last = null
  }
}

/** Adds `events` to the minutes between `from` and `to`, in proportion to the time that lies in each. */
function spread(bars: RateBar[], from: number, to: number, events: number): RateBar[] {
  const next = bars.slice()
  for (let m = Math.floor(from / MINUTE_MS); m * MINUTE_MS < to; m++) {
    const part = Math.min(to, (m + 1) * MINUTE_MS) - Math.max(from, m * MINUTE_MS)
    const added = (events * part) / (to - from)
    const tail = next.at(-1)
    if (tail?.minute === m) next[next.length - 1] = { minute: m, events: tail.events + added }
    else next.push({ minute: m, events: added })
  }
  return next
}
