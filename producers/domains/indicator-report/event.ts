// What the plan's slow indicators report once a day: the newest figure there is, of which period, and since when.
import { type Static, Type } from 'typebox'

export const reportSchema = Type.Object({
  /** Exact at four decimals. */
  value: Type.Number(),
  unit: Type.String({ minLength: 1 }),
  /** Year, quarter or month that the figure is of: 2024, 2024-Q3, 2024-09. */
  period: Type.String({ pattern: '^\\d{4}(-Q[1-4]|-\\d{2})?$' }),
  /** City date on which it came out. */
  published: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
})

export type Report = Static<typeof reportSchema>

/** Index in the declaration's events. */
export const REPORT = 0
