// What stands on the network: its pieces by district, and the crossings that have signals.
import type { Text } from '../../contract.ts'
import type { Point } from '../geo.ts'
import type { GroundAt } from './ground-at.ts'
import type { Network, RoadClass, RoadWay } from './network.ts'
import type { Plane } from './plane.ts'

/** A trunk road's junctions count as an arterial's. */
export type JunctionClass = Exclude<RoadClass, 'trunk'>

/** A signalised place: a crossing of the graph, or a mid-block one. */
export type Junction = {
  point: Point
  class: JunctionClass
  approaches: 3 | 4
  /** Of its main road. */
  corridor: number
  /** Names of the roads that meet here, the main one first; none, one or two. */
  roads: Text[]
}

/** A straight piece of land road between two neighbouring nodes. */
export type RoadPiece = {
  from: Point
  to: Point
  class: RoadClass
  lengthKm: number
  /** Name of its street, where it has one. */
  road?: Text
  /** The continuous line that it is part of. */
  corridor: number
}

const RANK: Record<RoadClass, number> = { trunk: 3, arterial: 0, collector: 1, local: 2 }
/** Signals come to better roads first: relative chances by class. */
const CHANCE: Record<JunctionClass, number> = { arterial: 6, collector: 2.5, local: 1 }

/** Pieces by scope number, without those over water. */
export function piecesOf(
  network: Network,
  plane: Plane,
  ground: GroundAt,
  scopes: number,
): RoadPiece[][] {
  const pieces: RoadPiece[][] = Array.from({ length: scopes }, () => [])
  for (const { nodes, class: kind, name, corridor, isDry } of network.ways) {
    for (let k = 1; k < nodes.length; k++) {
      const a = network.nodes[nodes[k - 1]]
      const b = network.nodes[nodes[k]]
      const middle: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
      if (!isDry && (ground.isWet(middle) || ground.crossesWater(a, b))) continue
      const scope = ground.scope(middle)
      if (scope === 0) continue
      pieces[scope].push({
        from: plane.toDegrees(...a),
        to: plane.toDegrees(...b),
        class: kind,
        lengthKm: Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2),
        ...(name ? { road: name } : {}),
        corridor,
      })
    }
  }
  return pieces
}

/** Crossings by scope number, better roads earlier but not strictly so. `chance` gives a number in [0, 1) per node. */
export function crossingsOf(
  network: Network,
  plane: Plane,
  ground: GroundAt,
  scopes: number,
  chance: (node: number) => number,
): Junction[][] {
  const found: (Junction & { order: number })[][] = Array.from({ length: scopes }, () => [])
  for (const [node, arms] of armsOf(network).entries()) {
    const junction = junctionOf(arms)
    if (!junction) continue
    const at = network.nodes[node]
    const scope = ground.scope(at)
    if (scope === 0 || !ground.isBuildable(scope, at)) continue
    const order = chance(node) / CHANCE[junction.class]
    found[scope].push({ point: plane.toDegrees(...at), ...junction, order })
  }
  return found.map((list) =>
    list.sort((a, b) => a.order - b.order).map(({ order: _, ...junction }) => junction),
  )
}

/** The ways that leave each node, one per arm. */
function armsOf(network: Network): RoadWay[][] {
  const arms: RoadWay[][] = network.nodes.map(() => [])
  const seen = new Set<number>()
  for (const way of network.ways) {
    for (let k = 1; k < way.nodes.length; k++) {
      const [low, high] = [way.nodes[k - 1], way.nodes[k]].sort((a, b) => a - b)
      const key = low * network.nodes.length + high
      if (low === high || seen.has(key)) continue
      seen.add(key)
      arms[low].push(way)
      arms[high].push(way)
    }
  }
  return arms
}

/** Level crossings of three arms and more; a trunk road has signals under it only where an arterial crosses. */
function junctionOf(arms: RoadWay[]): Omit<Junction, 'point'> | undefined {
  if (arms.length < 3) return undefined
  const sorted = [...arms].sort((a, b) => RANK[a.class] - RANK[b.class] || a.corridor - b.corridor)
  const main = sorted[0]
  if (main.class === 'trunk') return undefined
  const level = arms.filter((way) => way.class !== 'trunk')
  if (level.length < 3 && main.class !== 'arterial') return undefined
  const roads: Text[] = []
  const corridors = new Set<number>()
  for (const { name, corridor } of sorted) {
    if (!name || corridors.has(corridor) || roads.length === 2) continue
    corridors.add(corridor)
    roads.push(name)
  }
  return {
    class: main.class,
    approaches: arms.length === 3 ? 3 : 4,
    corridor: main.corridor,
    roads,
  }
}
