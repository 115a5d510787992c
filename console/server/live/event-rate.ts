// How many events per wall second the processor has read lately, as its ledgers say.
import type { ShownRun } from '../state/run.ts'

/** The rate is measured over this much wall time. */
const RATE_MS = 10_000

export class EventRate {
  #samples: { wall: number; read: number; epoch: number }[] = []

  /** Call it about twice a second. */
  sample({ epoch, ledger }: ShownRun, wall: number): void {
    const read = ledger.read()
    if (this.#samples.some((s) => s.epoch !== epoch)) this.#samples = []
    if (this.#samples.at(-1)?.read === read) return
    this.#samples.push({ wall, read, epoch })
    while (this.#samples.length > 2 && wall - this.#samples[0].wall > RATE_MS) this.#samples.shift()
  }

  /** Between two ledgers of a slow run the last rate stands. */
  perSecond({ clock }: ShownRun, now: number): number {
    if (clock.status() !== 'running') return 0
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (!last || last.wall === first.wall || now - last.wall > 2 * RATE_MS) return 0
    return Math.round((1000 * (last.read - first.read)) / (last.wall - first.wall))
  }
}
