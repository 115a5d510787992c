// A value that moves slowly over years: straight lines between dated points, level before the first and after the last.
import { type Static, Type } from 'typebox'
import { CITY_OFFSET_MS } from '../infra/time.ts'

/** Ascending city dates; a value holds at 00:00 Asia/Shanghai of its date. */
export const trajectorySchema = Type.Array(
  Type.Tuple([Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }), Type.Number()]),
  { minItems: 1 },
)

export type Trajectory = Static<typeof trajectorySchema>

/** Value at a sim time (ms). */
export function createTrajectory(points: Trajectory): (time: number) => number {
  const at = points.map(([date]) => Date.parse(`${date}T00:00:00Z`) - CITY_OFFSET_MS)
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
