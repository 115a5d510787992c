// Checks an operator's command against the run's declarations; the socket and the REST route share it.
import { problemText, shown } from '../../../infra/problem.ts'
import { parseInstant } from '../../../infra/time.ts'
import { commandKey } from '../../../producers/contract/keys.ts'
import type { Command } from '../../../producers/contract/records.ts'
import { argumentProblems } from '../../../producers/contract/run/argument-problems.ts'
import {
  commandProblems,
  declaredCommand,
  RUN_COMMANDS,
} from '../../../producers/contract/run/run-commands.ts'
import type { ShownRun } from '../state/run.ts'

/** More would help nobody, and a hostile client may have made thousands. */
const SHOWN_PROBLEMS = 20
export type CheckedCommand = { command: Command } | { problems: string[] }

/**
 * What a client sent, without `op`; `by` is who asks. All problems at once, of many the first twenty. `isReplay`: the clock
 * goes wherever the recording reaches, and says itself where that is.
 */
export function checkCommand(
  input: unknown,
  run: ShownRun,
  by: string,
  isReplay = false,
): CheckedCommand {
  const problems: string[] = []
  if (!isRecord(input)) {
    return {
      problems: [problemText('command', kind(input), 'an object {id, name, target?, args}')],
    }
  }
  const { id, name, target, args = {} } = input
  if (typeof id !== 'string' || !commandKey.parse(id)) {
    problems.push(problemText('id', shown(id), '1-64 letters, digits, ".", "_" or "-"'))
  }
  const unknown = Object.keys(input).filter((k) => !['id', 'name', 'target', 'args'].includes(k))
  for (const key of unknown)
    problems.push(problemText(key, 'a field', 'id, name, target and args only'))
  if (!isRecord(args)) problems.push(problemText('args', kind(args), 'an object'))
  else problems.push(...checkName(name, target, args, run, isReplay))
  if (problems.length > 0) return { problems: firstOf(problems) }
  return {
    command: {
      id: id as string,
      name: name as string,
      ...(target === undefined ? {} : { target: target as string }),
      args: args as Record<string, unknown>,
      by,
    },
  }
}

function firstOf(problems: string[]): string[] {
  const more = problems.length - SHOWN_PROBLEMS
  return more > 0 ? [...problems.slice(0, SHOWN_PROBLEMS), `and ${more} more`] : problems
}

function checkName(
  name: unknown,
  target: unknown,
  args: Record<string, unknown>,
  run: ShownRun,
  isReplay: boolean,
): string[] {
  const { declarations } = run.descriptor
  const text = typeof name === 'string' ? name : ''
  const declared = declaredCommand(text, declarations)
  if (declared) {
    const problems = argumentProblems(declared.args, args)
    return [...checkTarget(target, declared.domain, run), ...problems]
  }
  const asked = { name: text, target: target as string | undefined, args }
  const problems = commandProblems(asked, run.descriptor, isReplay)
  if (!Object.hasOwn(RUN_COMMANDS, text) || isReplay) return problems
  return [...problems, ...checkMoment(text, args, run)]
}

function checkTarget(target: unknown, domain: string, run: ShownRun): string[] {
  const number = typeof target === 'string' ? run.catalogue.numberOf(target) : -1
  const range = run.catalogue.ranges[domain]
  if (range && number >= range.from && number < range.to) return []
  const example = range ? run.catalogue.ids[range.from] : 'none in this run'
  const expected = `the id of an asset of ${domain}, such as ${example}`
  return [problemText('target', shown(target), expected)]
}

/** Which argument is an instant that the clock has still to reach. */
const AHEAD: Record<string, string> = { 'clock.jump': 'to', 'clock.pause': 'at' }

/** What the clock's state forbids, so that the presenter hears it at once. */
function checkMoment(name: string, args: Record<string, unknown>, run: ShownRun): string[] {
  const problems: string[] = []
  if (run.clock.status() === 'ended' && name !== 'run.restart') {
    problems.push(problemText('run', 'it has ended', 'a running run', 'send run.restart first'))
  }
  const field = AHEAD[name]
  const asked = field === undefined ? undefined : args[field]
  if (typeof asked !== 'string') return problems
  const where = `args/${field}`
  try {
    const to = parseInstant(asked, where)
    const { end } = run.descriptor
    if (to <= run.clock.horizonMs() || to > Date.parse(end)) {
      const from = new Date(run.clock.horizonMs()).toISOString()
      problems.push(problemText(where, asked, `an instant after ${from} and up to ${end}`))
    }
  } catch (error) {
    problems.push((error as Error).message)
  }
  return problems
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const kind = (value: unknown) =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value
