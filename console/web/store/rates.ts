// Events per simulated minute since the page was opened, for the bar under the clock.
import { signal } from '@preact/signals'

export type RateBar = { minute: number; events: number }

const MINUTE_MS = 60_000
const KEPT = 24 * 60

/** Differences of the ledger's total `produced`, put into the sim minute in which they were seen. */
export class Rates {
  readonly bars = signal<RateBar[]>([])
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

  reset(): void {
    this.bars.value = []
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
