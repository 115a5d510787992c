// What a handling unit reports: each step of a case (立案, 派遣, 处置, 核查, 结案), what is noted on one, `status` every 5 minutes.
import { type Static, Type } from 'typebox'

/** What a unit is there for. */
export const DUTIES = [
  'road',
  'power-telecom',
  'drainage',
  'order',
  'public-health',
  'e-government',
] as const
export type Duty = (typeof DUTIES)[number]

/** What a case is about. */
export const CASE_KINDS = [
  'road-damage',
  'facility',
  'power',
  'telecom',
  'ponding',
  'drain',
  'stopping',
  'vending',
  'crowd',
  'sanitation',
  'epidemic',
  'system',
  'certificate',
  'other',
] as const
export type CaseKind = (typeof CASE_KINDS)[number]

/** Whose it is; null: anybody's. */
export const DUTY_OF: Record<CaseKind, Duty | null> = {
  'road-damage': 'road',
  facility: 'road',
  power: 'power-telecom',
  telecom: 'power-telecom',
  ponding: 'drainage',
  drain: 'drainage',
  stopping: 'order',
  vending: 'order',
  crowd: 'order',
  sanitation: 'public-health',
  epidemic: 'public-health',
  system: 'e-government',
  certificate: 'e-government',
  other: null,
}

/** Who found it. */
const ORIGINS = ['patrol', 'hotline', 'hand', 'alert', 'rule'] as const
export type CaseOrigin = (typeof ORIGINS)[number]

/** What is noted: a text, whose it is, that it is urgent from now on, that a citizen has called again about it. */
const NOTED = ['note', 'owner', 'urgent', 'call'] as const
export type Noted = (typeof NOTED)[number]

/** Letters in an owner, a note, or what a case is about. */
export const MOST_LETTERS = 120

/** Of the unit, in every event, and always as it is after the event. */
const unitFields = {
  /** Cases that are registered and not closed. */
  open: Type.Integer({ minimum: 0 }),
  /** Of these, those past the limit of the step that they wait for. */
  overdue: Type.Integer({ minimum: 0 }),
  /** Crews without a case. */
  free: Type.Integer({ minimum: 0 }),
}
const words = Type.String({ pattern: `^[^\\n]{0,${MOST_LETTERS}}$` })
const caseFields = {
  ...unitFields,
  case: Type.String({ pattern: '^c-[0-9a-z-]+$' }),
  kind: Type.Enum([...CASE_KINDS], { type: 'string' }),
  origin: Type.Enum([...ORIGINS], { type: 'string' }),
  urgent: Type.Boolean(),
  /** By when the step that it waits for is due; of a closed one, by when its closing was. */
  due: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' }),
}
/** Whole minutes from the case's registration. */
const tookMin = Type.Integer({ minimum: 0 })
const minutes = Type.Integer({ minimum: 0 })
const inTime = Type.Boolean()

export const registeredSchema = Type.Object({
  ...caseFields,
  /** Id of the alert, the hotline item or the asset that it is about; empty where none was named. */
  about: words,
  note: words,
})
export const dispatchedSchema = Type.Object({ ...caseFields, tookMin, inTime })
export const handledSchema = Type.Object({
  ...caseFields,
  tookMin,
  /** What the crew's part is made of: the wait for a free one, its way, its work. */
  waitedMin: minutes,
  travelMin: minutes,
  workMin: minutes,
})
/** Not passed: a crew goes there again. */
export const verifiedSchema = Type.Object({ ...caseFields, tookMin, passed: Type.Boolean() })
export const closedSchema = Type.Object({ ...caseFields, tookMin, inTime })
export const notedSchema = Type.Object({
  ...caseFields,
  noted: Type.Enum([...NOTED], { type: 'string' }),
  owner: words,
  note: words,
})
export const statusSchema = Type.Object(unitFields)

export type UnitState = Static<typeof statusSchema>
export type CaseRegistered = Static<typeof registeredSchema>
export type CaseDispatched = Static<typeof dispatchedSchema>
export type CaseHandled = Static<typeof handledSchema>
export type CaseVerified = Static<typeof verifiedSchema>
export type CaseClosed = Static<typeof closedSchema>
export type CaseNoted = Static<typeof notedSchema>

/** Indices in the declaration's `events`. */
export const REGISTERED = 0
export const DISPATCHED = 1
export const HANDLED = 2
export const VERIFIED = 3
export const CLOSED = 4
export const CASE_NOTED = 5
export const UNIT_STATUS = 6
