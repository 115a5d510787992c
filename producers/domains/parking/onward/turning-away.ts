// Cars that do not get into the lot that they came to: it is full or closed, its signs say so, or the operator diverts them. They
// go on to another lot of the cell, or give up.
import type { SimulationContext, StateWalk } from '../../../simulation/simulator.ts'
import { type AssetStreams, createStreams } from '../../../simulation/streams.ts'
import { DIVERT, GUIDE } from '../commands.ts'
import type { ParkedCars } from '../disturbances/parked-cars.ts'
import type { Troubles } from '../disturbances/troubles.ts'
import type { OnwardParameters, ParkingParameters } from '../parameters.ts'
import type { Tallies } from '../tally.ts'
import type { LotType } from '../users/lot-types.ts'
import { Diversions } from './diversions.ts'
import { Guidance } from './guidance.ts'
import { type CarOnTheWay, CarsOnTheWay } from './on-the-way.ts'
import { LotSearch } from './search.ts'

/** How the lots stand. */
export type LotsNow = {
  types: readonly LotType[]
  capacities: Uint32Array
  cars: ParkedCars
  troubles: Troubles
  tallies: Tallies
}

export class TurningAway {
  readonly onTheWay: CarsOnTheWay
  readonly #diversions: Diversions
  readonly #guidance: Guidance
  readonly #wakeBy: SimulationContext['wakeBy']
  readonly #parameters: OnwardParameters
  readonly #stream: AssetStreams
  readonly #search: LotSearch
  /** Not saved: who gave it saves it. */
  readonly #lots: LotsNow

  constructor(context: SimulationContext, lots: LotsNow) {
    const { length } = context.assets
    const { onward, diversion } = createStreams(context, ['onward', 'diversion'])
    this.#wakeBy = context.wakeBy
    this.#parameters = (context.parameters as ParkingParameters).onward
    this.#stream = onward
    this.#search = new LotSearch(context, lots.types)
    this.#lots = lots
    this.onTheWay = new CarsOnTheWay(length)
    this.#diversions = new Diversions(diversion, length)
    this.#guidance = new Guidance(this.#parameters, length)
  }

  state(walk: StateWalk): void {
    walk.part(this.onTheWay)
    walk.part(this.#diversions)
    walk.part(this.#guidance)
    walk.part(this.#stream)
  }

  /** Takes an operator's command for lot `i`; a text says why it is refused. */
  command(
    i: number,
    name: string,
    args: Record<string, unknown>,
    time: number,
  ): string | undefined {
    if (name === DIVERT) return this.#diversions.command(i, args, time)
    if (name !== GUIDE) return `${name}: unknown, expected ${DIVERT} or ${GUIDE}`
    return this.#guidance.command(i, args, time, this.#lots.troubles.isGuided(i))
  }

  /** Whether a car that reaches lot `i`, or the signs before it, does not get in; if so, what became of it is done. */
  turns(i: number, car: CarOnTheWay, time: number): boolean {
    const { tallies } = this.#lots
    const { guided, unguided } = this.#parameters
    if (this.#diversions.divert(i, time)) {
      tallies.count(i, 'diverted')
      if (!this.#sendOn(i, car, time, car.cause, this.#hasSpace)) tallies.count(i, 'gaveUp')
      return true
    }
    const isGuided = this.#lots.troubles.isGuided(i)
    if (isGuided && this.#followsSigns(i, car, time)) {
      tallies.count(i, 'guidedAway')
      return true
    }
    if (!this.#isFull(i)) return false
    tallies.count(i, 'turnedAway')
    const tries = this.#stream.uniform(i) < (isGuided ? guided : unguided)
    const hasSpace = isGuided ? this.#hasSpace : undefined
    const cause = car.cause ?? this.#fullBy(i)
    if (!tries || !this.#sendOn(i, car, time, cause, hasSpace)) tallies.count(i, 'gaveUp')
    return true
  }

  #followsSigns(i: number, car: CarOnTheWay, time: number): boolean {
    const { signsFullAt, signsFollowed } = this.#guidance.signs(i, time)
    if (this.#hasRoom(i, signsFullAt)) return false
    const follows = this.#stream.uniform(i) < signsFollowed
    return follows && this.#sendOn(i, car, time, car.cause ?? this.#fullBy(i), this.#hasSpace)
  }

  #isFull(i: number): boolean {
    const { cars, capacities, troubles } = this.#lots
    return cars.size(i) >= capacities[i] || troubles.closedBy(i) !== undefined
  }

  /** What signs and the operator call free: there is a space yet when the car arrives. */
  readonly #hasSpace = (lot: number): boolean => this.#hasRoom(lot, this.#parameters.signsFullAt)

  /** Is the lot open, and less than that part of it taken? */
  #hasRoom(lot: number, part: number): boolean {
    const { cars, capacities, troubles } = this.#lots
    return troubles.closedBy(lot) === undefined && cars.size(lot) < capacities[lot] * part
  }

  /** Whose doing it is that lot `i` has no space, or its signs say so; undefined = it would have been so anyway. */
  #fullBy(i: number): string | undefined {
    const { cars, capacities, troubles } = this.#lots
    const closedBy = troubles.closedBy(i)
    if (closedBy !== undefined) return closedBy
    const full = capacities[i] * this.#parameters.signsFullAt
    return cars.usualSize(i) < full ? cars.crowdedBy(i) : undefined
  }

  /** Sends a car on from lot `i`; false where there is no lot for it, or it has tried enough. */
  #sendOn(
    i: number,
    { origin, group, u, tried }: CarOnTheWay,
    time: number,
    cause: string | undefined,
    hasSpace?: (lot: number) => boolean,
  ): boolean {
    if (tried + 1 >= this.#parameters.mostLots) return false
    const way = this.#search.find({ i, origin, time, hasSpace }, this.#stream.uniform(i))
    if (way === undefined) return false
    const arrivesAt = time + way.ms
    this.onTheWay.add(way.lot, { arrivesAt, origin, group, u, tried: tried + 1, cause })
    this.#wakeBy(way.lot, arrivesAt)
    this.#lots.tallies.count(i, 'sentOn')
    return true
  }
}
