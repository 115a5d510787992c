// The schematic road graph (示意路网): hand-drawn roads that people know, and generated streets where the land is built up.
// No survey is available for the city; the map draws exactly this graph, junctions and whatever lines streets stand on it.
import { type City, placesOf } from '../contract.ts'
import type { Point } from './geo.ts'
import { crossingsOf, type Junction, piecesOf, type RoadPiece } from './roads/crossings.ts'
import { groundAt } from './roads/ground-at.ts'
import { createLattice } from './roads/lattice.ts'
import { joinGroups } from './roads/links.ts'
import { Network, type RoadClass, type RoadInfo } from './roads/network.ts'
import { planeOf } from './roads/plane.ts'
import { Skeleton } from './roads/skeleton.ts'
import { layStreets } from './roads/streets.ts'

export type { Junction, JunctionClass, RoadPiece } from './roads/crossings.ts'
export type { RoadClass, RoadInfo }

export type RoadGraph = {
  polylines: Point[][]
  /** One per polyline. */
  info: RoadInfo[]
  /** Crossings by scope number, in an order of their own: better roads earlier, but not strictly so. */
  crossings: Junction[][]
  /** Road pieces by scope number, for whatever stands along streets; none over water. */
  pieces: RoadPiece[][]
}

/** Purpose of a chance: the lattice has its own below this. */
const ORDER = 9

const graphs = new WeakMap<City, RoadGraph>()

/** The graph, worked out once per city: a pure function of its places and catalogue seed. */
export function roadGraph(city: City): RoadGraph {
  let graph = graphs.get(city)
  if (!graph) {
    graph = buildGraph(city)
    graphs.set(city, graph)
  }
  return graph
}

function buildGraph(city: City): RoadGraph {
  const { roads } = placesOf(city)
  const plane = planeOf(city)
  const ground = groundAt(city, plane)
  const lattice = createLattice(city, plane)
  const network = new Network()
  const skeleton = new Skeleton(roads, plane, network)
  const corridors = new Map<string, number>()
  const corridorOf = roads.map(({ through }, road) => {
    const key = through ?? `#${road}`
    const known = corridors.get(key) ?? network.nextCorridor()
    corridors.set(key, known)
    return known
  })
  layStreets(lattice, ground, skeleton, network)
  for (const [road, { road: named, nodes }] of skeleton.ways().entries()) {
    const { name, class: kind } = named
    network.ways.push({ class: kind, name, nodes, corridor: corridorOf[road] })
  }
  joinGroups(plane, ground, network)
  const scopes = city.scopes.length
  const points = network.nodes.map(([x, y]) => plane.toDegrees(x, y))
  return {
    polylines: network.ways.map(({ nodes }) => nodes.map((node) => points[node])),
    info: network.ways.map(({ class: kind, name }) => ({ class: kind, ...(name ? { name } : {}) })),
    crossings: crossingsOf(network, plane, ground, scopes, (node) => lattice.chance(node, ORDER)),
    pieces: piecesOf(network, plane, ground, scopes),
  }
}
