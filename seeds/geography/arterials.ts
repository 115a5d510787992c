// The generated arterial graph (示意路网): a gently bent lattice, dense around centres, joined by trunk roads over land.
// No road data is available for the city; the map draws exactly this graph and junctions stand on it.
import { sin } from '../../infra/maths.ts'
import { nextWord, seedStream, streamTable, uniform } from '../../infra/random.ts'
import { type City, placesOf, type Text } from '../contract.ts'
import { distanceKm, KM_PER_DEGREE_LAT, kmPerDegreeLon, type Point, roundDegrees } from './geo.ts'
import { ARTERIAL_EVERY, type Lattice } from './lattice.ts'
import { type Terrain, terrainOf } from './terrain.ts'
import { trunkRoutes } from './trunk-roads.ts'

export type RoadClass = 'trunk' | 'arterial' | 'collector' | 'local'

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

/** What is known of a polyline of the graph besides its points. */
export type RoadInfo = { class: RoadClass; name?: Text }

/** A straight piece between two neighbouring points of the graph. */
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

export type RoadGraph = {
  polylines: Point[][]
  /** One per polyline. */
  info: RoadInfo[]
  /** Crossings by scope number, in a shuffled order of their own. */
  crossings: Junction[][]
  /** Road pieces by scope number, for whatever stands along streets. */
  pieces: RoadPiece[][]
}

const SPACING_KM = 0.45
/** Bends of the lattice: amplitude and wavelength. */
const BEND_KM = 0.6
const BEND_LENGTH_KM = 11
const JITTER_KM = 0.08
const CLASSES: JunctionClass[] = ['arterial', 'collector', 'local']
/** Parts of a centre's reach within which lines of rank 2, 1 and 0 are built. */
const REACHES = [1, 0.72, 0.42]
/** Crossings that a square kilometre of reach yields with the shares above (about), and junctions per 10,000 people. */
const CROSSINGS_PER_REACH2 = 3.6
const JUNCTIONS_PER_10K = 2.2
const MAX_REACH_KM = 6
const EAST = 1
const NORTH = 2

const graphs = new WeakMap<City, RoadGraph>()

/** Polylines (lon, lat) of the city's arterial graph. */
export function arterials(city: City): Point[][] {
  return roadGraph(city).polylines
}

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
  const terrain = terrainOf(city)
  const lattice = createLattice(city, terrain)
  layStreets(city, terrain, lattice)
  for (const [a, b] of trunkRoutes(terrain, lattice)) setEdge(lattice, a, b)
  const { lines, info, corridors } = chains(lattice)
  return { polylines: lines, info, ...junctionsOf(city, terrain, lattice, corridors) }
}

function createLattice(city: City, terrain: Terrain): Lattice {
  const { catalogueSeed } = placesOf(city)
  const boxes = terrain.districts.slice(1).map((shape) => shape.bounds)
  const west = Math.min(...boxes.map((b) => b[0]))
  const south = Math.min(...boxes.map((b) => b[1]))
  const east = Math.max(...boxes.map((b) => b[2]))
  const north = Math.max(...boxes.map((b) => b[3]))
  const kx = kmPerDegreeLon((south + north) / 2)
  const columns = Math.ceil(((east - west) * kx) / SPACING_KM)
  const rows = Math.ceil(((north - south) * KM_PER_DEGREE_LAT) / SPACING_KM)
  const points: (Point | undefined)[] = new Array(columns * rows)
  const words = streamTable(1)

  function point(i: number, j: number): Point {
    const known = points[i * rows + j]
    if (known) return known
    seedStream(words, 0, catalogueSeed, `${i}/${j}`, 'lattice')
    const bend = (2 * Math.PI * SPACING_KM) / BEND_LENGTH_KM
    const jitter = () => (2 * uniform(words, 0) - 1) * JITTER_KM
    const x = i * SPACING_KM + BEND_KM * sin(j * bend) + jitter()
    const y = j * SPACING_KM + BEND_KM * sin(i * bend * 0.83 + 1) + jitter()
    const made: Point = [roundDegrees(west + x / kx), roundDegrees(south + y / KM_PER_DEGREE_LAT)]
    points[i * rows + j] = made
    return made
  }

  function around(at: Point, km: number, visit: (i: number, j: number) => void): void {
    const margin = km + BEND_KM + JITTER_KM
    const middle = [(at[0] - west) * kx, (at[1] - south) * KM_PER_DEGREE_LAT]
    const [fromI, fromJ] = middle.map((x) => Math.max(0, Math.floor((x - margin) / SPACING_KM)))
    const [toI, toJ] = middle.map((x) => Math.ceil((x + margin) / SPACING_KM))
    for (let i = fromI; i <= Math.min(toI, columns - 1); i++) {
      for (let j = fromJ; j <= Math.min(toJ, rows - 1); j++) visit(i, j)
    }
  }

  return { columns, rows, point, around, edges: new Uint8Array(columns * rows) }
}

/** 0 = arterial, 1 = collector, 2 = local street. */
function rankOf(line: number): number {
  if (line % ARTERIAL_EVERY === 0) return 0
  return line % 2 === 0 ? 1 : 2
}

/** Lattice edges near centres, as far as the centre's population carries streets of the line's rank. */
function layStreets(city: City, terrain: Terrain, lattice: Lattice): void {
  const { columns, rows, point } = lattice
  const allowed = allowedRanks(city, terrain, lattice)
  for (let i = 0; i < columns - 1; i++) {
    for (let j = 0; j < rows - 1; j++) {
      const here = allowed[i * rows + j]
      if (here === 0) continue
      for (const [bit, line, other] of [
        [EAST, j, (i + 1) * rows + j],
        [NORTH, i, i * rows + j + 1],
      ]) {
        const there = allowed[other]
        if (there === 0 || rankOf(line) > Math.min(here & 3, there & 3)) continue
        const to = bit === EAST ? point(i + 1, j) : point(i, j + 1)
        if (terrain.water.crosses(point(i, j), to)) continue
        if (terrain.rivers.crosses(point(i, j), to)) continue // bridges belong to trunk roads
        lattice.edges[i * rows + j] |= bit
      }
    }
  }
}

/** Per node: scope × 4 + the highest rank of street built there, 0 = nothing is built. */
function allowedRanks(city: City, terrain: Terrain, lattice: Lattice): Uint8Array {
  const { rows, point } = lattice
  const nearest = new Float32Array(lattice.edges.length).fill(Number.POSITIVE_INFINITY)
  const allowed = new Uint8Array(lattice.edges.length)
  for (let scope = 1; scope < city.scopes.length; scope++) {
    for (const { at, reachKm } of reachesOf(city, terrain, scope)) {
      lattice.around(at, reachKm, (i, j) => {
        const node = i * rows + j
        const here = point(i, j)
        const part = distanceKm(here, at) / reachKm
        if (part > 1 || part >= nearest[node]) return
        if (allowed[node] >> 2 !== scope && !terrain.isBuildable(scope, ...here)) return
        nearest[node] = part
        allowed[node] = scope * 4 + REACHES.filter((reach) => part <= reach).length - 1
      })
    }
  }
  return allowed
}

function reachesOf(city: City, terrain: Terrain, scope: number) {
  const centres = terrain.centres[scope]
  const weights = centres.reduce((sum, centre) => sum + centre.weight, 0)
  const junctions = city.districts[scope - 1].population10k * JUNCTIONS_PER_10K
  return centres.map(({ lon, lat, weight }) => {
    const wanted = (junctions * weight) / weights
    const reachKm = Math.min(MAX_REACH_KM, Math.sqrt(wanted / CROSSINGS_PER_REACH2))
    return { at: [lon, lat] as Point, reachKm }
  })
}

/** Adds the edge between two neighbouring nodes, given as i × rows + j. */
function setEdge(lattice: Lattice, a: number, b: number): void {
  const [low, high] = a < b ? [a, b] : [b, a]
  lattice.edges[low] |= high - low === 1 ? NORTH : EAST
}

/** Lines of edges that follow each other along a row or a column; `corridors` has the line of each node's two edges. */
function chains(lattice: Lattice) {
  const { columns, rows, point, edges } = lattice
  const lines: Point[][] = []
  const info: RoadInfo[] = []
  const corridors = new Int32Array(edges.length * 2).fill(-1)
  const walk = (along: number, length: number, bit: number, node: (step: number) => number) => {
    let line: Point[] = []
    const at = (step: number): Point => point(Math.floor(node(step) / rows), node(step) % rows)
    for (let step = 0; step < length; step++) {
      if (line.length > 0) line.push(at(step))
      if (edges[node(step)] & bit) {
        if (line.length === 0) line.push(at(step))
        corridors[node(step) * 2 + bit - 1] = lines.length
      } else if (line.length > 0) {
        lines.push(line)
        info.push({ class: CLASSES[rankOf(along)] })
        line = []
      }
    }
  }
  for (let i = 0; i < columns; i++) walk(i, rows, NORTH, (step) => i * rows + step)
  for (let j = 0; j < rows; j++) walk(j, columns, EAST, (step) => step * rows + j)
  return { lines, info, corridors }
}

function junctionsOf(city: City, terrain: Terrain, lattice: Lattice, corridors: Int32Array) {
  const { columns, rows, point, edges } = lattice
  const { catalogueSeed } = placesOf(city)
  const words = streamTable(1)
  const crossings: (Junction & { order: number })[][] = city.scopes.map(() => [])
  const pieces: RoadGraph['pieces'] = city.scopes.map(() => [])
  for (let i = 1; i < columns; i++) {
    for (let j = 1; j < rows; j++) {
      const node = i * rows + j
      const east = edges[node] & EAST ? 1 : 0
      const north = edges[node] & NORTH ? 1 : 0
      const west = edges[node - rows] & EAST ? 1 : 0
      const south = edges[node - 1] & NORTH ? 1 : 0
      if (east + north + west + south === 0) continue
      const here = point(i, j)
      const scope = terrain.districtAt(...here)
      if (scope === 0) continue
      const add = (to: Point, line: number, bit: number) => {
        const lengthKm = distanceKm(here, to)
        const corridor = corridors[node * 2 + bit - 1]
        pieces[scope].push({ from: here, to, class: CLASSES[rankOf(line)], lengthKm, corridor })
      }
      if (east) add(point(i + 1, j), j, EAST)
      if (north) add(point(i, j + 1), i, NORTH)
      const approaches = east + north + west + south
      if (approaches < 3 || !terrain.isBuildable(scope, ...here)) continue
      seedStream(words, 0, catalogueSeed, `${i}/${j}`, 'junction')
      crossings[scope].push({
        point: here,
        class: CLASSES[Math.min(rankOf(i), rankOf(j))],
        approaches: approaches === 3 ? 3 : 4,
        corridor: mainCorridor(i, j),
        roads: [],
        order: nextWord(words, 0),
      })
    }
  }

  /** The line of the better class, the row's when they are alike. */
  function mainCorridor(i: number, j: number): number {
    const node = i * rows + j
    const row = corridors[node * 2 + EAST - 1]
    const column = corridors[node * 2 + NORTH - 1]
    const along = row >= 0 ? row : corridors[(node - rows) * 2 + EAST - 1]
    const across = column >= 0 ? column : corridors[(node - 1) * 2 + NORTH - 1]
    return across < 0 || (along >= 0 && rankOf(j) <= rankOf(i)) ? along : across
  }

  for (const list of crossings) list.sort((a, b) => a.order - b.order)
  return { crossings, pieces }
}
