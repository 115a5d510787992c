// Commands, as conductor, shards and console check them: those to the run itself by name, the rest by their declarations.
import { type TSchema, Type } from 'typebox'
import { Compile, type Validator } from 'typebox/schema'
import { problemText, shown } from '../../../infra/problem.ts'
import type { Declaration } from '../declaration.ts'
import type { Command } from '../records.ts'

/** Above this only "max" is taken; what the machine reaches shows as the achieved speed. */
export const MAX_SPEED = 3_600
/** Speed of a horizon that stands for "max": as fast as the shards report. */
export const UNPACED_SPEED = 1_000_000

/** A command may have so many bytes and levels; what declarations list needs a few hundred, and three. */
export const COMMAND_LIMITS = { maxBytes: 16 * 1024, maxDepth: 16 }

/** More would help nobody, and anybody may have made thousands. */
const SHOWN_PROBLEMS = 20

const strict = { additionalProperties: false }
const NOTHING = Type.Object({}, strict)
const speed = Type.Union([
  Type.Number({ exclusiveMinimum: 0, maximum: MAX_SPEED }),
  Type.Literal('max'),
])

/** Schemas of the arguments of commands to the run itself. */
export const RUN_COMMANDS: Record<string, TSchema> = {
  'clock.speed': Type.Object({ speed }, strict),
  'clock.pause': NOTHING,
  'clock.resume': NOTHING,
  'clock.jump': Type.Object({ to: Type.String({ maxLength: 40 }) }, strict),
  'run.restart': NOTHING,
  'run.stop': NOTHING,
}

/** The others are for an asset. */
export function isForConductor({ name }: { name: string }): boolean {
  return name.startsWith('clock.') || name.startsWith('run.')
}

/** As far as it can be checked against declarations. */
export type CommandCall = Pick<Command, 'name' | 'target' | 'args'>

/** A command that a domain declares, or undefined. */
export function declaredCommand(
  name: string,
  declarations: Record<string, Declaration>,
): { domain: string; args: TSchema } | undefined {
  for (const [domain, { commands }] of Object.entries(declarations)) {
    const command = commands.find((c) => c.name === name)
    if (command) return { domain, args: command.args as TSchema }
  }
  return undefined
}

const validators = new WeakMap<object, Validator>()

/** Everything that is wrong with a command's arguments. */
export function argumentProblems(schema: TSchema, args: Record<string, unknown>): string[] {
  const validator = validators.get(schema) ?? Compile(schema)
  validators.set(schema, validator)
  if (validator.Check(args)) return []
  const [, errors] = validator.Errors(args)
  const wrong = errors.filter((e) => e.keyword !== 'boolean')
  const problems = wrong
    .slice(0, SHOWN_PROBLEMS)
    .map((e) => problemText(`args${e.instancePath}`, shown(at(args, e.instancePath)), e.message))
  const more = wrong.length - SHOWN_PROBLEMS
  return more > 0 ? [...problems, `and ${more} more`] : problems
}

/** Everything that is wrong with a command, as far as declarations say: name, arguments, whether it has a target. */
export function commandProblems(
  { name, target, args }: CommandCall,
  declarations: Record<string, Declaration>,
): string[] {
  if (Object.hasOwn(RUN_COMMANDS, name)) {
    const problems = argumentProblems(RUN_COMMANDS[name], args)
    if (target === undefined) return problems
    return [problemText('target', shown(target), `none for ${name}`), ...problems]
  }
  const declared = declaredCommand(name, declarations)
  if (!declared) {
    const names = Object.values(declarations).flatMap((d) => d.commands.map((c) => c.name))
    const known = [...Object.keys(RUN_COMMANDS), ...names].join(', ')
    return [problemText('name', shown(name), `one of ${known}`)]
  }
  const problems = argumentProblems(declared.args, args)
  if (target !== undefined) return problems
  return [problemText('target', 'nothing', `the id of an asset of ${declared.domain}`), ...problems]
}

function at(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>(
    (v, step) => (typeof v === 'object' && v !== null ? (v as Record<string, unknown>)[step] : v),
    value,
  )
}
