// Turns what operators ask for into facts of the run with an effective time, each id once; or refuses it in words.
import type { Clock } from '../../../infra/clock.ts'
import { problemText, shown } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import type { Command, CommandResult } from '../../contract/records.ts'
import type { IncomingCommand } from '../../contract/run/command-reader.ts'
import { isIncidentCommand } from '../../contract/run/incident-commands.ts'
import {
  commandProblems,
  declaredCommand,
  isForConductor,
} from '../../contract/run/run-commands.ts'
import type { RunFact } from '../../contract/run/run-reader.ts'
import { CommandQueue } from './command-queue.ts'
import type { ConductorRecords } from './conductor-records.ts'
import { control } from './controls.ts'
import { type Acceptance, KnownCommands } from './known-commands.ts'
import { RevokedCommands } from './revoked.ts'
import type { OpenedRun } from './run-opener.ts'
import type { Tenure } from './tenure.ts'

/** Of a step, spent on commands: a flood of them must not hold the clock up. */
const COMMANDS_MS = 50

export type RunCommandsOptions = {
  clock: Clock
  tenure: Tenure
  records: ConductorRecords
  /** The domain of an asset id, undefined when the city has no such asset. */
  domainOf(target: string): string | undefined
}

export class RunCommands {
  readonly #options: RunCommandsOptions
  readonly #queue = new CommandQueue()
  readonly #known = new KnownCommands()
  readonly #revoked = new RevokedCommands()

  constructor(options: RunCommandsOptions) {
    this.#options = options
  }

  /** Takes in what was accepted before this conductor came, and gives the clock what it does not show yet. */
  begin({ history, controls }: Pick<OpenedRun, 'history' | 'controls'>): void {
    const { clock, tenure } = this.#options
    this.#known.remember(history)
    for (const command of controls) control(tenure.run.clock, command, clock.now())
  }

  /** Resolves when there is room for more. */
  put(incoming: IncomingCommand[]): Promise<void> {
    return this.#queue.put(incoming)
  }

  /** Nothing is taken any more. */
  close(): void {
    this.#queue.close()
  }

  keepResult(result: CommandResult): void {
    this.#known.keepResult(result)
  }

  notice(fact: RunFact, offset: number): void {
    this.#revoked.notice(fact, offset)
  }

  /** Takes what waits, as much as there is time for since wall time `since`. */
  async takeWaiting(since: number): Promise<void> {
    const { clock, tenure } = this.#options
    while (clock.now() - since < COMMANDS_MS) {
      const next = this.#queue.next()
      if (!next) return
      if (tenure.isOvertaken()) continue
      if (next.refused) await this.#answer(next.refused)
      else await this.#take(next.command)
    }
  }

  /** What no reader obeys must not come to life when compaction has taken what it came too late for. */
  async deleteRevoked(): Promise<void> {
    const { tenure, records } = this.#options
    for (const { key, offset } of this.#revoked.take(tenure.run.epoch)) {
      const known = this.#known.acceptance(key.id)
      if (known && known.offset !== offset) continue // somebody used its key before it was taken
      if (known) {
        this.#known.revoke(key.id)
        const error = 'somebody else moved the horizon past it; send it anew'
        await this.#settle(key.id, error, known.effectiveAt)
      }
      await records.tombstone(key)
    }
  }

  async #take(command: Command): Promise<void> {
    const { id, name } = command
    const { tenure, records } = this.#options
    const { run } = tenure
    // Said before: the same answer, and nothing happens twice.
    const known = this.#known.result(id)
    if (known) return records.result(known)
    const before = this.#known.acceptance(id)
    if (before) return this.#settleAgain(command, before)
    const effectiveAt = isoTime(run.clock.h)
    if (run.hasEnded && name !== 'run.restart') {
      const error = 'the run has ended; send run.restart to begin again'
      return this.#settle(id, error, effectiveAt)
    }
    const error = this.#refusal(command)
    if (error === null) {
      await this.#accept(command, effectiveAt)
      if (tenure.isOvertaken()) return
      if (name === 'run.restart') await tenure.restart(command)
    }
    // The owner of the asset answers an accepted asset command.
    if (isForConductor(command) || error !== null) await this.#settle(id, error, effectiveAt)
  }

  async #accept(command: Command, effectiveAt: string): Promise<void> {
    const { run } = this.#options.tenure
    const { epoch, term } = run
    const acceptance: Acceptance = { epoch, effectiveAt }
    this.#known.accept(command.id, acceptance)
    const offset = await this.#options.records.command(run, { ...command, effectiveAt, term })
    acceptance.offset = offset
  }

  /** Accepted before its answer was lost; in this run the owner of an asset answers by itself. */
  async #settleAgain(command: Command, { epoch, effectiveAt }: Acceptance): Promise<void> {
    const own = isForConductor(command)
    const error = own ? null : 'the run was restarted before this took effect'
    const isHere = epoch === this.#options.tenure.run.epoch
    if (own || !isHere) await this.#settle(command.id, error, effectiveAt)
  }

  /** Why this command cannot be taken, or null; a clock obeys at once. */
  #refusal(command: Command): string | null {
    const { tenure, clock, domainOf } = this.#options
    const { descriptor, clock: runClock } = tenure.run
    const problems = commandProblems(command, descriptor)
    if (problems.length > 0) return problems.join('; ')
    if (isForConductor(command)) return control(runClock, command, clock.now())
    if (isIncidentCommand(command)) return null
    const { domain } = declaredCommand(command.name, descriptor.declarations)!
    if (domainOf(command.target!) === domain) return null
    return problemText('target', shown(command.target), `the id of an asset of ${domain}`)
  }

  #settle(id: string, error: string | null, effectiveAt: string): Promise<void> {
    const ok = error === null
    return this.#answer({ id, ok, ...(ok ? {} : { error }), effectiveAt })
  }

  async #answer(result: CommandResult): Promise<void> {
    this.#known.keepResult(result)
    await this.#options.records.result(result)
  }
}
