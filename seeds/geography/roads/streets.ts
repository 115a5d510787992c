// Lays generated streets on the lattice where the land is built up: dense in cores, thin at edges, nowhere on water or hills.
import type { Point } from '../geo.ts'
import type { GroundAt } from './ground-at.ts'
import type { Lattice } from './lattice.ts'
import type { Network, RoadClass } from './network.ts'
import type { Skeleton } from './skeleton.ts'

/** Density from which lines of rank 0 (every 4th), 1 (every 2nd) and 2 are built. */
const FROM_DENSITY = [0.012, 0.09, 0.26]
/** Share of a rank's pieces that are left out, so that no district is a chessboard. */
const GAPS = [0, 0.06, 0.2]
/** A lattice node this near a hand-drawn road moves onto it. */
const SNAP_KM = 0.12
/** A street that runs along a hand-drawn road within this distance would double it. */
const DOUBLE_KM = 0.17
const DOUBLE_COSINE = 0.88
/** A crossing this near an end that lies on the road already is that end. */
const END_PART = 0.12

type Laid = { node: number; scope: number; rank: number; road: number }

export function layStreets(
  lattice: Lattice,
  ground: GroundAt,
  skeleton: Skeleton,
  network: Network,
): void {
  const { columns, rows } = lattice
  const classes: RoadClass[] = skeleton.isEmpty
    ? ['arterial', 'collector', 'local']
    : ['collector', 'collector', 'local']
  const laid = nodesOf(lattice, ground, skeleton, network)
  for (let i = 0; i < columns; i++) layLine(i, rows, 3, (step) => i * rows + step)
  for (let j = 0; j < rows; j++) layLine(j, columns, 4, (step) => step * rows + j)

  function layLine(
    line: number,
    length: number,
    purpose: number,
    nodeAt: (step: number) => number,
  ): void {
    const rank = rankOf(line)
    let way: number[] = []
    let before: Laid | undefined
    for (let step = 0; step <= length; step++) {
      const node = nodeAt(step)
      const here = step < length ? laid[node] : undefined
      const passes = before && here && rank <= Math.min(before.rank, here.rank)
      const isGap = passes && lattice.chance(node, purpose) < GAPS[rank]
      const piece = passes && !isGap ? pieceOf(before!, here, rank) : undefined
      before = here
      if (piece) {
        way.push(...(way.length === 0 ? piece : piece.slice(1)))
      } else if (way.length > 0) {
        const corridor = network.nextCorridor()
        network.ways.push({ class: classes[rank], nodes: way, corridor, isDry: true })
        way = []
      }
    }
  }

  /** Nodes from one lattice node to the next, those on crossed roads included; undefined where no street can run. */
  function pieceOf(from: Laid, to: Laid, rank: number): number[] | undefined {
    if (from.node === to.node) return undefined
    if (from.road >= 0 && from.road === to.road) return undefined
    const a = network.nodes[from.node]
    const b = network.nodes[to.node]
    const middle: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
    const near = skeleton.nearest(middle[0], middle[1], DOUBLE_KM)
    if (near && skeleton.isAlong(near.segment, a, b, DOUBLE_COSINE)) return undefined
    if (!ground.isBuildable(from.scope, middle) && !ground.isBuildable(to.scope, middle)) {
      return undefined
    }
    if (ground.crossesWater(a, b)) return undefined
    const piece = [from.node]
    for (const { segment, part, along } of skeleton.crossings(a, b)) {
      if (from.road >= 0 && along < END_PART) continue
      if (to.road >= 0 && along > 1 - END_PART) continue
      if (rank === 2 && skeleton.isTrunk(segment)) return undefined
      const node = skeleton.stop(segment, part)
      if (node !== piece[piece.length - 1] && node !== to.node) piece.push(node)
    }
    piece.push(to.node)
    return piece
  }
}

/** 0 = every 4th line, 1 = every 2nd, 2 = the others. */
function rankOf(line: number): number {
  if (line % 4 === 0) return 0
  return line % 2 === 0 ? 1 : 2
}

/** Lattice nodes where streets may run, by number; those near a hand-drawn road have become stops on it. */
function nodesOf(
  lattice: Lattice,
  ground: GroundAt,
  skeleton: Skeleton,
  network: Network,
): (Laid | undefined)[] {
  const { columns, rows } = lattice
  const laid: (Laid | undefined)[] = new Array(columns * rows).fill(undefined)
  for (let node = 0; node < laid.length; node++) {
    const at = lattice.at(node)
    const density = ground.density(at)
    if (density < FROM_DENSITY[0]) continue
    const line = Math.min(rankOf(Math.floor(node / rows)), rankOf(node % rows))
    const rank = density < FROM_DENSITY[1] ? 0 : density < FROM_DENSITY[2] ? 1 : 2
    if (line > rank) continue
    const scope = ground.scope(at)
    if (scope === 0 || !ground.isBuildable(scope, at)) continue
    const near = skeleton.nearest(at[0], at[1], SNAP_KM)
    const road = near ? skeleton.roadOf(near.segment) : -1
    const own = near ? skeleton.stop(near.segment, near.part) : network.addNode(...at)
    laid[node] = { node: own, scope, rank, road }
  }
  return laid
}
