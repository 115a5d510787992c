// What a unit of the hotline reports: `received`, `forwarded`, `closed` of an item, `status` every 5 minutes. Out: schemas and types.
import { type Static, Type } from 'typebox'

/** In every event, and always as it is after the event. */
const unitFields = {
  /** Items that were forwarded to the unit, or are to be, and are not closed. */
  waiting: Type.Integer({ minimum: 0 }),
}

/** What an item is about; labels stand in words.ts. */
export const CATEGORIES = [
  'traffic',
  'housing',
  'street-order',
  'services',
  'environment',
  'consumer',
  'labour',
  'other',
] as const
export type Category = (typeof CATEGORIES)[number]

const category = Type.Enum([...CATEGORIES], { type: 'string' })

export const statusSchema = Type.Object({
  ...unitFields,
  /** Of the waiting ones, those past their limit. */
  overdue: Type.Integer({ minimum: 0 }),
})
export const receivedSchema = Type.Object({
  ...unitFields,
  category,
  channel: Type.Enum(['phone', 'internet'], { type: 'string' }),
  urgent: Type.Boolean(),
  /** Answered on the spot: nothing to forward or to close. */
  answered: Type.Boolean(),
})
export const forwardedSchema = Type.Object({
  ...unitFields,
  urgent: Type.Boolean(),
  /** Whole minutes from the item's coming. */
  tookMin: Type.Integer({ minimum: 0 }),
  inTime: Type.Boolean(),
})
export const closedSchema = Type.Object({
  ...unitFields,
  category,
  /** Hours from the item's coming, one decimal. */
  tookH: Type.Number({ minimum: 0 }),
  inTime: Type.Boolean(),
})

export type HotlineStatus = Static<typeof statusSchema>
export type HotlineReceived = Static<typeof receivedSchema>
export type HotlineForwarded = Static<typeof forwardedSchema>
export type HotlineClosed = Static<typeof closedSchema>

/** Indices in the declaration's `events`. */
export const RECEIVED = 0
export const FORWARDED = 1
export const CLOSED = 2
export const STATUS = 3
