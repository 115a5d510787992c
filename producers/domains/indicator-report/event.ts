// What the plan's slow indicators report: a value a day.
import { type Static, Type } from 'typebox'

export const reportSchema = Type.Object({
  /** Exact at four decimals. */
  value: Type.Number(),
  unit: Type.String({ minLength: 1 }),
})

export type Report = Static<typeof reportSchema>

/** Index in the declaration's events. */
export const REPORT = 0
