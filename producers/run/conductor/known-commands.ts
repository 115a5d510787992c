// Commands that a conductor has met before: accepted ones by id, of earlier conductors too, and the answers to all of them.
import type { CommandResult } from '../../contract/records.ts'
import type { PastRun } from '../run-history.ts'

const KNOWN_IDS = 10_000

/** In which run it was accepted, when it takes effect there, and where this conductor wrote it. */
export type Acceptance = { epoch: number; effectiveAt: string; offset?: number }

export class KnownCommands {
  #accepted = new Map<string, Acceptance>()
  #results = new Map<string, CommandResult>()

  remember(history: PastRun[]): void {
    for (const { epoch, commands } of history) {
      for (const { id, effectiveAt } of commands) this.#accepted.set(id, { epoch, effectiveAt })
    }
  }

  accept(id: string, acceptance: Acceptance): void {
    this.#accepted.set(id, acceptance)
    forgetOldest(this.#accepted)
  }

  acceptance(id: string): Acceptance | undefined {
    return this.#accepted.get(id)
  }

  /** It counts no more. */
  revoke(id: string): void {
    this.#accepted.delete(id)
  }

  keepResult(result: CommandResult): void {
    this.#results.set(result.id, result)
    forgetOldest(this.#results)
  }

  result(id: string): CommandResult | undefined {
    return this.#results.get(id)
  }
}

function forgetOldest(known: Map<string, unknown>): void {
  if (known.size > KNOWN_IDS) known.delete(known.keys().next().value!)
}
