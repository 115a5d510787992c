// Lays district borders that follow a river onto its centreline, so that no sliver lies on the wrong bank.
import type { GeometryObject, Topology } from 'topojson-specification'
import { distanceKm, type Point } from '../geo.ts'

/** Nodes of the network are the points of the centrelines; lines meet where they share a point. */
type RiverNet = { points: Point[]; next: number[][] }

/** A way far from the border it replaces is not taken: its length counts more the further off it is. */
const OFF_KM = 0.35
/** A border that ends further than this from every river stays as it is. */
const REACH_KM = 2

type DistrictObject = GeometryObject<{ code: string }> & { properties: { code: string } }

/** Changes the arcs of `map` (unquantized) that the listed pairs of districts share, and what ends where they end. */
export function snapBorders(map: Topology, pairs: [string, string][], lines: Point[][]): void {
  const network = networkOf(lines)
  const wanted = new Set(pairs.map((pair) => [...pair].sort().join()))
  const arcs = map.arcs as Point[][]
  const onRiver = arcs.map((_, i) => wanted.has((ownersOf(map)[i] ?? []).sort().join()))
  const moved = new Map<string, number>()
  arcs.forEach((arc, i) => {
    if (!onRiver[i]) return
    for (const end of [arc[0], arc[arc.length - 1]]) {
      const node = nearest(network, end)
      if (distanceKm(network.points[node], end) <= REACH_KM) moved.set(String(end), node)
    }
  })
  arcs.forEach((arc, i) => {
    const from = moved.get(String(arc[0]))
    const to = moved.get(String(arc[arc.length - 1]))
    if (onRiver[i] && from !== undefined && to !== undefined) {
      arcs[i] = way(network, from, to, arc)
      return
    }
    if (from !== undefined) arc[0] = network.points[from]
    if (to !== undefined) arc[arc.length - 1] = network.points[to]
  })
}

/** Codes of the districts that use each arc. */
function ownersOf(map: Topology): string[][] {
  const owners: string[][] = []
  const { geometries } = map.objects.districts as unknown as { geometries: DistrictObject[] }
  for (const district of geometries) {
    const refs = (district as unknown as { arcs: number[][] }).arcs.flat(3) as number[]
    for (const ref of refs) {
      const arc = ref < 0 ? ~ref : ref
      owners[arc] = [...(owners[arc] ?? []), district.properties.code]
    }
  }
  return owners
}

function networkOf(lines: Point[][]): RiverNet {
  const network: RiverNet = { points: [], next: [] }
  const numbers = new Map<string, number>()
  const nodeOf = (point: Point): number => {
    const key = point.map((x) => x.toFixed(6)).join()
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, network.points.length)
    network.points.push([point[0], point[1]])
    network.next.push([])
    return network.points.length - 1
  }
  for (const line of lines) {
    const nodes = line.map(nodeOf)
    for (let k = 1; k < nodes.length; k++) {
      network.next[nodes[k - 1]].push(nodes[k])
      network.next[nodes[k]].push(nodes[k - 1])
    }
  }
  return network
}

function nearest({ points }: RiverNet, to: Point): number {
  let best = 0
  for (let i = 1; i < points.length; i++) {
    if (distanceKm(points[i], to) < distanceKm(points[best], to)) best = i
  }
  return best
}

/** The shortest way between two nodes that stays beside the old border (Dijkstra; the network is small). */
function way({ points, next }: RiverNet, from: number, to: number, border: Point[]): Point[] {
  const cost = new Float64Array(points.length).fill(Number.POSITIVE_INFINITY)
  const before = new Int32Array(points.length).fill(-1)
  const open = new Set([from])
  cost[from] = 0
  while (open.size > 0) {
    const node = [...open].reduce((a, b) => (cost[a] <= cost[b] ? a : b))
    open.delete(node)
    if (node === to) break
    for (const other of next[node]) {
      const off = toLine(border, points[other]) / OFF_KM
      const through = cost[node] + distanceKm(points[node], points[other]) * (1 + off)
      if (through >= cost[other]) continue
      cost[other] = through
      before[other] = node
      open.add(other)
    }
  }
  if (cost[to] === Number.POSITIVE_INFINITY)
    return [points[from], ...border.slice(1, -1), points[to]]
  const found = [to]
  while (found[0] !== from) found.unshift(before[found[0]])
  return found.map((node) => points[node])
}

function toLine(line: Point[], point: Point): number {
  let least = Number.POSITIVE_INFINITY
  for (let k = 1; k < line.length; k++) {
    for (let t = 0; t <= 1; t += 1 / 16) {
      const at: Point = [
        line[k - 1][0] + t * (line[k][0] - line[k - 1][0]),
        line[k - 1][1] + t * (line[k][1] - line[k - 1][1]),
      ]
      least = Math.min(least, distanceKm(at, point))
    }
  }
  return least
}
