// Geometry for tests, written simply and without the code under test.
import { distanceKm, type Point } from '../../seeds/geography/geo.ts'

/** Even-odd rule, written without the code under test. */
export function isInside(rings: Point[][], [x, y]: Point): boolean {
  let inside = false
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [x1, y1] = ring[i - 1]
      const [x2, y2] = ring[i]
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
    }
  }
  return inside
}

/** Distance to a polyline by sampling each edge: slow and simple. */
export function distanceToLines(lines: Point[][], point: Point): number {
  let least = Number.POSITIVE_INFINITY
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      for (let t = 0; t <= 1; t += 1 / 64) {
        const lon = line[i - 1][0] + t * (line[i][0] - line[i - 1][0])
        const lat = line[i - 1][1] + t * (line[i][1] - line[i - 1][1])
        least = Math.min(least, distanceKm(point, [lon, lat]))
      }
    }
  }
  return least
}

/** For a point: the pieces of lines that may come within `km` of it. */
export function nearbyLines(lines: Point[][], km: number): (at: Point) => Point[][] {
  const filed = new Map<string, Point[][]>()
  const key = (x: number, y: number) => `${x} ${y}`
  const step = 0.01
  const margin = km / 100
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      const [[x1, y1], [x2, y2]] = [line[i - 1], line[i]]
      const [west, east] = [Math.min(x1, x2) - margin, Math.max(x1, x2) + margin]
      const [south, north] = [Math.min(y1, y2) - margin, Math.max(y1, y2) + margin]
      for (let x = Math.floor(west / step); x <= Math.floor(east / step); x++) {
        for (let y = Math.floor(south / step); y <= Math.floor(north / step); y++) {
          const list = filed.get(key(x, y)) ?? []
          list.push([line[i - 1], line[i]])
          filed.set(key(x, y), list)
        }
      }
    }
  }
  return ([lon, lat]) => filed.get(key(Math.floor(lon / step), Math.floor(lat / step))) ?? []
}
