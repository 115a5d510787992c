// All that lies within some kilometres of a line, as polygons: a true outline, also where the line bends or crosses itself.
import type { Position } from 'geojson'
import { middleOf, planeAround } from './km-plane.ts'

type GridPoint = [x: number, y: number]

/** Cells along the shorter reach of the line: fine enough for round ends. */
const CELLS_PER_KM_WIDE = 12
const MOST_CELLS = 220

/** Closed rings around what is nearer than `km`; a hole is a ring of its own. */
export function lineBuffer(line: Position[], km: number): Position[][] {
  const plane = planeAround(middleOf(line))
  const path = line.map((at) => plane.toKm(at))
  const xs = path.map(([x]) => x)
  const ys = path.map(([, y]) => y)
  const [west, south] = [Math.min(...xs) - 1.2 * km, Math.min(...ys) - 1.2 * km]
  const width = Math.max(...xs) + 1.2 * km - west
  const height = Math.max(...ys) + 1.2 * km - south
  const cell = Math.max(km / CELLS_PER_KM_WIDE, Math.max(width, height) / MOST_CELLS)
  const [columns, rows] = [Math.ceil(width / cell) + 1, Math.ceil(height / cell) + 1]
  // Above 0 inside.
  const depth = (c: number, r: number) => km - distance([west + c * cell, south + r * cell], path)
  const field = Float64Array.from({ length: columns * rows }, (_, i) =>
    depth(i % columns, Math.floor(i / columns)),
  )
  const rings = contours(field, columns, rows)
  return rings.map((ring) =>
    ring.map(([c, r]) => plane.toDegrees(west + c * cell, south + r * cell)),
  )
}

function distance([x, y]: GridPoint, path: GridPoint[]): number {
  let least = Math.hypot(x - path[0][0], y - path[0][1])
  for (let k = 1; k < path.length; k++) {
    const [ax, ay] = path[k - 1]
    const [dx, dy] = [path[k][0] - ax, path[k][1] - ay]
    const length = dx * dx + dy * dy || 1
    const part = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length))
    least = Math.min(least, Math.hypot(x - ax - part * dx, y - ay - part * dy))
  }
  return least
}

/** Edges of a cell in turn: below, right, above, left; by which of its corners lie inside (1, 2, 4, 8 from below left). */
const CROSSINGS: [from: number, to: number][][] = [
  ...[[], [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]]],
  ...[
    [
      [3, 0],
      [1, 2],
    ],
  ],
  ...[[[0, 2]], [[3, 2]], [[2, 3]], [[2, 0]]],
  ...[
    [
      [0, 1],
      [2, 3],
    ],
  ],
  ...[[[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], []],
] as [number, number][][]

/** Follows the line where the field is 0, the inside on one hand. */
function contours(field: Float64Array, columns: number, rows: number): GridPoint[][] {
  const next = new Map<number, number>()
  const at = new Map<number, GridPoint>()
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const corners: GridPoint[] = [
        [c, r],
        [c + 1, r],
        [c + 1, r + 1],
        [c, r + 1],
      ]
      const values = corners.map(([x, y]) => field[y * columns + x])
      const inside = values.reduce((sum, value, i) => sum + (value > 0 ? 2 ** i : 0), 0)
      for (const [from, to] of CROSSINGS[inside]) {
        const [a, b] = [edgeId(c, r, from, columns), edgeId(c, r, to, columns)]
        next.set(a, b)
        at.set(a, crossing(corners, values, from))
      }
    }
  }
  return chained(next, at)
}

/** The same for both cells of an edge: twice the number of its lower left corner, and 1 more for one that rises. */
function edgeId(c: number, r: number, side: number, columns: number): number {
  const corner = r * columns + c
  if (side === 0) return 2 * corner
  if (side === 1) return 2 * (corner + 1) + 1
  return side === 2 ? 2 * (corner + columns) : 2 * corner + 1
}

function crossing(corners: GridPoint[], values: number[], side: number): GridPoint {
  const [i, j] = [side, (side + 1) % 4]
  const part = values[i] / (values[i] - values[j])
  const [a, b] = [corners[i], corners[j]]
  return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part]
}

function chained(next: Map<number, number>, at: Map<number, GridPoint>): GridPoint[][] {
  const rings: GridPoint[][] = []
  while (next.size > 0) {
    const ring: GridPoint[] = []
    let [edge] = next.keys() as Iterable<number> as [number]
    for (let to = next.get(edge); to !== undefined; to = next.get(edge)) {
      ring.push(at.get(edge)!)
      next.delete(edge)
      edge = to
    }
    ring.push(ring[0])
    rings.push(ring)
  }
  return rings
}
