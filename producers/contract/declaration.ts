// What a domain says about itself, as JSON: everything that downstream stages know of it.
import type { TSchema } from 'typebox'
import type { Text } from '../../seeds/contract.ts'
import type { Expr, Measure } from './measures.ts'

export type Tone = 'normal' | 'warning' | 'critical' | 'offline' | 'muted'

export type LayerState = { code: string; label: Text; tone: Tone }

/** Drawn forms of assets, so that colour is not alone; each drawn domain has one of its own. */
export const SHAPES = ['circle', 'square', 'diamond', 'cross', 'hexagon', 'wedge', 'bar'] as const

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
export type FieldWords = { label: Text; unit?: string; values?: Record<string, Text> }

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

export type CommandDeclaration = {
  /** `signal.switch-plan`. */
  name: string
  label: Text
  /** JSON Schema of `args`. */
  args: TSchema
  /** Expected effect in words. */
  effect: Text
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
  commands: CommandDeclaration[]
}
