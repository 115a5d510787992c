// Operators' commands: checked, appended to the log once per id, answered when the city's answer arrives.
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import type { Command, CommandResult } from '../../../producers/contract/records.ts'
import type { ConsoleMetrics } from '../metrics.ts'
import type { Snapshot } from '../state/snapshot.ts'
import { checkCommand } from './command-check.ts'

const ANSWER_MS = 5_000
const KEPT_ANSWERS = 10_000

/** `status` is the HTTP status that fits. */
export type CommandReply = CommandResult & { status: 200 | 400 | 403 | 409 | 503 | 504 }
export type ConsoleCommands = ReturnType<typeof createCommands>

type Pending = {
  command: Command
  text: string
  appended: Promise<unknown>
  waiting: ((r: CommandResult) => void)[]
}

export type CommandContext = {
  log: EventLog
  clock: Clock
  topic: string
  snapshot: Snapshot
  metrics: ConsoleMetrics
  /** false refuses everything. */
  allowed: boolean
  /** What is shown was recorded. */
  isReplay?: boolean
  /** Hears of each command from here that the city took. */
  accepted(command: Command): void
}

export function createCommands(context: CommandContext) {
  const { log, clock, topic, snapshot, metrics, allowed, isReplay } = context
  const sent = new Map<string, Pending>()
  const answers = new Map<string, CommandResult>()
  let refused: string | null = null

  snapshot.listen({
    commandResult(result) {
      bounded(answers, result.id, result)
      const pending = sent.get(result.id)
      if (pending && result.ok) context.accepted(pending.command)
      if (pending) settle(pending, result)
    },
  })

  async function append(command: Command): Promise<bigint> {
    const value = Buffer.from(JSON.stringify(command))
    return log.append(topic, 0, [{ key: Buffer.from(command.id), value, timestamp: clock.now() }])
  }

  function answerOf(command: Command, pending: Pending): Promise<CommandReply> {
    return new Promise((resolve) => {
      const settle = (answer: CommandReply) => {
        cancel()
        resolve(answer)
      }
      const cancel = clock.schedule(ANSWER_MS, () => {
        const error = `${command.name}: no answer in ${ANSWER_MS / 1000} s, expected one from the city; see whether the producers run`
        settle({ id: command.id, ok: false, error, status: 504 })
      })
      pending.waiting.push((result) => settle({ ...result, status: result.ok ? 200 : 409 }))
      pending.appended.catch((error: unknown) => {
        sent.delete(command.id) // not in the log: the same id may try again
        const text = `${command.name}: ${error instanceof Error ? error.message : String(error)}`
        settle({ id: command.id, ok: false, error: text, status: 503 })
      })
    })
  }

  async function submit(input: unknown, by: string): Promise<CommandReply> {
    const id = idOf(input)
    const no = (status: CommandReply['status'], error: string) => ({
      id,
      ok: false,
      error,
      status,
    })
    if (refused !== null) return no(409, refused)
    if (!allowed) return no(403, 'commands: switched off here, expected a live run')
    const run = snapshot.current()
    if (!run) return no(503, snapshot.problem() ?? 'run: none')
    const text = sameness(input)
    const before = sent.get(id)
    if (before && before.text !== text) {
      return no(409, `id: "${id}" was used for another command, expected a new id`)
    }
    const known = answers.get(id)
    if (known) return { ...known, status: known.ok ? 200 : 409 }
    const checked = checkCommand(input, run, by, isReplay)
    if ('problems' in checked) return no(400, checked.problems.join('\n'))
    const { command } = checked
    const pending = before ?? { command, text, appended: append(command), waiting: [] }
    if (!before) bounded(sent, id, pending)
    return answerOf(command, pending)
  }

  return {
    /** From now on nothing is taken, and what waits for an answer gets this one. */
    refuse(why: string): void {
      refused = why
      for (const [id, pending] of sent) settle(pending, { id, ok: false, error: why })
    },
    /** Resolves within 5 s; the same id never reaches the log twice. */
    async submit(input: unknown, by: string): Promise<CommandReply> {
      const answer = await submit(input, by)
      metrics.commands.inc({ outcome: answer.ok ? 'accepted' : String(answer.status) })
      return answer
    },
  }
}

function settle({ waiting }: Pending, result: CommandResult): void {
  for (const answer of waiting.splice(0)) answer(result)
}

/** Two requests with one id are the same command when these agree. */
function sameness(input: unknown): string {
  const { name, target, args = {} } = (input ?? {}) as Record<string, unknown>
  return JSON.stringify([name, target, args])
}

function idOf(input: unknown): string {
  const id =
    typeof input === 'object' && input !== null ? (input as { id?: unknown }).id : undefined
  return typeof id === 'string' ? id.slice(0, 64) : ''
}

function bounded<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value)
  if (map.size > KEPT_ANSWERS) map.delete(map.keys().next().value!)
}
