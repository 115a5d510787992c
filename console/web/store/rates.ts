// Events per simulated minute since the page was opened, for the bar under the clock.
import { signal } from '@preact/signals'

export type RateBar = { minute: number; events: number }

const MINUTE_MS = 60_000
const KEPT = 24 * 60

export type Rates = ReturnType<typeof createRates>

/** Differences of the ledger's total `produced`, put into the sim minute in which they were seen. */
export function createRates() {
  const bars = signal<RateBar[]>([])
  let last: { at: number; produced: number } | null = null
  return {
    bars,
    /** `at` sim time in ms; `produced` the total so far. */
    put(at: number, produced: number): void {
      if (last && produced >= last.produced && at > last.at) {
        bars.value = spread(bars.value, last.at, at, produced - last.produced).slice(-KEPT)
      }
      if (!last || at > last.at || produced < last.produced) last = { at, produced }
    },
    reset(): void {
      bars.value = []
      last = null
    },
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
