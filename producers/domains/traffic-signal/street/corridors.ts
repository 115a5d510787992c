// Which junctions are neighbours: those of a cell that stand one after the other on the same road.
import { cos } from '../../../../infra/maths.ts'
import type { SimulationContext } from '../../../simulation/simulator.ts'
import type { SignalParameters } from '../parameters.ts'

/** Shortest way between two stop lines, s; also the seconds that all junctions of a cell are simulated ahead. */
export const BLOCK_S = 20
/** Longest way, s: the road's memory holds it and a block. */
const LONGEST_WAY_S = 100
const KM_PER_DEGREE = 111.2

/** A row of neighbours in the order in which traffic towards the city's middle passes them. */
export type JunctionRow = {
  /** Id of the road that they stand on. */
  road: string
  junctions: number[]
  /** Way from each to the next, s; one less than there are junctions. */
  waysS: number[]
}

type KmPlace = { x: number; y: number }

/**
 * Rows of two junctions or more, by the catalogue's attribute `corridor`; a junction without one stands alone. Pure in
 * the places of the cell's junctions, and no row leaves its cell.
 */
export function rowsOf(context: SimulationContext): JunctionRow[] {
  const { assets, catalogue } = context
  const { corridor } = context.parameters as SignalParameters
  const byRoad = new Map<string, number[]>()
  for (let j = 0; j < assets.length; j++) {
    const n = assets[j]
    const road = catalogue.attributes[n].corridor
    if (road === undefined) continue
    const key = `${catalogue.cell[n]}/${road}`
    const known = byRoad.get(key)
    if (known) known.push(j)
    else byRoad.set(key, [j])
  }
  if (byRoad.size === 0) return []
  const placeOf = createPlaces(context)
  const rows: JunctionRow[] = []
  for (const [key, junctions] of byRoad) {
    const ordered = inOrder(junctions, junctions.map(placeOf))
    rows.push(...cut(key.slice(key.indexOf('/') + 1), ordered, placeOf, corridor))
  }
  return rows
}

/** Which roads have rows at all, in any cell of the city: the same for every shard, and found out when it is asked for. */
export class Roads {
  readonly #context: SimulationContext
  /** Not saved: the catalogue's, found when they are asked for first. */
  #withRows: Set<string> | null = null

  constructor(context: SimulationContext) {
    this.#context = context
  }

  /** Stand two junctions of j's road near each other anywhere? */
  haveNeighbours(j: number): boolean {
    const { assets, catalogue } = this.#context
    this.#withRows ??= this.#find()
    return this.#withRows.has(String(catalogue.attributes[assets[j]].corridor))
  }

  #find(): Set<string> {
    const { from, to } = this.#context.catalogue.ranges['traffic-signal']
    const assets = Uint32Array.from({ length: to - from }, (_, n) => from + n)
    return new Set(rowsOf({ ...this.#context, assets }).map(({ road }) => road))
  }
}

/** Places in km from the middle of all the city's junctions. */
function createPlaces({ assets, catalogue }: SimulationContext): (j: number) => KmPlace {
  const { from, to } = catalogue.ranges['traffic-signal']
  let lon = 0
  let lat = 0
  for (let n = from; n < to; n++) {
    lon += catalogue.lon[n] / (to - from)
    lat += catalogue.lat[n] / (to - from)
  }
  const kx = KM_PER_DEGREE * cos((lat / 180) * Math.PI)
  return (j) => ({
    x: (catalogue.lon[assets[j]] - lon) * kx,
    y: (catalogue.lat[assets[j]] - lat) * KM_PER_DEGREE,
  })
}

/** Along the line that fits the places best, the end that is nearer to the middle (0, 0) last. */
function inOrder(junctions: number[], places: KmPlace[]): number[] {
  const count = places.length
  const middle = { x: 0, y: 0 }
  for (const { x, y } of places) {
    middle.x += x / count
    middle.y += y / count
  }
  let xx = 0
  let xy = 0
  let yy = 0
  for (const { x, y } of places) {
    xx += (x - middle.x) ** 2
    xy += (x - middle.x) * (y - middle.y)
    yy += (y - middle.y) ** 2
  }
  // First principal axis of the 2 × 2 covariance.
  const spread = Math.sqrt((xx - yy) ** 2 + 4 * xy * xy)
  let axis = { x: xx - yy + spread, y: 2 * xy }
  if (axis.x === 0 && axis.y === 0) axis = { x: 0, y: 1 }
  if (axis.x * middle.x + axis.y * middle.y > 0) axis = { x: -axis.x, y: -axis.y }
  const along = places.map(({ x, y }) => x * axis.x + y * axis.y)
  const order = places.map((_, k) => k).sort((a, b) => along[a] - along[b] || a - b)
  return order.map((k) => junctions[k])
}

/** Cuts a road's junctions where the way from one to the next is too long to be neighbours. */
function cut(
  road: string,
  ordered: number[],
  placeOf: (j: number) => KmPlace,
  { longestLinkKm, speedKmH }: SignalParameters['corridor'],
): JunctionRow[] {
  const rows: JunctionRow[] = []
  let row: JunctionRow = { road, junctions: [ordered[0]], waysS: [] }
  for (let k = 1; k < ordered.length; k++) {
    const from = placeOf(ordered[k - 1])
    const to = placeOf(ordered[k])
    const km = Math.sqrt((to.x - from.x) ** 2 + (to.y - from.y) ** 2)
    if (km <= longestLinkKm) {
      const wayS = Math.round((km / speedKmH) * 3600)
      row.waysS.push(Math.min(Math.max(wayS, BLOCK_S), LONGEST_WAY_S))
      row.junctions.push(ordered[k])
    } else {
      rows.push(row)
      row = { road, junctions: [ordered[k]], waysS: [] }
    }
  }
  rows.push(row)
  return rows.filter(({ junctions }) => junctions.length > 1)
}
