// Commands, as conductor, shards and console check them: those to the run itself by name, the rest by their declarations.
import { type TSchema, Type } from 'typebox'
import { problemText, shown } from '../../../infra/problem.ts'
import type { Declaration } from '../declaration.ts'
import type { Command, Descriptor } from '../records.ts'
import { argumentProblems } from './argument-problems.ts'
import { INCIDENT_COMMANDS, incidentProblems } from './incident-commands.ts'

/** Above this only "max" is taken; what the machine reaches shows as the achieved speed. */
export const MAX_SPEED = 3_600
/** Speed of a horizon that stands for "max": as fast as the shards report. */
export const UNPACED_SPEED = 1_000_000

/** A command may have so many bytes and levels; what declarations list needs a few hundred, and three. */
export const COMMAND_LIMITS = { maxBytes: 16 * 1024, maxDepth: 16 }

const strict = { additionalProperties: false }
const NOTHING = Type.Object({}, strict)
const speed = Type.Union([
  Type.Number({ exclusiveMinimum: 0, maximum: MAX_SPEED }),
  Type.Literal('max'),
])

const instant = Type.String({ maxLength: 40 })
const hold = Type.Optional(Type.Boolean())

/** Schemas of the arguments of commands to the run itself. */
export const RUN_COMMANDS: Record<string, TSchema> = {
  'clock.speed': Type.Object({ speed }, strict),
  /** `at`: when the clock gets there, and not before. */
  'clock.pause': Type.Object({ at: Type.Optional(instant) }, strict),
  'clock.resume': NOTHING,
  /** `hold`: it stands still once it is there. */
  'clock.jump': Type.Object({ to: instant, hold }, strict),
  /** `at`: as long after the start as this ISO 8601 duration, as fast as can be. */
  'run.restart': Type.Object({ at: Type.Optional(Type.String({ maxLength: 40 })), hold }, strict),
  'run.stop': NOTHING,
}

/** Schemas of those that a replay takes besides. */
export const REPLAY_COMMANDS: Record<string, TSchema> = {
  /** `by`: to the next event, the next window's end, or so far, e.g. PT5M. It stands still there, unless it went so far. */
  'replay.step': Type.Object({ by: instant, back: hold }, strict),
  /** To the next incident or alert. */
  'replay.next': Type.Object(
    { kind: Type.Optional(Type.Enum(['incident', 'alert'], { type: 'string' })), back: hold },
    strict,
  ),
  /** Again and again from one instant to another; without them, no longer. */
  'replay.loop': Type.Object({ from: Type.Optional(instant), to: Type.Optional(instant) }, strict),
}

/** Without a target: to the run itself, or of incidents. */
const TARGETLESS = { ...RUN_COMMANDS, ...INCIDENT_COMMANDS }

/** The others are for an asset, or for all shards. */
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

/** Everything that is wrong with a command, as far as declarations say: name, arguments, whether it has a target. */
export function commandProblems(
  { name, target, args }: CommandCall,
  descriptor: Pick<Descriptor, 'declarations' | 'incidents' | 'scopes'>,
  isReplay = false,
): string[] {
  const { declarations } = descriptor
  const targetless = isReplay ? { ...TARGETLESS, ...REPLAY_COMMANDS } : TARGETLESS
  if (Object.hasOwn(targetless, name)) {
    const problems = argumentProblems(targetless[name], args)
    if (problems.length === 0) problems.push(...incidentProblems({ name, args }, descriptor))
    if (target === undefined) return problems
    return [problemText('target', shown(target), `none for ${name}`), ...problems]
  }
  const declared = declaredCommand(name, declarations)
  if (!declared) {
    const names = Object.values(declarations).flatMap((d) => d.commands.map((c) => c.name))
    const known = [...Object.keys(targetless), ...names].join(', ')
    return [problemText('name', shown(name), `one of ${known}`)]
  }
  const problems = argumentProblems(declared.args, args)
  if (target !== undefined) return problems
  return [problemText('target', 'nothing', `the id of an asset of ${declared.domain}`), ...problems]
}
