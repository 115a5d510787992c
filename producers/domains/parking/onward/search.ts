// Where cars go that find a lot full or are sent away from it: to a suitable one within a walk, in the same cell.
import { cos } from '../../../../infra/maths.ts'
import { cityDayStart, HOUR_MS, MINUTE_MS } from '../../../../infra/time.ts'
import type { SimulationContext } from '../../../simulation/simulator.ts'
import type { OnwardParameters, ParkingParameters } from '../parameters.ts'
import type { LotType } from '../users/lot-types.ts'

const KM_PER_DEGREE = 111.2

type Neighbour = { lot: number; km: number; shared: boolean; openedAt: number }

/** Where a car from `origin` may go on to from lot `i`. */
export type OnwardSearch = {
  i: number
  origin: number
  time: number
  /** Given where signs or the operator know it: whether a lot has a free space. */
  hasSpace?: (lot: number) => boolean
}

export class LotSearch {
  readonly #parameters: OnwardParameters
  readonly #types: readonly LotType[]
  /** Per lot, nearest first. Not saved: the catalogue's. */
  readonly #neighbours: Neighbour[][]
  /** `<of>/<to>`: types whose lots its drivers use at any time. */
  readonly #suitable = new Set<string>()

  constructor(context: SimulationContext, types: readonly LotType[]) {
    const { onward, types: known } = context.parameters as ParkingParameters
    this.#parameters = onward
    this.#types = types
    for (const [name, { onwardTo }] of Object.entries(known)) {
      for (const to of onwardTo) this.#suitable.add(`${name}/${to}`)
    }
    this.#neighbours = neighboursOf(context, onward.mostKm)
  }

  /** Nearest suitable lot, and how long the way takes; undefined when there is none. `u` in [0, 1) is the search's length. */
  find(
    { i, origin, time, hasSpace }: OnwardSearch,
    u: number,
  ): { lot: number; ms: number } | undefined {
    const { kmPerHour, searchMin } = this.#parameters
    for (const { lot, km, shared, openedAt } of this.#neighbours[i]) {
      if (lot === origin || openedAt > time) continue
      if (!this.#isFor(origin, lot, shared, time)) continue
      if (hasSpace !== undefined && !hasSpace(lot)) continue
      const ms = (km / kmPerHour) * HOUR_MS + u * searchMin * MINUTE_MS
      return { lot, ms: MINUTE_MS + Math.round(ms) }
    }
    return undefined
  }

  #isFor(origin: number, lot: number, shared: boolean, time: number): boolean {
    const of = this.#types[origin].name
    const to = this.#types[lot].name
    if (this.#suitable.has(`${of}/${to}`)) return true
    if (!shared) return false
    const hour = (time - cityDayStart(time)) / HOUR_MS
    return this.#parameters.sharing.some(
      (pair) => pair.of === of && pair.to === to && isBetween(hour, pair.fromHour, pair.toHour),
    )
  }
}

/** From an hour up to another, past midnight where the second is the smaller. */
function isBetween(hour: number, from: number, to: number): boolean {
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to
}

function neighboursOf({ assets, catalogue }: SimulationContext, mostKm: number): Neighbour[][] {
  const byCell = new Map<number, number[]>()
  assets.forEach((n, i) => {
    const cell = catalogue.cell[n]
    const lots = byCell.get(cell)
    if (lots) lots.push(i)
    else byCell.set(cell, [i])
  })
  return Array.from(assets, (n, i) => {
    const near: Neighbour[] = []
    for (const lot of byCell.get(catalogue.cell[n])!) {
      const km = kmBetween(catalogue, n, assets[lot])
      if (lot === i || km > mostKm) continue
      const shared = catalogue.attributes[assets[lot]].shared === true
      near.push({ lot, km, shared, openedAt: catalogue.commissionedAt[assets[lot]] })
    }
    return near.sort((a, b) => a.km - b.km || a.lot - b.lot)
  })
}

function kmBetween({ lon, lat }: SimulationContext['catalogue'], a: number, b: number): number {
  const east = (lon[a] - lon[b]) * cos((lat[a] * Math.PI) / 180)
  return KM_PER_DEGREE * Math.sqrt(east * east + (lat[a] - lat[b]) ** 2)
}
