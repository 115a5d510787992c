// The run that a conductor has in hand, for as long as nobody else takes it: what counts for the others counts for it too.
import type { Command } from '../../contract/records.ts'
import type { RunFact } from '../../contract/run/run-reader.ts'
import type { ConductedRun } from './conducted-run.ts'
import type { Rivals } from './rivals.ts'
import type { RunOpener } from './run-opener.ts'

export type TenureOptions = {
  run: ConductedRun
  opener: RunOpener
  rivals: Rivals
  /** Name of the topic `run`, for reports. */
  topic: string
  onProblem?: (text: string) => void
}

export class Tenure {
  readonly #options: TenureOptions
  #run: ConductedRun
  /** The run of which it was said that another conductor has it. */
  #lost: ConductedRun | null = null

  constructor(options: TenureOptions) {
    this.#options = options
    this.#run = options.run
  }

  get run(): ConductedRun {
    return this.#run
  }

  /** Ends the run and begins another. */
  async restart(command: Pick<Command, 'args'>): Promise<void> {
    this.#run = await this.#options.opener.next(this.#run, command)
  }

  /** Another conductor announced itself after this one, or began a newer run: it conducts now. */
  isOvertaken(): boolean {
    const run = this.#run
    if (!this.#options.rivals.haveTaken(run)) return false
    if (this.#lost !== run) {
      this.#options.onProblem?.(
        `conductor: another one took run ${run.descriptor.run} over, or began a newer one; ` +
          'this one conducts no more, restart it when the other is gone',
      )
    }
    this.#lost = run
    return true
  }

  /** What this conductor wrote comes back too. */
  notice(fact: RunFact): void {
    const { rivals, topic, onProblem } = this.#options
    rivals.notice(fact)
    const run = this.#run
    if (fact.epoch !== run.epoch) return
    if (fact.kind === 'progress') run.note(fact.progress)
    else if (this.isOvertaken()) {
      // The other one's.
    } else if (fact.kind === 'horizon' && run.clock.raise(Date.parse(fact.horizon.h))) {
      onProblem?.(
        `conductor: somebody else wrote a horizon of ${fact.horizon.h} to ${topic}, and the city follows it; ` +
          'only conductors may write there',
      )
    } else if (fact.kind === 'end' && run.endedByOther()) {
      onProblem?.(
        `conductor: somebody else ended run ${run.descriptor.run} on ${topic}; run.restart begins another`,
      )
    }
  }
}
