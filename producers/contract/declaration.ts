// What a domain says about itself, as JSON: everything that downstream stages know of it.
import type { TSchema } from 'typebox'
import type { Text } from '../../seeds/contract.ts'
import type { Expr, Measure } from './measures.ts'

export type Tone = 'normal' | 'warning' | 'critical' | 'offline' | 'muted'

export type LayerState = { code: string; label: Text; tone: Tone }

/** Drawn forms of assets, so that colour is not alone; each drawn domain has one of its own. */
export const SHAPES = [
  'circle',
  'square',
  'diamond',
  'cross',
  'hexagon',
  'wedge',
  'bar',
  'pillar',
  'saltire',
] as const

/** How an asset of this domain looks on a map. */
export type Layer = {
  shape: (typeof SHAPES)[number]
  /** Layer order and toggle key, 1 first. City-wide domains draw no points: null. */
  order: number | null
  /** Event names that set the state; every event pulses. */
  on: string[]
  /** State byte = 1 + index in this list; 0 = never reported; 255 = stale. */
  states: LayerState[]
  /** Yields one of the states' codes (as text). */
  state: Expr
  /** Map value u16 = round(value × valueScale), clamped. */
  value: Expr
  valueScale: number
  valueLabel: Text
  valueUnit: string
  /** Silent for longer ⇒ stale. Effective: max(freshForMs, 2.5 × cadence). */
  freshForMs: number
}

export const STATE_NONE = 0
export const STATE_STALE = 255

/** What a field is called, its unit, and words for its values where these are codes. */
export type FieldWords = {
  label: Text
  unit?: string
  values?: Record<string, Text>
  /** Of a list of objects: what one is called, the property that numbers it, and the one that is its size. */
  bars?: { each: Text; by: string; size: string }
  /** Of an attribute: what it comes to when most assets with one value of it are abnormal at once. */
  together?: Text
}

export type EventDeclaration = {
  /** `status`, `entry`, `cycle` ... */
  name: string
  /** `city.<domain>.<name>.v1`. */
  type: string
  /** The opening census emits this one. */
  periodic: boolean
  label: Text
  /** JSON Schema of `data`. */
  schema: TSchema
  /** Words for each `data` field: for an inspector, and for formulas. */
  fields: Record<string, FieldWords>
}

/** How far a command can reach: its target, the domain's assets in the target's cell, or a group (see `group`). */
export const REACHES = ['asset', 'cell', 'group'] as const

/**
 * What a command does to a KPI, against the same run without it: its arguments as proposed, given to one asset. Outside
 * the command's reach, and before `afterMs`, the difference is exactly 0.
 */
export type CommandEffect = {
  /** `<domain>.<measure>`. */
  kpi: string
  /** Whose part of the KPI: what the target reports, or all that the command reaches. */
  where: 'target' | 'reach'
  direction: 'up' | 'down'
  /** Size of the change in that direction; below 0 where it may also go a little the other way. */
  least: number
  most: number
  /** What 1 is: all of the reading without the command, or one of the KPI's unit (of a sum: for each asset). */
  unit: 'reading' | 'kpi'
  /** Circumstances in which the bounds hold. */
  when: Text
  /** Earliest difference: so long after the command takes effect. */
  afterMs: number
  /** The bounds are those of the mean over so long from then on. */
  forMs: number
}

export type CommandDeclaration = {
  /** `signal.switch-plan`. */
  name: string
  label: Text
  /** JSON Schema of `args`. */
  args: TSchema
  /** Expected effect in words. */
  effect: Text
  reach: (typeof REACHES)[number]
  /** Where reach is `group`: attribute of the catalogue; every asset with the target's value is reached, in any cell. */
  group?: string
  /** KPIs that it moves; none where it moves a thing that no KPI counts. */
  moves: CommandEffect[]
}

/** Things that come to an asset, go through steps and are over; its events name the one that they are about. */
export type ItemDeclaration = {
  /** What those under way are called. */
  label: Text
  /** Field of `data` that names one; an event without it is about none. */
  id: string
  /** Names of the events after which one is over. */
  ends: string[]
  /** Names of the events that say something about one and do not take it a step further. */
  notes?: string[]
  /** Field with the instant by which the next step is due. */
  due?: string
  /** Fields that are shown of one; what a later event leaves out stays as it was. */
  shows: string[]
  /** How a person opens one about something else that was noticed: its command, the arguments for its id and for words, and others. */
  opens?: { command: string; about: string; note: string; args: Record<string, string> }
}

export type Declaration = {
  domain: string
  label: Text
  /** What one asset is called. */
  asset: Text
  /** City-wide assets live in cell 0, are never scaled, and only the whole city's scope has readings. */
  cityWide: boolean
  /** Default period of the periodic event (ms); a scenario may replace it. */
  cadenceMs: number
  events: EventDeclaration[]
  /** Words for the catalogue's attributes; one that events carry too has its words there. */
  attributes?: Record<string, FieldWords>
  layer: Layer
  /** Words for annotations used as units here, e.g. `{car}`; physical units and `1` need none. */
  units?: Record<string, Text>
  measures: Measure[]
  items?: ItemDeclaration
  commands: CommandDeclaration[]
}
