// Which parts of a district hang together: borders drawn beside a river leave slivers on the wrong bank.
import type { Point } from './geo.ts'
import { cellAt, fillRings, type Grid } from './grid.ts'

/** A part without a centre counts as the district's own from this size on. */
const OWN_PART_KM2 = 3

/** `rings` of districts by scope number (0 unused) and of the water; centres by scope number. */
type Land = { districts: Point[][][]; water: Point[][]; centres: Point[][] }

/**
 * Whether a point lies on land that water cuts off from its district: a part of the district that is small and holds
 * none of its centres. Parts are told apart on a grid; at its edges the neighbouring cells decide.
 */
export function cutOffLand(
  grid: Grid,
  { districts, water, centres }: Land,
): (scope: number, lon: number, lat: number) => boolean {
  const scopes = new Uint8Array(grid.columns * grid.rows)
  districts.forEach((rings, scope) => {
    fillRings(grid, rings, (cell) => {
      scopes[cell] = scope
    })
  })
  fillRings(grid, water, (cell) => {
    scopes[cell] = 0
  })
  const own = ownParts(grid, scopes, centres)
  const { columns } = grid
  const around = [0, 1, -1, columns, -columns, columns + 1, columns - 1, 1 - columns, -1 - columns]
  return (scope, lon, lat) => {
    const cell = cellAt(grid, lon, lat)
    if (scopes[cell] === scope) return own[cell] === 0
    return !around.some((step) => scopes[cell + step] === scope && own[cell + step] === 1)
  }
}

/** 1 for every cell of a part that is large or holds a centre. */
function ownParts(grid: Grid, scopes: Uint8Array, centres: Point[][]): Uint8Array {
  const own = new Uint8Array(scopes.length)
  const seen = new Uint8Array(scopes.length)
  const enough = OWN_PART_KM2 / (grid.stepKm * grid.stepKm)
  const part = new Int32Array(scopes.length)
  const grow = (start: number): number => {
    let size = 0
    part[size++] = start
    seen[start] = 1
    for (let k = 0; k < size; k++) {
      const cell = part[k]
      for (const next of [cell - 1, cell + 1, cell - grid.columns, cell + grid.columns]) {
        if (seen[next] === 1 || scopes[next] !== scopes[start]) continue
        seen[next] = 1
        part[size++] = next
      }
    }
    return size
  }
  const keep = (start: number, least: number) => {
    if (scopes[start] === 0 || seen[start] === 1) return
    const size = grow(start)
    if (size < least) return
    for (let k = 0; k < size; k++) own[part[k]] = 1
  }
  centres.forEach((list, scope) => {
    for (const [lon, lat] of list) {
      const cell = cellAt(grid, lon, lat)
      if (scopes[cell] === scope) keep(cell, 0)
    }
  })
  for (let cell = 0; cell < scopes.length; cell++) keep(cell, enough)
  return own
}
