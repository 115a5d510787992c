// The hand-drawn roads on the plane: rounded, joined where they meet, open to streets that end at or cross them.
import type { NamedRoad } from '../../load/roads.ts'
import type { Point } from '../geo.ts'
import type { Network } from './network.ts'
import { likeness, meetingOf, nearestOn, type Plane, Squares } from './plane.ts'

/** Pieces longer than this are rounded off with points between. */
const ROUND_KM = 0.4
/** An end this near another road is joined to it. */
const JOIN_KM = 0.25
/** Places on a road closer together than this are one. */
const SAME_KM = 0.045
/** Segments are filed so widely that any within this distance of a point is found in its square. */
const REACH_KM = 0.2

/** A straight piece of a hand-drawn road; `stops` are nodes on it by their part of the way. */
type RoadSegment = {
  road: number
  a: number
  b: number
  km: number
  stops: { part: number; node: number }[]
}

export class Skeleton {
  readonly #roads: NamedRoad[]
  readonly #network: Network
  readonly #segments: RoadSegment[] = []
  readonly #squares: Squares

  constructor(roads: NamedRoad[], plane: Plane, network: Network) {
    this.#roads = roads
    this.#network = network
    this.#squares = new Squares(plane)
    const nodes = new Map<string, number>()
    for (const [road, { line }] of roads.entries()) {
      let before = -1
      for (const [x, y] of rounded(line.map((point) => plane.toKm(point)))) {
        const key = `${x.toFixed(3)}/${y.toFixed(3)}`
        const node = nodes.get(key) ?? network.addNode(x, y)
        nodes.set(key, node)
        if (before >= 0 && before !== node) this.#add(road, before, node)
        before = node
      }
    }
    this.#joinEnds()
    this.#joinCrossings()
  }

  get isEmpty(): boolean {
    return this.#segments.length === 0
  }

  /** Number of a segment's road. */
  roadOf(segment: number): number {
    return this.#segments[segment].road
  }

  isTrunk(segment: number): boolean {
    return this.#roads[this.#segments[segment].road].class === 'trunk'
  }

  /** The nearest segment within `km` (at most 0.2) of a point. */
  nearest(x: number, y: number, km: number, skip?: (segment: number) => boolean) {
    let best: { segment: number; part: number; km: number } | undefined
    for (const segment of this.#squares.at(x, y)) {
      const { a, b } = this.#ends(segment)
      const found = nearestOn(a, b, x, y)
      if (found.km <= (best?.km ?? km) && !skip?.(segment)) best = { segment, ...found }
    }
    return best
  }

  /** Whether a segment runs much as the piece from `a` to `b` does. */
  isAlong(segment: number, a: Point, b: Point, cosine: number): boolean {
    const ends = this.#ends(segment)
    return likeness(a, b, ends.a, ends.b) > cosine
  }

  /** Where the hand-drawn roads cross the piece from `a` to `b`, in the order met. */
  crossings(a: Point, b: Point): { segment: number; part: number; along: number }[] {
    const found = new Map<number, { segment: number; part: number; along: number }>()
    const steps = Math.ceil(Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])) / REACH_KM)
    for (let step = 0; step <= steps; step++) {
      const part = step / Math.max(1, steps)
      const x = a[0] + part * (b[0] - a[0])
      const y = a[1] + part * (b[1] - a[1])
      for (const segment of this.#squares.at(x, y)) {
        if (found.has(segment)) continue
        const ends = this.#ends(segment)
        const meeting = meetingOf(a, b, ends.a, ends.b)
        if (meeting) found.set(segment, { segment, part: meeting.second, along: meeting.first })
      }
    }
    return [...found.values()].sort((x, y) => x.along - y.along)
  }

  /** The node at a place on a segment: one that is there already, or a new one. */
  stop(segment: number, part: number): number {
    const { a, b, km, stops } = this.#segments[segment]
    if (part * km < SAME_KM) return a
    if ((1 - part) * km < SAME_KM) return b
    const near = stops.find((stop) => Math.abs(stop.part - part) * km < SAME_KM)
    if (near) return near.node
    const from = this.#network.nodes[a]
    const to = this.#network.nodes[b]
    const node = this.#network.addNode(
      from[0] + part * (to[0] - from[0]),
      from[1] + part * (to[1] - from[1]),
    )
    stops.push({ part, node })
    return node
  }

  /** Nodes of every road in order, all stops included. */
  ways(): { road: NamedRoad; nodes: number[] }[] {
    const ways = this.#roads.map((road) => ({ road, nodes: [] as number[] }))
    for (const { road, a, b, stops } of this.#segments) {
      const { nodes } = ways[road]
      if (nodes.length === 0) nodes.push(a)
      for (const { node } of stops.sort((x, y) => x.part - y.part)) nodes.push(node)
      nodes.push(b)
    }
    return ways
  }

  #add(road: number, a: number, b: number): void {
    const from = this.#network.nodes[a]
    const to = this.#network.nodes[b]
    const km = Math.sqrt((from[0] - to[0]) ** 2 + (from[1] - to[1]) ** 2)
    this.#squares.add(this.#segments.length, from, to, REACH_KM)
    this.#segments.push({ road, a, b, km, stops: [] })
  }

  #ends(segment: number): { a: Point; b: Point } {
    const { a, b } = this.#segments[segment]
    return { a: this.#network.nodes[a], b: this.#network.nodes[b] }
  }

  /** An end that no other road shares grows a last piece to the nearest road in reach. */
  #joinEnds(): void {
    const uses = new Map<number, Set<number>>()
    for (const { road, a, b } of this.#segments) {
      for (const node of [a, b]) uses.set(node, (uses.get(node) ?? new Set()).add(road))
    }
    for (const [road, ends] of endsOf(this.#segments)) {
      for (const node of ends) {
        if (uses.get(node)!.size > 1) continue
        const [x, y] = this.#network.nodes[node]
        const isOwn = (segment: number) => this.#segments[segment].road === road
        const found = this.nearest(x, y, JOIN_KM, isOwn)
        if (!found) continue
        const stop = this.stop(found.segment, found.part)
        const [tx, ty] = this.#network.nodes[stop]
        this.#network.nodes[node] = [tx, ty]
        this.#replace(road, node, stop)
      }
    }
  }

  #replace(road: number, node: number, by: number): void {
    for (const segment of this.#segments) {
      if (segment.road !== road) continue
      if (segment.a === node) segment.a = by
      if (segment.b === node) segment.b = by
    }
  }

  #joinCrossings(): void {
    const count = this.#segments.length
    for (let segment = 0; segment < count; segment++) {
      const { road } = this.#segments[segment]
      const ends = this.#ends(segment)
      for (const other of this.crossings(ends.a, ends.b)) {
        if (other.segment <= segment || this.#segments[other.segment].road === road) continue
        const node = this.stop(other.segment, other.part)
        this.#pass(segment, other.along, node)
      }
    }
  }

  /** Leads a segment through a node that lies on it. */
  #pass(segment: number, part: number, node: number): void {
    const { a, b, stops } = this.#segments[segment]
    if (a === node || b === node || stops.some((stop) => stop.node === node)) return
    stops.push({ part, node })
  }
}

function endsOf(segments: RoadSegment[]): Map<number, [number, number]> {
  const ends = new Map<number, [number, number]>()
  for (const { road, a, b } of segments) {
    const known = ends.get(road)
    if (known) known[1] = b
    else ends.set(road, [a, b])
  }
  return ends
}

/** The line with two points more on each long piece, on a smooth curve through all given ones (Catmull-Rom). */
function rounded(line: Point[]): Point[] {
  const made: Point[] = []
  for (let k = 0; k < line.length - 1; k++) {
    const [p, a, b, q] = [
      line[Math.max(0, k - 1)],
      line[k],
      line[k + 1],
      line[Math.min(line.length - 1, k + 2)],
    ]
    made.push(a)
    const length2 = (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
    if (length2 < ROUND_KM * ROUND_KM) continue
    for (const t of [1 / 3, 2 / 3])
      made.push([bend(p[0], a[0], b[0], q[0], t), bend(p[1], a[1], b[1], q[1], t)])
  }
  made.push(line[line.length - 1])
  return made
}

function bend(p: number, a: number, b: number, q: number, t: number): number {
  const square = t * t
  const cube = square * t
  return (
    0.5 *
    (2 * a + (b - p) * t + (2 * p - 5 * a + 4 * b - q) * square + (3 * a - p - 3 * b + q) * cube)
  )
}
