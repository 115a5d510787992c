// The runs whose descriptors were read: what a page lists.
import type { Descriptor } from '../../../producers/contract/records.ts'
import type { RunSummary } from '../../messages.ts'

const MAX_RUNS = 1_000

export class KnownRuns {
  readonly #runs = new Map<number, Omit<RunSummary, 'current'>>()
  #newestEpoch = -1

  /** -1 = there is none. */
  get newestEpoch(): number {
    return this.#newestEpoch
  }

  /** True when it is the newest so far. */
  add(epoch: number, { run, scenario, seed, start }: Descriptor): boolean {
    if (!this.#runs.has(epoch)) this.#runs.set(epoch, { run, epoch, scenario, seed, start })
    if (this.#runs.size > MAX_RUNS) this.#runs.delete(this.#runs.keys().next().value!)
    if (epoch <= this.#newestEpoch) return false
    this.#newestEpoch = epoch
    return true
  }

  newestFirst(): RunSummary[] {
    return [...this.#runs.values()]
      .map((run) => ({ ...run, current: run.epoch === this.#newestEpoch }))
      .sort((a, b) => b.epoch - a.epoch)
  }
}
