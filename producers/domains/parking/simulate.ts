// Parking as it happens: real cars come by the hour's demand, stay, and leave; a full lot turns them away.
// In: catalogue, demand, parameters. Out: entry, exit and status events, per lot in time order.
import { exp } from '../../../infra/maths.ts'
import { createArrivalTimes, type NextArrival } from '../../simulation/arrivals.ts'
import { createLocalDemand } from '../../simulation/local-demand.ts'
import { createPeriodicEvents, type PeriodicEvents } from '../../simulation/periodic.ts'
import type { Emit, SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { type AssetStreams, createStreams } from '../../simulation/streams.ts'
import { createDepartures, type Departures } from './departures.ts'
import { Diversions } from './diversions.ts'
import { ENTRY, EXIT, type LotExit, type LotState, STATUS } from './event.ts'
import { type LotType, typesOfLots } from './lot-types.ts'

/** No lot is more than this many times as popular as its type's mean. */
const POPULARITY_LIMIT = 2.5

const PURPOSES = ['layout', 'present', 'arrival', 'stay', 'diversion'] as const

/** Throws a Problem for a lot of a type that the parameters do not list. */
export function createParkingSimulator(context: SimulationContext): ParkingLots {
  return new ParkingLots(context)
}

class ParkingLots implements Simulator {
  readonly #context: SimulationContext
  readonly #streams: Record<(typeof PURPOSES)[number], AssetStreams>
  readonly #types: LotType[]
  readonly #capacities: Uint32Array
  readonly #cars: Departures
  readonly #diversions: Diversions
  readonly #statuses: PeriodicEvents
  readonly #arrivalAfter: NextArrival
  readonly #ratePerMs: Float64Array
  readonly #arrivalAt: Float64Array
  readonly #statusAt: Float64Array
  readonly #offered: Uint32Array
  readonly #turnedAway: Uint32Array
  readonly #diverted: Uint32Array
  readonly #lot: LotState = { occupied: 0, capacity: 0, guided: false }
  readonly #exit: LotExit = { occupied: 0, capacity: 0, guided: false, stayMin: 0 }

  constructor(context: SimulationContext) {
    const { assets, catalogue, scenario } = context
    const demand = createLocalDemand(context)
    this.#context = context
    this.#types = typesOfLots(context, demand)
    this.#streams = createStreams(context, PURPOSES)
    this.#capacities = Uint32Array.from(assets, (n) => Number(catalogue.attributes[n].capacity))
    this.#cars = createDepartures(this.#capacities, scenario.start)
    this.#diversions = new Diversions(this.#streams.diversion, assets.length)
    this.#statuses = createPeriodicEvents(context)
    this.#arrivalAfter = createArrivalTimes(demand, this.#streams.arrival)
    this.#ratePerMs = new Float64Array(assets.length)
    this.#arrivalAt = new Float64Array(assets.length)
    this.#statusAt = new Float64Array(assets.length)
    this.#offered = new Uint32Array(assets.length)
    this.#turnedAway = new Uint32Array(assets.length)
    this.#diverted = new Uint32Array(assets.length)
    for (let i = 0; i < assets.length; i++) this.#open(i)
  }

  /** Before the start only the census comes: the first car moves after it. */
  first(i: number): number {
    return this.#statusAt[i]
  }

  wake(i: number, time: number, emit: Emit): number {
    while (this.#cars.next(i) <= time) {
      this.#exit.stayMin = this.#cars.leave(i)
      emit(EXIT, this.#stateOf(i, this.#exit))
    }
    if (this.#arrivalAt[i] <= time) this.#arrive(i, time, emit)
    if (this.#statusAt[i] <= time) {
      emit(STATUS, this.#stateOf(i, this.#lot))
      this.#statusAt[i] = this.#statuses.next(i, time)
    }
    return this.#nextWake(i)
  }

  command(i: number, name: string, args: Record<string, unknown>, time: number): number | string {
    return this.#diversions.command(i, name, args, time) ?? this.#nextWake(i)
  }

  /** What no event says of lot `i`: cars that wanted in, and those that met a full lot or were diverted. */
  tally(i: number): { offered: number; turnedAway: number; diverted: number } {
    return {
      offered: this.#offered[i],
      turnedAway: this.#turnedAway[i],
      diverted: this.#diverted[i],
    }
  }

  /** Cars per ms that want in at mean demand. */
  meanRate(i: number): number {
    return this.#ratePerMs[i]
  }

  #open(i: number): void {
    const { assets, catalogue, scenario } = this.#context
    const { popularitySigma: sigma, turnsPerMs } = this.#types[i]
    const popularity = exp(sigma * this.#streams.layout.normal(i) - (sigma * sigma) / 2)
    const limited = Math.min(popularity, POPULARITY_LIMIT)
    this.#ratePerMs[i] = limited * turnsPerMs * this.#capacities[i]
    this.#statusAt[i] = this.#statuses.first(i)
    // A lot that opens during the run opens empty.
    const opened = Math.max(catalogue.commissionedAt[assets[i]], scenario.start)
    if (opened === scenario.start) this.#park(i, opened)
    this.#arrivalAt[i] = this.#nextArrival(i, opened)
  }

  /** Fills the lot with the cars that are inside at the start; the census reports them. */
  #park(i: number, start: number): void {
    const { parked } = this.#types[i]
    const { present } = this.#streams
    const occupied = parked.count(present, i, this.#ratePerMs[i], this.#capacities[i])
    for (let k = 0; k < occupied; k++) {
      const { ageMs, stayMs } = parked.draw(present, i)
      this.#cars.add(i, start + stayMs - ageMs, stayMs)
    }
  }

  #arrive(i: number, time: number, emit: Emit): void {
    this.#offered[i]++
    if (this.#diversions.divert(i, time)) {
      this.#diverted[i]++
    } else if (this.#cars.size(i) >= this.#capacities[i]) {
      this.#turnedAway[i]++
    } else {
      const stayMs = this.#types[i].stays.quantile(this.#streams.stay.uniform(i))
      this.#cars.add(i, time + stayMs, stayMs)
      emit(ENTRY, this.#stateOf(i, this.#lot))
    }
    this.#arrivalAt[i] = this.#nextArrival(i, time)
  }

  #stateOf<T extends LotState>(i: number, data: T): T {
    const { assets, catalogue } = this.#context
    data.occupied = this.#cars.size(i)
    data.capacity = this.#capacities[i]
    data.guided = catalogue.attributes[assets[i]].guided === true
    return data
  }

  #nextArrival(i: number, time: number): number {
    return this.#arrivalAfter(i, time, this.#types[i].curve, this.#ratePerMs[i])
  }

  #nextWake(i: number): number {
    return Math.min(this.#arrivalAt[i], this.#statusAt[i], this.#cars.next(i))
  }
}
