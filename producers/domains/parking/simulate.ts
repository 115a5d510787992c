// Parking as it happens: real cars come by the hour's demand, stay, and leave; a full lot turns them away or sends them on.
// In: catalogue, demand, parameters. Out: entry, exit and status events, per lot in time order.
import { exp } from '../../../infra/maths.ts'
import { createLocalDemand } from '../../simulation/local-demand.ts'
import { createPeriodicEvents, type PeriodicEvents } from '../../simulation/periodic.ts'
import type { Emit, SimulationContext, Simulator, StateWalk } from '../../simulation/simulator.ts'
import { createStays, type Stays } from '../../simulation/stays.ts'
import { type AssetStreams, createStreams } from '../../simulation/streams.ts'
import { CrowdArrivals } from './disturbances/crowd-arrivals.ts'
import { ParkedCars } from './disturbances/parked-cars.ts'
import { Troubles } from './disturbances/troubles.ts'
import { ENTRY, EXIT, type LotExit, type LotState, STATUS } from './event.ts'
import { type CarOnTheWay, OF_CROWD } from './onward/on-the-way.ts'
import { TurningAway } from './onward/turning-away.ts'
import type { ParkingParameters } from './parameters.ts'
import { Silences } from './silences.ts'
import { type LotTally, Tallies } from './tally.ts'
import { ArrivalsByGroup } from './users/arrivals-by-group.ts'
import { countsInside } from './users/inside.ts'
import { type LotType, typesOfLots } from './users/lot-types.ts'

/** No lot is more than this many times as popular as its type's mean. */
const POPULARITY_LIMIT = 2.5

const PURPOSES = ['layout', 'present', 'stay', 'crowd-stay'] as const

/** Throws a Problem for a lot of a type that the parameters do not list. */
export function createParkingSimulator(context: SimulationContext): ParkingLots {
  return new ParkingLots(context)
}

class ParkingLots implements Simulator {
  readonly #context: SimulationContext
  readonly #streams: Record<(typeof PURPOSES)[number], AssetStreams>
  readonly #types: LotType[]
  readonly #capacities: Uint32Array
  readonly #cars: ParkedCars
  readonly #arrivals: ArrivalsByGroup
  readonly #crowd: CrowdArrivals
  readonly #crowdStays: Stays
  readonly #troubles: Troubles
  readonly #away: TurningAway
  readonly #statuses: PeriodicEvents
  readonly #silences: Silences
  readonly #statusAt: Float64Array
  readonly #tallies: Tallies
  /** A car that comes by itself. Not saved: filled anew for each; one that is sent on is copied. */
  readonly #own: CarOnTheWay = {
    arrivesAt: 0,
    origin: 0,
    group: 0,
    u: 0,
    tried: 0,
    cause: undefined,
  }
  /** Not saved: filled anew for each event, `emit` reads it at once. */
  readonly #lot: LotState = { occupied: 0, capacity: 0, guided: false }
  /** Not saved: likewise. */
  readonly #exit: LotExit = { occupied: 0, capacity: 0, guided: false, stayMin: 0 }

  constructor(context: SimulationContext) {
    const { assets, catalogue, scenario } = context
    const { length } = assets
    this.#context = context
    const { conditions } = context.parameters as ParkingParameters
    const demand = createLocalDemand(context)
    this.#types = typesOfLots(context, demand)
    this.#streams = createStreams(context, PURPOSES)
    this.#capacities = Uint32Array.from(assets, (n) => Number(catalogue.attributes[n].capacity))
    this.#cars = new ParkedCars(this.#capacities, scenario.start)
    this.#arrivals = new ArrivalsByGroup(context, this.#types)
    this.#crowd = new CrowdArrivals(context, this.#usualRate)
    this.#crowdStays = createStays(conditions.stay.medianMin, conditions.stay.sigma)
    this.#troubles = new Troubles(context, this.#types, conditions)
    this.#tallies = new Tallies(length)
    this.#away = new TurningAway(context, {
      ...{ types: this.#types, capacities: this.#capacities, cars: this.#cars },
      ...{ troubles: this.#troubles, tallies: this.#tallies },
    })
    this.#statuses = createPeriodicEvents(context)
    this.#silences = new Silences(context)
    this.#statusAt = new Float64Array(length)
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
      const cause = this.#cars.leftBy ?? this.#troubles.darkBy(i)
      if (says !== null) says(EXIT, this.#stateOf(i, this.#exit), cause)
    }
    while (this.#away.onTheWay.next(i) <= time) {
      this.#tallies.count(i, 'received')
      this.#meet(i, this.#away.onTheWay.take(i), time, says)
    }
    for (let g = this.#arrivals.take(i, time); g >= 0; g = this.#arrivals.take(i, time)) {
      this.#arrive(i, g, this.#streams.stay.uniform(i), time, says)
    }
    if (this.#crowd.next(i) <= time) {
      const cause = this.#crowd.take(i, time)
      const u = cause === undefined ? 0 : this.#streams['crowd-stay'].uniform(i)
      if (cause !== undefined) this.#arrive(i, OF_CROWD, u, time, says, cause)
    }
    if (this.#statusAt[i] <= time) {
      if (!this.#context.conditions.none) this.#look(i, time)
      const cause = this.#troubles.closedBy(i) ?? this.#troubles.darkBy(i)
      if (says !== null) says(STATUS, this.#stateOf(i, this.#lot), cause)
      const next = this.#statuses.next(i, Math.max(time, start - 1))
      this.#statusAt[i] = says === null ? this.#silences.until(i) : next
    }
    return this.#nextWake(i)
  }

  command(i: number, name: string, args: Record<string, unknown>, time: number): number | string {
    return this.#away.command(i, name, args, time) ?? this.#nextWake(i)
  }

  react(i: number, time: number): number {
    this.#look(i, time)
    return this.#nextWake(i)
  }

  state(walk: StateWalk): void {
    walk.parts(Object.values(this.#streams))
    walk.part(this.#cars)
    walk.part(this.#arrivals)
    walk.part(this.#crowd)
    walk.part(this.#troubles)
    walk.part(this.#away)
    walk.part(this.#silences)
    walk.numbers(this.#statusAt)
    walk.part(this.#tallies)
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
    return this.#away.onTheWay.size(i)
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

  /** Reads what incidents make of lot `i` from `time` on. */
  #look(i: number, time: number): void {
    this.#troubles.read(i, time)
    this.#crowd.look(i, time)
  }

  readonly #usualRate = (i: number, time: number): number =>
    this.#types[i].groups.reduce(
      (sum, { level }, g) => sum + this.#arrivals.rate(i, g) * level(time, i),
      0,
    )

  /** A car comes to lot `i` by itself; `u` is its own chance. */
  #arrive(i: number, group: number, u: number, time: number, says: Emit | null, cause?: string) {
    this.#tallies.count(i, 'offered')
    const car = this.#own
    car.arrivesAt = time
    car.origin = i
    car.group = group
    car.u = u
    car.cause = cause
    this.#meet(i, car, time, says)
  }

  /** When a car that comes in at `time` leaves. */
  #leavesAt({ origin, group, u }: CarOnTheWay, time: number): number {
    if (group === OF_CROWD) return time + this.#crowdStays.quantile(u)
    return this.#types[origin].groups[group].leavesAt(time, u)
  }

  /** A car reaches lot `i`, or the signs before it. */
  #meet(i: number, car: CarOnTheWay, time: number, says: Emit | null): void {
    if (this.#away.turns(i, car, time)) return
    this.#tallies.count(i, 'parked')
    const leavesAt = this.#leavesAt(car, time)
    this.#cars.add(i, leavesAt, leavesAt - time, car.cause)
    const cause = car.cause ?? this.#troubles.darkBy(i)
    if (says !== null) says(ENTRY, this.#stateOf(i, this.#lot), cause)
  }

  #stateOf<T extends LotState>(i: number, data: T): T {
    data.occupied = this.#cars.size(i)
    data.capacity = this.#capacities[i]
    data.guided = this.#troubles.isGuided(i)
    return data
  }

  #nextWake(i: number): number {
    const moves = Math.min(this.#cars.next(i), this.#arrivals.next(i), this.#away.onTheWay.next(i))
    return Math.min(moves, this.#statusAt[i], this.#crowd.next(i))
  }
}
