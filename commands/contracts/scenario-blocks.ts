// Tables of docs/scenarios.md: every field of a scenario file, every kind of incident, and the scenarios that there are.
import type { TSchema } from 'typebox'
import { DAY_MS, formatDuration, HOUR_MS, isoTime } from '../../infra/time.ts'
import type { IncidentKind } from '../../producers/incidents/incident.ts'
import { incidentKinds } from '../../producers/incidents/kinds.ts'
import { listScenarios, loadScenario } from '../../seeds/scenario/scenario.ts'
import {
  CueSchema,
  FaultSchema,
  IncidentSchema,
  ScenarioSchema,
} from '../../seeds/scenario/scenario-file.ts'
import { table } from './blocks.ts'

type Fields = { properties: Record<string, TSchema>; required?: string[] }
/** What TypeBox schemas may say; each says some of it. */
type Said = {
  type?: string
  expected?: string
  description?: string
  title?: string
  default?: unknown
  minimum?: number
  maximum?: number
  unit?: string
  anyOf?: { const?: unknown }[]
  items?: TSchema
  properties?: Record<string, TSchema>
}

/** By the names of the page's parts. */
export function scenarioBlocks(): Map<string, string> {
  return new Map([
    ['scenarios', scenariosTable()],
    ['fields', fieldsTable(ScenarioSchema)],
    ['incident-fields', fieldsTable(IncidentSchema)],
    ['incident-kinds', kindsTable(incidentKinds)],
    ['fault-fields', fieldsTable(FaultSchema)],
    ['cue-fields', fieldsTable(CueSchema)],
  ])
}

function fieldsTable(schema: TSchema): string {
  const { properties, required = [] } = schema as unknown as Fields
  const rows = Object.entries(properties).map(([name, field]) => [
    `\`${name}\``,
    valueText(field),
    required.includes(name) ? 'yes' : '',
    (field as Said).description ?? '',
  ])
  return table(['field', 'value', 'needed', 'what'], rows)
}

function valueText(schema: TSchema): string {
  const { type, expected, items, minimum, maximum, properties, unit } = schema as Said
  if (type === 'array') {
    const inner = (items as Said).properties ? 'objects' : 'texts'
    return `list of ${inner}`
  }
  if (expected) return expected
  if (minimum !== undefined || maximum !== undefined) {
    return `${minimum} to ${maximum}${unit ? ` ${unit}` : ''}`
  }
  if (properties) return `{${Object.keys(properties).join(', ')}}`
  return { string: 'text', boolean: 'true or false', object: '{name: value, …}' }[type!] ?? type!
}

function kindsTable(kinds: readonly IncidentKind[]): string {
  const rows = kinds.map(({ kind, label, about, parameters, route, aftermathMs }) => [
    `\`${kind}\``,
    `${label.zh} / ${label.en}`,
    `${about.en}${route ? ' (its place must be a route)' : ''}`,
    parametersText(parameters),
    aftermathMs === 0 ? '' : `${aftermathMs / HOUR_MS} h`,
  ])
  return table(['kind', 'name', 'what it does', 'parameters', 'may outlast its end by'], rows)
}

function parametersText(schema: TSchema): string {
  const { properties } = schema as unknown as Fields
  const texts = Object.entries(properties).map(([name, field]) => {
    const { title, default: usual } = field as Said
    return `\`${name}\` ${title ?? ''}: ${valueText(field)}, default ${JSON.stringify(usual)}`
  })
  return texts.join('; ') || '–'
}

function scenariosTable(): string {
  const rows = listScenarios().map((name) => {
    const { title, start, durationMs, speed, scale, incidents, faults, cues } = loadScenario(name)
    const minutes = durationMs / speed / 60_000
    return [
      `\`${name}\``,
      `${title.zh} / ${title.en}`,
      isoTime(start),
      durationMs > 30 * DAY_MS ? `${durationMs / DAY_MS} days` : formatDuration(durationMs),
      `${minutes < 1 ? '< 1' : Math.round(minutes)} min at speed ${speed}`,
      String(scale),
      [
        ...incidents.map(({ kind }) => kind),
        ...(faults.length > 0 ? [`${faults.length} faults`] : []),
        ...(cues.length > 0 ? [`${cues.length} cues`] : []),
      ].join(', '),
    ]
  })
  return table(['scenario', 'title', 'start', 'length', 'lasts', 'scale', 'has'], rows)
}
