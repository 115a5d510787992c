// A grid of small cells over the city's bounds, and filling polygons into it row by row.
import { type Bounds, KM_PER_DEGREE_LAT, kmPerDegreeLon, type Point } from './geo.ts'

/** Cell (i, j) counts from west and south; its number is j × columns + i; its middle lies half a step inside. */
export type Grid = {
  west: number
  south: number
  columns: number
  rows: number
  /** Kilometres per degree of longitude, the same for the whole grid. */
  kx: number
  stepKm: number
  stepLon: number
  stepLat: number
}

export function gridOver([west, south, east, north]: Bounds, stepKm: number): Grid {
  const kx = kmPerDegreeLon((south + north) / 2)
  const stepLon = stepKm / kx
  const stepLat = stepKm / KM_PER_DEGREE_LAT
  return {
    west,
    south,
    columns: Math.ceil((east - west) / stepLon) + 1,
    rows: Math.ceil((north - south) / stepLat) + 1,
    kx,
    stepKm,
    stepLon,
    stepLat,
  }
}

/** The middle of a cell in km from the grid's corner: what noise and distances are worked out in. */
export const cellKm = ({ stepKm }: Grid, i: number): number => (i + 0.5) * stepKm

/** A point in km from the grid's corner. */
export function toKm(grid: Grid, [lon, lat]: Point): Point {
  return [(lon - grid.west) * grid.kx, (lat - grid.south) * KM_PER_DEGREE_LAT]
}

/** Visits every cell whose middle lies inside the rings (even-odd rule). */
export function fillRings(grid: Grid, rings: Point[][], visit: (cell: number) => void): void {
  const crossings: number[][] = Array.from({ length: grid.rows }, () => [])
  for (const ring of rings) {
    for (let e = 1; e < ring.length; e++) addEdge(grid, ring[e - 1], ring[e], crossings)
  }
  for (let j = 0; j < grid.rows; j++) {
    const row = crossings[j].sort((a, b) => a - b)
    for (let k = 1; k < row.length; k += 2) {
      const from = Math.max(0, Math.ceil(row[k - 1] - 0.5))
      const to = Math.min(grid.columns - 1, Math.ceil(row[k] - 0.5) - 1)
      for (let i = from; i <= to; i++) visit(j * grid.columns + i)
    }
  }
}

/** Where an edge meets the middles of rows, in columns from the west. */
function addEdge(grid: Grid, a: Point, b: Point, crossings: number[][]): void {
  const [low, high] = a[1] <= b[1] ? [a, b] : [b, a]
  const y1 = (low[1] - grid.south) / grid.stepLat
  const y2 = (high[1] - grid.south) / grid.stepLat
  const from = Math.max(0, Math.ceil(y1 - 0.5))
  const to = Math.min(grid.rows - 1, Math.ceil(y2 - 0.5) - 1)
  const x1 = (low[0] - grid.west) / grid.stepLon
  const x2 = (high[0] - grid.west) / grid.stepLon
  for (let j = from; j <= to; j++) {
    crossings[j].push(x1 + ((j + 0.5 - y1) / (y2 - y1)) * (x2 - x1))
  }
}

/** Value at a point between the middles of four cells, smoothly; cells outside count as the nearest inside. */
export function valueAt(grid: Grid, values: Float32Array, lon: number, lat: number): number {
  const x = (lon - grid.west) / grid.stepLon - 0.5
  const y = (lat - grid.south) / grid.stepLat - 0.5
  const i = Math.min(grid.columns - 2, Math.max(0, Math.floor(x)))
  const j = Math.min(grid.rows - 2, Math.max(0, Math.floor(y)))
  const u = Math.min(1, Math.max(0, x - i))
  const v = Math.min(1, Math.max(0, y - j))
  const at = j * grid.columns + i
  const low = values[at] * (1 - u) + values[at + 1] * u
  const high = values[at + grid.columns] * (1 - u) + values[at + grid.columns + 1] * u
  return low * (1 - v) + high * v
}

/** The cell that holds a point, the nearest one for a point outside. */
export function cellAt(grid: Grid, lon: number, lat: number): number {
  const i = Math.floor((lon - grid.west) / grid.stepLon)
  const j = Math.floor((lat - grid.south) / grid.stepLat)
  const clamped = Math.min(grid.columns - 1, Math.max(0, i))
  return Math.min(grid.rows - 1, Math.max(0, j)) * grid.columns + clamped
}
