// Joins what lies apart: each group of streets gets the cheapest way over land, or over as little water as can be, to the rest.
import { MinHeap } from '../../../infra/heap.ts'
import type { Point } from '../geo.ts'
import type { GroundAt } from './ground-at.ts'
import type { Network } from './network.ts'
import type { Plane } from './plane.ts'

const STEP_KM = 0.5
/** A way over a hill or water counts this many times its length. */
const HILL_COST = 4
const WATER_COST = 10
/** A group shorter than this is left out rather than joined. */
const LEAST_KM = 1.2

const AROUND = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
]

/** Squares of the plane with what is known of each. */
type Board = {
  columns: number
  rows: number
  middle(square: number): Point
  squareOf(at: Point): number
}

export function joinGroups(plane: Plane, ground: GroundAt, network: Network): void {
  const groups = groupsBySize(network)
  if (groups.length === 0) return
  const board = boardOver(plane)
  const costs = costsOver(board, ground)
  /** A node of what is joined already, by square. */
  const joined = new Map<number, number>()
  const join = (nodes: number[]) => {
    for (const node of nodes) {
      const square = board.squareOf(network.nodes[node])
      if (!joined.has(square)) joined.set(square, node)
    }
  }
  join(groups[0].nodes)
  for (const { nodes } of groups.slice(1)) {
    const starts = new Map<number, number>()
    for (const node of nodes) {
      const square = board.squareOf(network.nodes[node])
      if (!starts.has(square)) starts.set(square, node)
    }
    const path = cheapest(board, starts, joined, costs)
    if (path) {
      const from = starts.get(path[0])!
      const to = joined.get(path[path.length - 1])!
      const between = path.slice(1, -1).map((square) => board.middle(square))
      const line = softened([network.nodes[from], ...between, network.nodes[to]])
      const made = line.slice(1, -1).map(([x, y]) => network.addNode(x, y))
      network.ways.push({
        class: 'collector',
        nodes: [from, ...made, to],
        corridor: network.nextCorridor(),
      })
      join(made)
    }
    join(nodes)
  }
}

/** Groups of joined nodes, the longest first; ways of those too short to keep are taken out. */
function groupsBySize(network: Network): { nodes: number[]; km: number }[] {
  const group = network.groups()
  const found = new Map<number, { nodes: number[]; km: number }>()
  for (const { nodes } of network.ways) {
    const entry = found.get(group[nodes[0]]) ?? { nodes: [], km: 0 }
    found.set(group[nodes[0]], entry)
    for (const [k, node] of nodes.entries()) {
      entry.nodes.push(node)
      if (k === 0) continue
      const [x, y] = network.nodes[node]
      const [px, py] = network.nodes[nodes[k - 1]]
      entry.km += Math.sqrt((x - px) ** 2 + (y - py) ** 2)
    }
  }
  const kept = network.ways.filter(({ nodes }) => found.get(group[nodes[0]])!.km >= LEAST_KM)
  network.ways.splice(0, network.ways.length, ...kept)
  return [...found.values()].filter(({ km }) => km >= LEAST_KM).sort((a, b) => b.km - a.km)
}

function boardOver({ widthKm, heightKm }: Plane): Board {
  const columns = Math.ceil(widthKm / STEP_KM)
  const rows = Math.ceil(heightKm / STEP_KM)
  const cut = (x: number, count: number) =>
    Math.min(count - 1, Math.max(0, Math.floor(x / STEP_KM)))
  return {
    columns,
    rows,
    middle: (square) => [
      (Math.floor(square / rows) + 0.5) * STEP_KM,
      ((square % rows) + 0.5) * STEP_KM,
    ],
    squareOf: ([x, y]) => cut(x, columns) * rows + cut(y, rows),
  }
}

/** Cost of a step between two neighbouring squares; Infinity out of the city. */
function costsOver(
  board: Board,
  ground: GroundAt,
): (from: number, to: number, km: number) => number {
  const known = new Map<number, number>()
  const costAt = (square: number): number => {
    let cost = known.get(square)
    if (cost === undefined) {
      const at = board.middle(square)
      cost = ground.isWet(at) ? WATER_COST : ground.isHill(at) ? HILL_COST : 1
      if (ground.scope(at) === 0) cost = Number.POSITIVE_INFINITY
      known.set(square, cost)
    }
    return cost
  }
  return (from, to, km) => {
    const cost = Math.max(costAt(from), costAt(to))
    const isDry = cost < WATER_COST && ground.crossesWater(board.middle(from), board.middle(to))
    return km * (isDry ? WATER_COST : cost)
  }
}

/** Dijkstra's way from any of `starts` to the first of `goals`, as squares; undefined where there is none. */
function cheapest(
  board: Board,
  starts: Map<number, number>,
  goals: Map<number, number>,
  cost: (from: number, to: number, km: number) => number,
): number[] | undefined {
  const best = new Map<number, number>()
  const before = new Map<number, number>()
  const queue = new MinHeap(starts.size)
  for (const start of starts.keys()) {
    best.set(start, 0)
    queue.push(0, start)
  }
  while (queue.size > 0) {
    const [square, reached] = [queue.number(), queue.key()]
    queue.pop()
    if (reached > best.get(square)!) continue
    if (goals.has(square)) return pathTo(square, before)
    const i = Math.floor(square / board.rows)
    const j = square % board.rows
    for (const [di, dj] of AROUND) {
      if (i + di < 0 || j + dj < 0 || i + di >= board.columns || j + dj >= board.rows) continue
      const other = (i + di) * board.rows + j + dj
      const km = di !== 0 && dj !== 0 ? STEP_KM * Math.SQRT2 : STEP_KM
      const value = reached + cost(square, other, km)
      if (value >= (best.get(other) ?? Number.POSITIVE_INFINITY)) continue
      best.set(other, value)
      before.set(other, square)
      queue.push(value, other)
    }
  }
  return undefined
}

function pathTo(goal: number, before: Map<number, number>): number[] {
  const path = [goal]
  for (let at = before.get(goal); at !== undefined; at = before.get(at)) path.push(at)
  return path.reverse()
}

/** Corners cut twice (Chaikin): a way over squares becomes a bent road. */
function softened(line: Point[]): Point[] {
  let soft = line
  for (let round = 0; round < 2; round++) {
    const cut: Point[] = [soft[0]]
    for (let k = 1; k < soft.length - 2; k++) {
      const [a, b] = [soft[k], soft[k + 1]]
      cut.push([a[0] * 0.75 + b[0] * 0.25, a[1] * 0.75 + b[1] * 0.25])
      cut.push([a[0] * 0.25 + b[0] * 0.75, a[1] * 0.25 + b[1] * 0.75])
    }
    if (soft.length === 3) cut.push(soft[1])
    cut.push(soft[soft.length - 1])
    soft = cut
  }
  return soft
}
