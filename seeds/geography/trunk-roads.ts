// Trunk roads: shortest ways over land along the lattice's arterial lines, between centres that are neighbours.

import { distanceKm, type Point } from './geo.ts'
import { ARTERIAL_EVERY, type Lattice } from './lattice.ts'
import type { Terrain } from './terrain.ts'

/** Roads over a hill park count this many times their length; water is not crossed at all. */
const HILL_COST = 4
/** Existing roads are followed rather than doubled. */
const REUSE_COST = 0.6
/** Neighbours further apart than this get no road of their own. */
const MAX_LINK_KM = 45

/** Lattice edges (pairs of node numbers i × rows + j) of all trunk roads. */
export function trunkRoutes(terrain: Terrain, lattice: Lattice): [number, number][] {
  const centres: Point[] = []
  const cross = createCrossings(terrain, lattice)
  const used = new Set<number>()
  const edges: [number, number][] = []
  const starts: number[] = []
  for (const [scope, list] of terrain.centres.entries()) {
    const isInside = (node: number) => cross.isLand(node) && cross.scopeOf(node) === scope
    for (const { lon, lat } of list) {
      const own = nearestNode(lattice, [lon, lat], isInside)
      centres.push([lon, lat])
      starts.push(own >= 0 ? own : nearestNode(lattice, [lon, lat], cross.isLand))
    }
  }
  for (const [a, b] of neighbours(centres)) {
    if (starts[a] < 0 || starts[b] < 0) continue
    const path = shortest(lattice, starts[a], starts[b], (from, to) => {
      const cost = cross.cost(from, to)
      return used.has(edgeKey(lattice, from, to)) ? cost * REUSE_COST : cost
    })
    for (let k = 1; k < path.length; k++) {
      used.add(edgeKey(lattice, path[k - 1], path[k]))
      edges.push(...fineEdges(path[k - 1], path[k]))
    }
  }
  return edges
}

/** The lattice edges that make up the piece between two neighbouring arterial nodes. */
function fineEdges(from: number, to: number): [number, number][] {
  const step = (to - from) / ARTERIAL_EVERY
  return Array.from({ length: ARTERIAL_EVERY }, (_, k) => [from + k * step, from + (k + 1) * step])
}

const edgeKey = (lattice: Lattice, a: number, b: number): number =>
  Math.min(a, b) * 2 + (Math.abs(a - b) < lattice.rows ? 1 : 0)

/** Cost of the piece between two neighbouring arterial nodes: its length, more over hills, Infinity over water. */
function createCrossings(terrain: Terrain, lattice: Lattice) {
  const { rows, point } = lattice
  const at = (node: number): Point => point(Math.floor(node / rows), node % rows)
  const known = new Map<number, number>()

  function isLand(node: number): boolean {
    const [lon, lat] = at(node)
    return terrain.districtAt(lon, lat) > 0 && !terrain.water.contains(lon, lat)
  }

  function cost(from: number, to: number): number {
    const key = edgeKey(lattice, from, to)
    let value = known.get(key)
    if (value === undefined) {
      value = piece(Math.min(from, to), Math.max(from, to))
      known.set(key, value)
    }
    return value
  }

  function piece(from: number, to: number): number {
    const step = (to - from) / ARTERIAL_EVERY
    let sum = 0
    for (let k = 0; k < ARTERIAL_EVERY; k++) {
      const a = from + k * step
      const b = a + step
      if (!isLand(a) || !isLand(b) || terrain.water.crosses(at(a), at(b))) {
        return Number.POSITIVE_INFINITY
      }
      sum += distanceKm(at(a), at(b)) * (terrain.isHill(...at(b)) ? HILL_COST : 1)
    }
    return sum
  }

  return { isLand, cost, scopeOf: (node: number) => terrain.districtAt(...at(node)) }
}

/** Gabriel neighbours: pairs with no third centre inside the circle over their connecting line. */
function neighbours(centres: Point[]): [number, number][] {
  const pairs: [number, number][] = []
  const d2 = (a: number, b: number) => distanceKm(centres[a], centres[b]) ** 2
  for (let a = 0; a < centres.length; a++) {
    for (let b = a + 1; b < centres.length; b++) {
      if (distanceKm(centres[a], centres[b]) > MAX_LINK_KM) continue
      if (centres.some((_, c) => c !== a && c !== b && d2(a, c) + d2(b, c) < d2(a, b))) continue
      pairs.push([a, b])
    }
  }
  return pairs
}

function nearestNode(lattice: Lattice, to: Point, isLand: (node: number) => boolean): number {
  let best = -1
  let least = Number.POSITIVE_INFINITY
  for (let i = ARTERIAL_EVERY; i < lattice.columns - 1; i += ARTERIAL_EVERY) {
    for (let j = ARTERIAL_EVERY; j < lattice.rows - 1; j += ARTERIAL_EVERY) {
      const distance = distanceKm(lattice.point(i, j), to)
      if (distance < least && isLand(i * lattice.rows + j)) {
        least = distance
        best = i * lattice.rows + j
      }
    }
  }
  return best
}

/** A* over the arterial nodes; the straight distance, scaled for re-used roads, never overestimates. */
function shortest(
  lattice: Lattice,
  start: number,
  goal: number,
  cost: (from: number, to: number) => number,
): number[] {
  const { rows, columns, point } = lattice
  const at = (node: number): Point => point(Math.floor(node / rows), node % rows)
  const estimate = (node: number) => distanceKm(at(node), at(goal)) * REUSE_COST
  const best = new Map<number, number>([[start, 0]])
  const before = new Map<number, number>()
  const open = new Map<number, number>([[start, estimate(start)]])
  while (open.size > 0) {
    let node = -1
    let least = Number.POSITIVE_INFINITY
    for (const [candidate, value] of open) {
      if (value < least) {
        least = value
        node = candidate
      }
    }
    if (node === goal) break
    open.delete(node)
    const i = Math.floor(node / rows)
    const j = node % rows
    for (const [di, dj] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      const ni = i + di * ARTERIAL_EVERY
      const nj = j + dj * ARTERIAL_EVERY
      if (ni < 1 || nj < 1 || ni >= columns - 1 || nj >= rows - 1) continue
      const next = ni * rows + nj
      const value = (best.get(node) ?? 0) + cost(node, next)
      if (value < (best.get(next) ?? Number.POSITIVE_INFINITY)) {
        best.set(next, value)
        before.set(next, node)
        open.set(next, value + estimate(next))
      }
    }
  }
  if (!before.has(goal)) return []
  const path = [goal]
  while (path[0] !== start) path.unshift(before.get(path[0])!)
  return path
}
