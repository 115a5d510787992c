// A river as a ribbon: its centreline bent smoothly through the drawn points, and both banks beside it.
import { KM_PER_DEGREE_LAT, kmPerDegreeLon, type Point, type Ring } from '../geo.ts'

/** [lon, lat, width in metres] */
export type WidePoint = [number, number, number]

/** Points per stretch between two drawn ones. */
const STEPS = 6
/** Points of the half circle that ends a ribbon. */
const CAP_STEPS = 8

/** Catmull-Rom through the drawn points; widths go along. */
export function smoothLine(line: readonly WidePoint[]): WidePoint[] {
  const at = (k: number) => line[Math.min(line.length - 1, Math.max(0, k))]
  const made: WidePoint[] = [line[0]]
  for (let k = 0; k < line.length - 1; k++) {
    const [p0, p1, p2, p3] = [at(k - 1), at(k), at(k + 1), at(k + 2)]
    for (let step = 1; step <= STEPS; step++) {
      const t = step / STEPS
      const bend = (i: 0 | 1) =>
        p1[i] +
        0.5 *
          t *
          (p2[i] -
            p0[i] +
            t *
              (2 * p0[i] -
                5 * p1[i] +
                4 * p2[i] -
                p3[i] +
                t * (3 * (p1[i] - p2[i]) + p3[i] - p0[i])))
      made.push([bend(0), bend(1), p1[2] + t * (p2[2] - p1[2])])
    }
  }
  made[made.length - 1] = line[line.length - 1]
  return made
}

/** The closed outline of a river: left bank, a round end, right bank, a round beginning. */
export function ribbon(line: readonly WidePoint[]): Ring {
  const left: Point[] = []
  const right: Point[] = []
  line.forEach((point, k) => {
    const along = directionAt(line, k)
    left.push(aside(point, along + Math.PI / 2))
    right.push(aside(point, along - Math.PI / 2))
  })
  const cap = (point: WidePoint, from: number): Point[] =>
    Array.from({ length: CAP_STEPS - 1 }, (_, k) =>
      aside(point, from - (Math.PI * (k + 1)) / CAP_STEPS),
    )
  const end = cap(line[line.length - 1], directionAt(line, line.length - 1) + Math.PI / 2)
  const start = cap(line[0], directionAt(line, 0) - Math.PI / 2)
  return [...left, ...end, ...right.reverse(), ...start, left[0]]
}

function directionAt(line: readonly WidePoint[], k: number): number {
  const a = line[Math.max(0, k - 1)]
  const b = line[Math.min(line.length - 1, k + 1)]
  return Math.atan2((b[1] - a[1]) * KM_PER_DEGREE_LAT, (b[0] - a[0]) * kmPerDegreeLon(a[1]))
}

/** The bank in a direction: half the width away. */
function aside([lon, lat, widthM]: WidePoint, direction: number): Point {
  const km = widthM / 2000
  return [
    lon + (km * Math.cos(direction)) / kmPerDegreeLon(lat),
    lat + (km * Math.sin(direction)) / KM_PER_DEGREE_LAT,
  ]
}
