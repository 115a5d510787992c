// What a conductor writes: to `run` its runs, announcements, horizons, accepted commands and ends, to `command-result` its answers.
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import { type RunKey, runKey } from '../../contract/keys.ts'
import type {
  AcceptedCommand,
  Announcement,
  CommandResult,
  Descriptor,
} from '../../contract/records.ts'
import type { Topics } from '../../contract/topics.ts'
import type { ConductedRun } from './conducted-run.ts'

export class ConductorRecords {
  readonly #log: EventLog
  readonly #clock: Clock
  readonly #topics: Topics

  constructor(log: EventLog, clock: Clock, topics: Topics) {
    this.#log = log
    this.#clock = clock
    this.#topics = topics
  }

  /** Resolves with the run's epoch. */
  descriptor(descriptor: Descriptor, id: string): Promise<number> {
    return this.#toRun({ kind: 'descriptor', run: descriptor.run, id }, descriptor)
  }

  /** Resolves with the term that it begins. */
  announcement(epoch: number, run: string, id: string): Promise<number> {
    const announcement: Announcement = { run }
    return this.#toRun({ kind: 'conductor', epoch, id }, announcement)
  }

  /** Nothing where the horizon is not due. */
  async horizon(run: ConductedRun): Promise<void> {
    const { epoch, term } = run
    const horizon = run.dueHorizon(this.#clock.now())
    if (horizon) await this.#toRun({ kind: 'horizon', epoch, term }, horizon)
  }

  /** Nothing where the end is not due. */
  async end(run: ConductedRun): Promise<void> {
    const { epoch, term } = run
    const end = run.dueEnd(this.#clock.now())
    if (end) await this.#toRun({ kind: 'end', epoch, term }, end)
  }

  /** Resolves with its offset. */
  command({ epoch }: ConductedRun, command: AcceptedCommand): Promise<number> {
    // The term is part of the key: what a conductor that was overtaken still writes must replace nothing.
    const { id, term } = command
    return this.#toRun({ kind: 'command', epoch, id, term }, command)
  }

  /** What compaction finds under this key goes. */
  async tombstone(key: RunKey): Promise<void> {
    await this.#toRun(key, null)
  }

  async result(result: CommandResult): Promise<void> {
    await this.#append(this.#topics.commandResult, result.id, result)
  }

  #toRun(key: RunKey, value: object | null): Promise<number> {
    return this.#append(this.#topics.run, runKey.build(key), value)
  }

  async #append(topic: string, key: string, value: object | null): Promise<number> {
    const record = {
      key: Buffer.from(key),
      value: value && Buffer.from(JSON.stringify(value)),
      timestamp: Math.round(this.#clock.now()),
    }
    return Number(await this.#log.append(topic, 0, [record]))
  }
}
