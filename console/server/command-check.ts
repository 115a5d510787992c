// Checks an operator's command against the run's declarations; the socket and the REST route share it.
import Type from 'typebox'
import { Compile, type Validator, type XSchema } from 'typebox/schema'
import { problemText } from '../../infra/problem.ts'
import { parseInstant } from '../../infra/time.ts'
import type { Command } from '../../producers/contract/records.ts'
import type { Run } from './run.ts'

const COMMAND_ID = /^[A-Za-z0-9._-]{1,64}$/
/** More would help nobody, and a stranger may have made thousands. */
const SHOWN_PROBLEMS = 20
/** Above this only "max" (unpaced) is taken; what the machine reaches shows as the achieved speed. */
export const MAX_SPEED = 3_600

const strict = { additionalProperties: false }
const NOTHING = Type.Object({}, strict)

/** Commands to the run itself, by name; every other command is declared by a domain. */
export const RUN_COMMANDS: Record<string, XSchema> = {
  'clock.speed': Type.Object(
    {
      speed: Type.Union([
        Type.Number({ exclusiveMinimum: 0, maximum: MAX_SPEED }),
        Type.Literal('max'),
      ]),
    },
    strict,
  ),
  'clock.pause': NOTHING,
  'clock.resume': NOTHING,
  'clock.jump': Type.Object({ to: Type.String({ maxLength: 40 }) }, strict),
  'run.restart': NOTHING,
  'run.stop': NOTHING,
}

const validators = new WeakMap<XSchema & object, Validator>()

export type Checked = { command: Omit<Command, 'effectiveAt'> } | { problems: string[] }

/** What a client sent, without `op`; `by` is who asks. All problems at once, of many the first twenty. */
export function checkCommand(input: unknown, run: Run, by: string): Checked {
  const problems: string[] = []
  if (!isRecord(input)) {
    return {
      problems: [problemText('command', kind(input), 'an object {id, name, target?, args}')],
    }
  }
  const { id, name, target, args = {} } = input
  if (typeof id !== 'string' || !COMMAND_ID.test(id)) {
    problems.push(problemText('id', show(id), '1-64 letters, digits, ".", "_" or "-"'))
  }
  const unknown = Object.keys(input).filter((k) => !['id', 'name', 'target', 'args'].includes(k))
  for (const key of unknown)
    problems.push(problemText(key, 'a field', 'id, name, target and args only'))
  if (!isRecord(args)) problems.push(problemText('args', kind(args), 'an object'))
  else problems.push(...checkName(name, target, args, run))
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
  run: Run,
): string[] {
  const ofRun = typeof name === 'string' && Object.hasOwn(RUN_COMMANDS, name)
  if (ofRun)
    return [...checkArgs(RUN_COMMANDS[name], args), ...checkMoment(name, target, args, run)]
  for (const [domain, declaration] of Object.entries(run.descriptor.declarations)) {
    const command = declaration.commands.find((c) => c.name === name)
    if (command) return [...checkTarget(target, domain, run), ...checkArgs(command.args, args)]
  }
  const declared = Object.values(run.descriptor.declarations).flatMap((d) => d.commands)
  const known = [...Object.keys(RUN_COMMANDS), ...declared.map((c) => c.name)]
  return [problemText('name', show(name), `one of ${known.join(', ')}`)]
}

function checkTarget(target: unknown, domain: string, run: Run): string[] {
  const number = typeof target === 'string' ? run.catalogue.numberOf(target) : -1
  const range = run.catalogue.ranges[domain]
  if (range && number >= range.from && number < range.to) return []
  const example = range ? run.catalogue.ids[range.from] : 'none in this run'
  const expected = `the id of an asset of ${domain}, such as ${example}`
  return [problemText('target', show(target), expected)]
}

/** What the clock's state forbids, so that the presenter hears it at once. */
function checkMoment(
  name: string,
  target: unknown,
  args: Record<string, unknown>,
  run: Run,
): string[] {
  const problems: string[] = []
  if (target !== undefined) problems.push(problemText('target', show(target), `none for ${name}`))
  if (run.clock.status() === 'ended' && name !== 'run.restart') {
    problems.push(problemText('run', 'it has ended', 'a running run', 'send run.restart first'))
  }
  if (name !== 'clock.jump' || typeof args.to !== 'string') return problems
  try {
    const to = parseInstant(args.to, 'args/to')
    const { end } = run.descriptor
    if (to <= run.clock.horizonMs() || to > Date.parse(end)) {
      const from = new Date(run.clock.horizonMs()).toISOString()
      problems.push(problemText('args/to', args.to, `an instant after ${from} and up to ${end}`))
    }
  } catch (error) {
    problems.push((error as Error).message)
  }
  return problems
}

function checkArgs(schema: XSchema, args: Record<string, unknown>): string[] {
  const key = schema as XSchema & object
  const validator = validators.get(key) ?? Compile(schema)
  validators.set(key, validator)
  const [ok, errors] = validator.Errors(args)
  if (ok) return []
  return errors
    .filter((e) => e.keyword !== 'boolean')
    .map((e) => problemText(`args${e.instancePath}`, show(at(args, e.instancePath)), e.message))
}

function at(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>((v, step) => (isRecord(v) ? v[step] : undefined), value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const kind = (value: unknown) =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
