// How many events per wall second the processor has read lately, as its ledgers say, once that says how the city runs.
import type { ShownRun } from '../state/run.ts'

/** The rate is measured over this much wall time. */
const RATE_MS = 10_000
/** Two halves of it that differ by less are one rate; a census falls from half to half. */
const SETTLED_SHARE = 0.2
/** Whose time passes faster than it was asked for reads a backlog. */
const CATCHING_UP = 1.2

type RateSample = { wall: number; read: number; epoch: number; watermark: number; speed: number }

export class EventRate {
  #samples: RateSample[] = []
  /** A first impression of what only happens at the start would be wrong: from then on the rate is published. */
  #isSettled = false

  /** Call it about twice a second. */
  sample({ epoch, ledger, clock }: ShownRun, wall: number): void {
    const read = ledger.read()
    if (this.#samples.some((s) => s.epoch !== epoch)) {
      this.#samples = []
      this.#isSettled = false
    }
    if (this.#samples.at(-1)?.read === read) return
    const watermark = ledger.slowestWatermark() ?? 0
    this.#samples.push({ wall, read, epoch, watermark, speed: clock.view(wall).speed })
    while (this.#samples.length > 2 && wall - this.#samples[0].wall > RATE_MS) this.#samples.shift()
    this.#isSettled ||= this.#halvesAgree() && !this.#isCatchingUp()
  }

  /** Between two ledgers of a slow run the last rate stands; null = too early to say. */
  perSecond({ clock }: ShownRun, now: number): number | null {
    if (clock.status() !== 'running') return 0
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (!this.#isSettled) return null
    if (!last || last.wall === first.wall || now - last.wall > 2 * RATE_MS) return 0
    return Math.round(rateOf(first, last))
  }

  #isCatchingUp(): boolean {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)!
    const fastest = Math.max(...this.#samples.map(({ speed }) => speed))
    const due = fastest * (last.wall - first.wall)
    return last.watermark - first.watermark > CATCHING_UP * due
  }

  #halvesAgree(): boolean {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)!
    if (last.wall - first.wall < 0.8 * RATE_MS) return false
    const middle = this.#samples.find(({ wall }) => wall >= (first.wall + last.wall) / 2)!
    if (middle === last) return true // a slow run: a ledger every so many seconds
    const [before, after] = [rateOf(first, middle), rateOf(middle, last)]
    return Math.abs(before - after) <= SETTLED_SHARE * Math.max(before, after)
  }
}

const rateOf = (from: RateSample, to: RateSample): number =>
  (1000 * (to.read - from.read)) / (to.wall - from.wall)
