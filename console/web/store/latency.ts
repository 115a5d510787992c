// How long events take to the screen: of each delta its oldest event, from the moment it was meant to be sent to the pixel.
import type { DeltaTimes } from '../../messages.ts'

export const STAGES = ['fold', 'forward', 'draw', 'total'] as const
export type Stage = (typeof STAGES)[number]

/** Upper ends of the histogram's bars, ms; the last bar is open. */
export const BAR_ENDS = [100, 200, 300, 400, 500, 750, 1000, 1500, 2000, 5000]

const KEPT = 600
/** Deltas that wait for the map to draw; more only when it draws no more. */
const MAX_WAITING = 100

export type Quantiles = { p50: number; p95: number; max: number }
export type LatencySummary = {
  n: number
  stages: Record<Stage, Quantiles>
  /** One more than BAR_ENDS. */
  bars: number[]
}

export class Latency {
  /** Hears of each delta that is applied, and again once it is drawn; null while nobody measures. */
  watch: ((stage: 'applied' | 'drawn', times: DeltaTimes) => void) | null = null
  readonly #samples: Record<Stage, number>[] = []
  #waiting: DeltaTimes[] = []

  /** A delta is in the page's state, and not on the screen yet. What was sent ahead of its time says nothing. */
  applied(times: DeltaTimes | null | undefined): void {
    if (!times || times.forwarded < times.sent) return
    this.watch?.('applied', times)
    this.#waiting.push(times)
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift()
  }

  /** The map drew what was applied; `now` on the server's clock. */
  drawn(now: number): void {
    const samples = this.#samples
    for (const times of this.#waiting) {
      const { sent, told, forwarded } = times
      this.watch?.('drawn', times)
      const drawn = Math.max(now, forwarded) // clocks are compared to about a millisecond
      samples.push({
        fold: Math.max(0, told - sent),
        forward: Math.max(0, forwarded - told),
        draw: drawn - forwarded,
        total: drawn - sent,
      })
    }
    this.#waiting = []
    if (samples.length > KEPT) samples.splice(0, samples.length - KEPT)
  }

  summary(): LatencySummary | null {
    const samples = this.#samples
    if (samples.length === 0) return null
    const of = (stage: Stage) => quantiles(samples.map((s) => s[stage]))
    const bars = new Array<number>(BAR_ENDS.length + 1).fill(0)
    for (const { total } of samples) {
      const bar = BAR_ENDS.findIndex((end) => total <= end)
      bars[bar < 0 ? BAR_ENDS.length : bar]++
    }
    const [fold, forward, draw, total] = STAGES.map(of)
    return { n: samples.length, stages: { fold, forward, draw, total }, bars }
  }

  reset(): void {
    this.#samples.length = 0
    this.#waiting = []
  }
}

function quantiles(values: number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]
  return { p50: at(0.5), p95: at(0.95), max: at(1) }
}
