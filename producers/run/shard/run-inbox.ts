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

  /** Whether a process of this shard has begun the run before: its marker is among what waits. */
  hasMarker(epoch: number): boolean {
    return this.#facts.some((fact) => fact.epoch === epoch && this.#isOwnProgress(fact))
  }

  /** Also where somebody wrote nonsense in its place: one of ours may have stood there. */
  #isOwnProgress(fact: RunFact): boolean {
    if (fact.kind === 'progress') return fact.progress.shard === this.#shard
    return (
      fact.kind === 'ignored' && fact.key?.kind === 'progress' && fact.key.shard === this.#shard
    )
  }
}
