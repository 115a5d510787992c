// Section `simulation` of seeds/<city>/indicator-report.json.
import { type Static, Type } from 'typebox'
import { trajectorySchema } from '../../simulation/trajectory.ts'

export const indicatorParameters = Type.Object({
  note: Type.String(),
  /** By slug: the path of the value over the years, reported in whole multiples of `step`. */
  indicators: Type.Record(
    Type.String(),
    Type.Object({ path: trajectorySchema, step: Type.Number({ minimum: 0.0001 }) }),
  ),
})

export type IndicatorParameters = Static<typeof indicatorParameters>
