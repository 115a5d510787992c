// Commands that start and stop incidents: to the run, obeyed by every shard alike.
import { type TSchema, Type } from 'typebox'
import { collector, problemText, shown } from '../../../infra/problem.ts'
import { parseDuration } from '../../../infra/time.ts'
import type { IncidentPlace, Severity } from '../../../seeds/contract.ts'
import { IncidentPlaceSchema, SeveritySchema } from '../../../seeds/scenario/incident-place.ts'
import { COMMAND_ID } from '../keys.ts'
import type { Descriptor } from '../records.ts'
import { argumentProblems } from './argument-problems.ts'

const START_INCIDENT = 'incident.start'
export const STOP_INCIDENT = 'incident.stop'

/** Arguments of `incident.start`; its id is the command's. */
export type IncidentStart = {
  kind: string
  place: IncidentPlace
  severity?: Severity
  /** ISO 8601 duration. */
  for: string
  parameters?: Record<string, unknown>
}

const strict = { additionalProperties: false }

export const INCIDENT_COMMANDS: Record<string, TSchema> = {
  [START_INCIDENT]: Type.Object(
    {
      kind: Type.String({ maxLength: 40 }),
      place: IncidentPlaceSchema,
      severity: Type.Optional(SeveritySchema),
      for: Type.String({ pattern: '^PT?\\d[0-9DHMST]*$', maxLength: 20 }),
      parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    },
    strict,
  ),
  [STOP_INCIDENT]: Type.Object({ id: Type.String({ pattern: `^${COMMAND_ID}$` }) }, strict),
}

/** Every shard obeys it at the same sim time. */
export function isIncidentCommand({ name }: { name: string }): boolean {
  return Object.hasOwn(INCIDENT_COMMANDS, name)
}

/** What a schema cannot say of `incident.start`: whether this run knows its kind and district, and what the kind asks for. */
export function incidentProblems(
  { name, args }: { name: string; args: Record<string, unknown> },
  { incidents = [], scopes = [] }: Pick<Descriptor, 'incidents' | 'scopes'>,
): string[] {
  if (name !== START_INCIDENT) return []
  const { kind, place, for: length, parameters = {} } = args as IncidentStart
  const declared = incidents.find((i) => i.kind === kind)
  if (!declared) {
    const kinds = incidents.map((i) => i.kind).join(', ')
    return [problemText('args/kind', shown(kind), `one of ${kinds}`)]
  }
  const problems = argumentProblems(declared.parameters, parameters, 'args/parameters')
  if (declared.route && !('route' in place)) {
    problems.push(problemText('args/place', 'no route', `{route, km}: ${kind} moves along one`))
  }
  if ('district' in place && !scopes.some(({ code }) => code === place.district)) {
    const codes = scopes.map(({ code }) => code).join(', ')
    problems.push(problemText('args/place/district', shown(place.district), `one of ${codes}`))
  }
  const found = collector()
  found.gather(() => parseDuration(length, 'args/for'))
  return [...problems, ...found.found]
}
