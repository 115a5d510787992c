// A value that moves slowly over years: straight lines between dated points, level before the first and after the last.
import { type Static, Type } from 'typebox'
import { parseCityDate } from '../../infra/time.ts'
import { CityDateText } from '../../seeds/load/date-text.ts'

/** Ascending city dates; a value holds at 00:00 Asia/Shanghai of its date. */
export const trajectorySchema = Type.Refine(
  Type.Array(Type.Tuple([CityDateText, Type.Number()]), { minItems: 1 }),
  (points) => points.every(([date], i) => i === 0 || date > points[i - 1][0]),
  () => 'dates that ascend',
)

export type Trajectory = Static<typeof trajectorySchema>

/** Value at a sim time (ms). */
export function createTrajectory(points: Trajectory): (time: number) => number {
  const at = points.map(([date]) => parseCityDate(date, 'a trajectory'))
  const values = points.map(([, value]) => value)
  return (time) => {
    let next = 0
    while (next < at.length && at[next] <= time) next++
    if (next === 0) return values[0]
    if (next === at.length) return values[next - 1]
    const part = (time - at[next - 1]) / (at[next] - at[next - 1])
    return values[next - 1] + (values[next] - values[next - 1]) * part
  }
}
