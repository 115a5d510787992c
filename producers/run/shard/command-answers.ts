// Answers commands to assets of this shard, each once: what somebody answered before, a process that resumes does not answer again.
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import type { AcceptedCommand, CommandResult } from '../../contract/records.ts'

/** Answers to commands that are remembered. */
const KNOWN_RESULTS = 10_000

export type AnswersOptions = { log: EventLog; clock: Clock; topic: string }

export class CommandAnswers {
  readonly #options: AnswersOptions
  /** Ids of commands that somebody answered. */
  #answered = new Set<string>()

  constructor(options: AnswersOptions) {
    this.#options = options
  }

  note({ id }: CommandResult): void {
    this.#answered.add(id)
    if (this.#answered.size <= KNOWN_RESULTS) return
    this.#answered.delete(this.#answered.values().next().value!)
  }

  /** `error`: why the asset refused, null = it obeyed. */
  async answer({ id, effectiveAt }: AcceptedCommand, error: string | null): Promise<void> {
    if (this.#answered.has(id)) return
    const { log, clock, topic } = this.#options
    const ok = error === null
    const result: CommandResult = { id, ok, ...(ok ? {} : { error }), effectiveAt }
    await log.append(topic, 0, [
      {
        key: Buffer.from(id),
        value: Buffer.from(JSON.stringify(result)),
        timestamp: Math.round(clock.now()),
      },
    ])
  }
}
