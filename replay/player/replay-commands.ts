// What a replay answers to commands: its clock obeys them, a seek goes to its owner, and the city is refused in words.
import type { Clock } from '../../infra/clock.ts'
import { Problem, problemText, shown } from '../../infra/problem.ts'
import { isoTime, parseDuration, parseInstant } from '../../infra/time.ts'
import { commandKey } from '../../producers/contract/keys.ts'
import type { AcceptedCommand, Command, CommandResult } from '../../producers/contract/records.ts'
import type { IncomingCommand } from '../../producers/contract/run/command-reader.ts'
import {
  commandProblems,
  isForConductor,
  REPLAY_COMMANDS,
} from '../../producers/contract/run/run-commands.ts'
import { control } from '../../producers/run/conductor/controls.ts'
import type { RunClock } from '../../producers/run/conductor/run-clock.ts'
import type { ControlBook } from '../control/control-book.ts'
import { moved, within } from './moves/moved.ts'
import type { Span } from './positions.ts'

const SEEKS = ['clock.jump', 'run.restart']

/** A seek that was asked for; `hold` = it stands still there; `loop` is what is played again and again from now on. */
export type Seek = { time: number; hold: boolean; loop?: Span | null }

export type ReplayCommandsOptions = {
  book: ControlBook
  /** Of all runs that are played side by side. */
  books: ControlBook[]
  span: Span
  clock: Clock
  runClock: RunClock
  /** Sim time (ms) up to which everything is in the log, and when the next event is due. */
  playedTo(): number
  nextEvent(): Promise<number | null>
  /** Writes to `command-result`. */
  answer(key: string, result: CommandResult): Promise<void>
  /** Writes to `run` what was obeyed. */
  accepted(command: Command & Pick<AcceptedCommand, 'effectiveAt'>): Promise<void>
  seek(seek: Seek): void
}

export class ReplayCommands {
  readonly #options: ReplayCommandsOptions
  readonly #waiting: IncomingCommand[] = []
  /** By id; asked again, the same is answered. */
  readonly #answers = new Map<string, CommandResult>()

  constructor(options: ReplayCommandsOptions) {
    this.#options = options
  }

  put(incoming: IncomingCommand[]): void {
    this.#waiting.push(...incoming)
  }

  async takeWaiting(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      await this.#take(next)
    }
  }

  async #take(incoming: IncomingCommand): Promise<void> {
    if (incoming.refused) return this.#answer(incoming.refused)
    const { command } = incoming
    const known = this.#answers.get(command.id)
    if (known) return this.#answer(known)
    const { runClock, accepted, seek } = this.#options
    const effectiveAt = isoTime(runClock.h)
    const { error, to } = await this.#obey(command)
    if (error === null && !to) await accepted({ ...command, effectiveAt })
    await this.#answer({
      id: command.id,
      ok: error === null,
      ...(error !== null && { error }),
      effectiveAt,
    })
    if (to) seek(to)
  }

  async #obey(command: Command): Promise<{ error: string | null; to?: Seek }> {
    const { book, clock, runClock } = this.#options
    const isOurs = Object.hasOwn(REPLAY_COMMANDS, command.name)
    if (!(isOurs || isForConductor(command)) || command.name === 'run.stop') {
      const todo = 'this is a replay: what happened is recorded'
      const known = ['clock.speed', 'clock.pause', 'clock.resume', ...SEEKS]
      const expected = `one of ${[...known, ...Object.keys(REPLAY_COMMANDS)].join(', ')}`
      return { error: problemText('command', shown(command.name), expected, todo) }
    }
    const problems = commandProblems(command, book.descriptor, true)
    if (problems.length > 0) return { error: problems.join('; ') }
    if (!isOurs && !SEEKS.includes(command.name)) {
      return { error: control(runClock, command, clock.now()) }
    }
    try {
      if (isOurs) return { error: null, to: await moved(command, this.#options) }
      const hold = command.args.hold === true
      return { error: null, to: { time: this.#timeOf(command), hold } }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { error: error.message }
    }
  }

  #timeOf({ name, args }: Command): number {
    const { from, to } = this.#options.span
    const isJump = name === 'clock.jump'
    const where = isJump ? 'args/to' : 'args/at'
    const text = (isJump ? args.to : args.at) as string | undefined
    if (text === undefined) return from
    const time = isJump ? parseInstant(text, where) : from + parseDuration(text, where)
    return within({ from, to }, time, where, text)
  }

  async #answer(result: CommandResult): Promise<void> {
    this.#answers.set(result.id, result)
    await this.#options.answer(commandKey.build(result), result)
  }
}
