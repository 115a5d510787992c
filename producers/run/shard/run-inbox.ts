// What was read from `run` and not looked at yet, in the log's order.
import type { RunFact } from '../../contract/run/run-reader.ts'

export class RunInbox {
  readonly #shard: number
  #facts: RunFact[] = []
  #isCaughtUp = false

  constructor(shard: number) {
    this.#shard = shard
  }

  put(fact: RunFact): void {
    // A run that was over before this process started concerns it no more.
    if (fact.kind === 'descriptor' && !this.#isCaughtUp) this.#facts.length = 0
    this.#facts.push(fact)
  }

  /** Everything that was there at the start has been read: from now on every run concerns it. */
  catchUp(): void {
    this.#isCaughtUp = true
  }

  next(): RunFact | undefined {
    return this.#facts.shift()
  }

  /**
   * Sim ms up to which processes of this shard had the run on the log, as what waits says; null where none of them has
   * begun it, -Infinity where nobody knows. Nobody goes past the horizon, whatever a progress record says.
   */
  progressIn(epoch: number): number | null {
    const facts = this.#facts.filter((fact) => fact.epoch === epoch)
    const own = facts.filter((fact) => this.#isOwnProgress(fact))
    if (own.length === 0) return null
    const reached = own.map((f) => (f.kind === 'progress' ? f.progress.simulatedTo : null))
    const allowed = facts.map((f) => (f.kind === 'horizon' ? f.horizon.h : null))
    return Math.min(latestOf(reached), latestOf(allowed))
  }

  /** Also where somebody wrote nonsense in its place: one of ours may have stood there. */
  #isOwnProgress(fact: RunFact): boolean {
    if (fact.kind === 'progress') return fact.progress.shard === this.#shard
    return (
      fact.kind === 'ignored' && fact.key?.kind === 'progress' && fact.key.shard === this.#shard
    )
  }
}

/** -Infinity of none. */
function latestOf(instants: (string | null)[]): number {
  return Math.max(
    ...instants.map((at) => (at === null ? Number.NEGATIVE_INFINITY : Date.parse(at))),
  )
}
