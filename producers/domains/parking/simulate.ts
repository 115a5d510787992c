// Parking as it happens: real cars come by the hour's demand, stay, and leave; a full lot turns them away or sends them on.
// In: catalogue, demand, parameters. Out: entry, exit and status events, per lot in time order.
import { exp } from '../../../infra/maths.ts'
import { createLocalDemand } from '../../simulation/local-demand.ts'
import { createPeriodicEvents, type PeriodicEvents } from '../../simulation/periodic.ts'
import type { Emit, SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { type AssetStreams, createStreams } from '../../simulation/streams.ts'
import { createDepartures, type Departures } from './departures.ts'
import { ENTRY, EXIT, type LotExit, type LotState, STATUS } from './event.ts'
import { Diversions } from './onward/diversions.ts'
import { type CarOnTheWay, CarsOnTheWay } from './onward/on-the-way.ts'
import { LotSearch } from './onward/search.ts'
import type { OnwardParameters, ParkingParameters } from './parameters.ts'
import { Silences } from './silences.ts'
import { type LotTally, Tallies } from './tally.ts'
import { ArrivalsByGroup } from './users/arrivals-by-group.ts'
import { countsInside } from './users/inside.ts'
import { type LotType, typesOfLots } from './users/lot-types.ts'

/** No lot is more than this many times as popular as its type's mean. */
const POPULARITY_LIMIT = 2.5

const PURPOSES = ['layout', 'present', 'stay', 'diversion', 'onward'] as const

/** Throws a Problem for a lot of a type that the parameters do not list. */
export function createParkingSimulator(context: SimulationContext): ParkingLots {
  return new ParkingLots(context)
}

class ParkingLots implements Simulator {
  readonly #context: SimulationContext
  readonly #streams: Record<(typeof PURPOSES)[number], AssetStreams>
  readonly #types: LotType[]
  readonly #capacities: Uint32Array
  readonly #guided: boolean[]
  readonly #onwardShares: OnwardParameters
  readonly #cars: Departures
  readonly #arrivals: ArrivalsByGroup
  readonly #onTheWay: CarsOnTheWay
  readonly #search: LotSearch
  readonly #diversions: Diversions
  readonly #statuses: PeriodicEvents
  readonly #silences: Silences
  readonly #statusAt: Float64Array
  readonly #tallies: Tallies
  /** A car that comes by itself, filled anew for each; one that is sent on is copied. */
  readonly #own: CarOnTheWay = { arrivesAt: 0, origin: 0, group: 0, u: 0, tried: 0 }
  readonly #lot: LotState = { occupied: 0, capacity: 0, guided: false }
  readonly #exit: LotExit = { occupied: 0, capacity: 0, guided: false, stayMin: 0 }

  constructor(context: SimulationContext) {
    const { assets, catalogue, scenario } = context
    const { length } = assets
    this.#context = context
    this.#onwardShares = (context.parameters as ParkingParameters).onward
    const demand = createLocalDemand(context)
    this.#types = typesOfLots(context, demand)
    this.#streams = createStreams(context, PURPOSES)
    this.#capacities = Uint32Array.from(assets, (n) => Number(catalogue.attributes[n].capacity))
    this.#guided = Array.from(assets, (n) => catalogue.attributes[n].guided === true)
    this.#cars = createDepartures(this.#capacities, scenario.start)
    this.#arrivals = new ArrivalsByGroup(context, this.#types)
    this.#onTheWay = new CarsOnTheWay(length)
    this.#search = new LotSearch(context, this.#types)
    this.#diversions = new Diversions(this.#streams.diversion, length)
    this.#statuses = createPeriodicEvents(context)
    this.#silences = new Silences(context)
    this.#statusAt = new Float64Array(length)
    this.#tallies = new Tallies(length)
    for (let i = 0; i < length; i++) this.#open(i)
  }

  /** Before the start only the census comes: the first car moves after it. */
  first(i: number): number {
    return this.#statusAt[i]
  }

  wake(i: number, time: number, emit: Emit): number {
    const { start } = this.#context.scenario
    // A lot that is silent at the start reported last before it fell silent: that is its census.
    const says = time < start || !this.#silences.isSilent(i, time) ? emit : null
    while (this.#cars.next(i) <= time) {
      this.#exit.stayMin = this.#cars.leave(i)
      if (says !== null) says(EXIT, this.#stateOf(i, this.#exit))
    }
    while (this.#onTheWay.next(i) <= time) {
      this.#tallies.count(i, 'received')
      this.#meet(i, this.#onTheWay.take(i), time, says)
    }
    for (let g = this.#arrivals.take(i, time); g >= 0; g = this.#arrivals.take(i, time)) {
      this.#tallies.count(i, 'offered')
      const car = this.#own
      car.arrivesAt = time
      car.origin = i
      car.group = g
      car.u = this.#streams.stay.uniform(i)
      this.#meet(i, car, time, says)
    }
    if (this.#statusAt[i] <= time) {
      if (says !== null) says(STATUS, this.#stateOf(i, this.#lot))
      const next = this.#statuses.next(i, Math.max(time, start - 1))
      this.#statusAt[i] = says === null ? this.#silences.until(i) : next
    }
    return this.#nextWake(i)
  }

  command(i: number, name: string, args: Record<string, unknown>, time: number): number | string {
    return this.#diversions.command(i, name, args, time) ?? this.#nextWake(i)
  }

  /** What no event says of lot `i`. */
  tally(i: number): LotTally {
    return this.#tallies.of(i)
  }

  /** Cars per ms of group `g` that want into lot `i` at mean demand. */
  meanRate(i: number, g = 0): number {
    return this.#arrivals.rate(i, g)
  }

  /** Cars that were sent on to lot `i` and have not reached it. */
  onTheWay(i: number): number {
    return this.#onTheWay.size(i)
  }

  #open(i: number): void {
    const { assets, catalogue, scenario } = this.#context
    const { popularitySigma: sigma } = this.#types[i]
    const popularity = exp(sigma * this.#streams.layout.normal(i) - (sigma * sigma) / 2)
    const size = Math.min(popularity, POPULARITY_LIMIT) * this.#capacities[i]
    // A lot that opens during the run opens empty.
    const commissioned = catalogue.commissionedAt[assets[i]]
    const opened = Math.max(commissioned, scenario.start)
    const shared = catalogue.attributes[assets[i]].shared === true
    this.#arrivals.open(i, opened, size, shared)
    if (opened === scenario.start) this.#park(i)
    const first = this.#statuses.first(i)
    this.#statusAt[i] = first
    if (first < scenario.start && this.#silences.isSilent(i, first)) {
      const { everyMs } = this.#context.cadence
      const last = this.#statuses.next(i, this.#silences.since(i)) - everyMs
      this.#statusAt[i] = Math.max(last, commissioned)
    }
  }

  /** Fills lot `i` with the cars that are inside at the start; the census reports them. */
  #park(i: number): void {
    const { present } = this.#streams
    const { groups } = this.#types[i]
    const means = groups.map(({ inside }, g) => inside.perRate(i) * this.#arrivals.rate(i, g))
    const counts = countsInside(present, i, means, this.#capacities[i])
    groups.forEach(({ inside }, g) => {
      for (let k = 0; k < counts[g]; k++) {
        const { cameAt, leavesAt } = inside.draw(present, i)
        this.#cars.add(i, leavesAt, leavesAt - cameAt)
      }
    })
  }

  /** A car reaches lot `i`, or the signs before it. */
  #meet(i: number, car: CarOnTheWay, time: number, says: Emit | null): void {
    const { guided, unguided } = this.#onwardShares
    if (this.#diversions.divert(i, time)) {
      this.#tallies.count(i, 'diverted')
      if (!this.#sendOn(i, car, time, this.#hasSpace)) this.#tallies.count(i, 'gaveUp')
    } else if (this.#signsSayFull(i) && this.#followsSigns(i, car, time)) {
      this.#tallies.count(i, 'guidedAway')
    } else if (this.#cars.size(i) < this.#capacities[i]) {
      this.#tallies.count(i, 'parked')
      const leavesAt = this.#types[car.origin].groups[car.group].leavesAt(time, car.u)
      this.#cars.add(i, leavesAt, leavesAt - time)
      if (says !== null) says(ENTRY, this.#stateOf(i, this.#lot))
    } else {
      this.#tallies.count(i, 'turnedAway')
      const isGuided = this.#guided[i]
      const tries = this.#streams.onward.uniform(i) < (isGuided ? guided : unguided)
      const hasSpace = isGuided ? this.#hasSpace : undefined
      if (!tries || !this.#sendOn(i, car, time, hasSpace)) this.#tallies.count(i, 'gaveUp')
    }
  }

  #signsSayFull(i: number): boolean {
    return this.#guided[i] && !this.#hasSpace(i)
  }

  #followsSigns(i: number, car: CarOnTheWay, time: number): boolean {
    const { signsFollowed } = this.#onwardShares
    const follows = this.#streams.onward.uniform(i) < signsFollowed
    return follows && this.#sendOn(i, car, time, this.#hasSpace)
  }

  /** What signs and the operator call free: there is a space yet when the car arrives. */
  readonly #hasSpace = (lot: number): boolean =>
    this.#cars.size(lot) < this.#capacities[lot] * this.#onwardShares.signsFullAt

  /** Sends a car on from lot `i`; false where there is no lot for it, or it has tried enough. */
  #sendOn(i: number, car: CarOnTheWay, time: number, hasSpace?: (lot: number) => boolean): boolean {
    const { origin, group, u, tried } = car
    if (tried + 1 >= this.#onwardShares.mostLots) return false
    const way = this.#search.find({ i, origin, time, hasSpace }, this.#streams.onward.uniform(i))
    if (way === undefined) return false
    const arrivesAt = time + way.ms
    this.#onTheWay.add(way.lot, { arrivesAt, origin, group, u, tried: tried + 1 })
    this.#context.wakeBy(way.lot, arrivesAt)
    this.#tallies.count(i, 'sentOn')
    return true
  }

  #stateOf<T extends LotState>(i: number, data: T): T {
    data.occupied = this.#cars.size(i)
    data.capacity = this.#capacities[i]
    data.guided = this.#guided[i]
    return data
  }

  #nextWake(i: number): number {
    const moves = Math.min(this.#cars.next(i), this.#arrivals.next(i), this.#onTheWay.next(i))
    return Math.min(moves, this.#statusAt[i])
  }
}
