// Section `simulation` of seeds/<city>/indicator-report.json.
import { type Static, Type } from 'typebox'
import { trajectorySchema } from '../../simulation/trajectory.ts'

export const indicatorParameters = Type.Object({
  note: Type.String(),
  /**
   * By slug: how often a figure comes and how many days after its period has ended; and the path of the value over the years,
   * of which a figure is what the last day of its period has, in whole multiples of `step`.
   */
  indicators: Type.Record(
    Type.String(),
    Type.Object({
      every: Type.Enum(['year', 'quarter', 'month'], { type: 'string' }),
      lagDays: Type.Integer({ minimum: 0, maximum: 366 }),
      path: trajectorySchema,
      step: Type.Number({ minimum: 0.0001 }),
    }),
  ),
})

export type IndicatorParameters = Static<typeof indicatorParameters>
