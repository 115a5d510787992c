// Other conductors on the same log: whether one announced itself later for this run, or began a newer one.
import type { RunFact } from '../../contract/run/run-reader.ts'

export class Rivals {
  /** Ids of the descriptors that this conductor wrote. */
  #own = new Set<string>()
  #newestRun = -1
  #announced = { epoch: -1, term: -1 }

  minted(id: string): void {
    this.#own.add(id)
  }

  notice(fact: RunFact): void {
    if (fact.kind === 'descriptor' && !this.#own.has(fact.id)) {
      this.#newestRun = Math.max(this.#newestRun, fact.epoch)
    }
    if (fact.kind === 'conductor' && fact.epoch >= this.#announced.epoch) {
      this.#announced = { epoch: fact.epoch, term: fact.term }
    }
  }

  /** It conducts now, whoever it is. */
  haveTaken(run: { epoch: number; term: number }): boolean {
    const { epoch, term } = this.#announced
    return this.#newestRun > run.epoch || (epoch === run.epoch && term > run.term)
  }
}
