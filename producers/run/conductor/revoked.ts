// Command records of the run that no reader obeys: deleted, or compaction might one day remove what they came too late for.
import type { RunKey } from '../../contract/keys.ts'
import type { RunFact } from '../../contract/run/run-reader.ts'

export type RevokedCommand = { key: RunKey & { kind: 'command' }; offset: number }

export class RevokedCommands {
  #found: RevokedCommand[] = []

  notice(fact: RunFact, offset: number): void {
    if (fact.kind !== 'ignored' || fact.reason !== 'bounds' || fact.key?.kind !== 'command') return
    this.#found.push({ key: fact.key, offset })
  }

  /** Of this run, since the last call. */
  take(epoch: number): RevokedCommand[] {
    return this.#found.splice(0).filter(({ key }) => key.epoch === epoch)
  }
}
