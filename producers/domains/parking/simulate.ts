// Parking as it happens: real cars come by the hour's demand, stay, and leave; a full lot turns them away.
// In: catalogue, demand, parameters. Out: entry, exit and status events, per lot in time order.
import { exp } from '../../../infra/maths.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import { exponential, normal, seedStream, streamTable, uniform } from '../../../infra/random.ts'
import { DAY_MS } from '../../../infra/time.ts'
import { shortDuration } from '../../simulation/command-args.ts'
import { createBeats } from '../../simulation/periodic.ts'
import type { Emit, SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { DIVERT } from './declaration.ts'
import { createDepartures } from './departures.ts'
import { ENTRY, EXIT, type LotExit, type LotState, STATUS } from './event.ts'
import type { ParkingParameters } from './parameters.ts'
import { createPresent, drawOccupied, type Present } from './present.ts'
import { createStays, type Stays } from './stay.ts'

/** Streams of each lot, one per purpose: a draw more in one leaves the others as they are. */
const PURPOSES = ['layout', 'present', 'arrival', 'stay', 'diversion'] as const
const STRIDE = 4 * PURPOSES.length
const [LAYOUT, PRESENT, ARRIVAL, STAY, DIVERSION] = PURPOSES.map((_, k) => 4 * k)
/** No lot is more than this many times as popular as its type's mean. */
const POPULARITY_LIMIT = 2.5

type LotType = {
  curve: string
  /** Majorant of the curve. */
  peak: number
  turnsPerMs: number
  popularitySigma: number
  stays: Stays
  present: Present
}

export type ParkingSimulator = Simulator & {
  /** What no event tells about lot `i`: cars that wanted in, and those that met a full lot or were diverted. */
  tally(i: number): { offered: number; turnedAway: number; diverted: number }
  /** Cars per ms that want in at mean demand. */
  meanRate(i: number): number
}

/** Throws a Problem for a lot of a type that the parameters do not list. */
export function createParkingSimulator(context: SimulationContext): ParkingSimulator {
  const { assets, catalogue, demand, scenario } = context
  const size = assets.length
  const beats = createBeats(context)
  const types = typesOfLots(context)
  const capacities = Uint32Array.from(assets, (n) => Number(catalogue.attributes[n].capacity))
  const cars = createDepartures(capacities, scenario.start)
  const words = streamTable(size * PURPOSES.length)
  const ratePerMs = new Float64Array(size)
  const nextArrival = new Float64Array(size)
  const nextStatus = new Float64Array(size)
  const diversion = { until: new Float64Array(size), share: new Float64Array(size) }
  const tallies = {
    offered: new Uint32Array(size),
    turnedAway: new Uint32Array(size),
    diverted: new Uint32Array(size),
  }
  for (let i = 0; i < size; i++) open(i)

  function open(i: number): void {
    const type = types[i]
    const at = i * STRIDE
    const id = catalogue.ids[assets[i]]
    for (const [k, purpose] of PURPOSES.entries()) {
      seedStream(words, at + 4 * k, scenario.seed, id, purpose)
    }
    const sigma = type.popularitySigma
    const popularity = exp(sigma * normal(words, at + LAYOUT) - (sigma * sigma) / 2)
    ratePerMs[i] = Math.min(popularity, POPULARITY_LIMIT) * type.turnsPerMs * capacities[i]
    nextStatus[i] = beats.first(i)
    // A lot that opens during the run opens empty.
    const opened = Math.max(catalogue.commissionedAt[assets[i]], scenario.start)
    if (opened === scenario.start) park(i)
    nextArrival[i] = arrivalAfter(i, opened)
  }

  /** Fills the lot with the cars that are inside at the start; the census reports them. */
  function park(i: number): void {
    const { present } = types[i]
    const at = i * STRIDE + PRESENT
    const occupied = drawOccupied(words, at, ratePerMs[i] * present.perRate, capacities[i])
    for (let k = 0; k < occupied; k++) {
      const { ageMs, stayMs } = present.draw(words, at)
      cars.add(i, scenario.start + stayMs - ageMs, stayMs)
    }
  }

  /** Next arrival after `time`: a Poisson process with a varying rate, by thinning (Lewis & Shedler 1979). */
  function arrivalAfter(i: number, time: number): number {
    const { curve, peak } = types[i]
    const at = i * STRIDE + ARRIVAL
    if (peak === 0) return Number.POSITIVE_INFINITY
    const meanGap = 1 / (ratePerMs[i] * peak)
    let proposal = time
    for (;;) {
      proposal += exponential(words, at, meanGap)
      if (uniform(words, at) * peak < demand.curve(curve, proposal)) return Math.floor(proposal) + 1
    }
  }

  const lot: LotState = { occupied: 0, capacity: 0, guided: false }
  const lotExit: LotExit = { occupied: 0, capacity: 0, guided: false, stayMin: 0 }

  function stateOf<T extends LotState>(i: number, data: T): T {
    data.occupied = cars.size(i)
    data.capacity = capacities[i]
    data.guided = catalogue.attributes[assets[i]].guided === true
    return data
  }

  function arrive(i: number, time: number, emit: Emit): void {
    tallies.offered[i]++
    if (time < diversion.until[i] && uniform(words, i * STRIDE + DIVERSION) < diversion.share[i]) {
      tallies.diverted[i]++
    } else if (cars.size(i) >= capacities[i]) {
      tallies.turnedAway[i]++
    } else {
      const stayMs = types[i].stays.quantile(uniform(words, i * STRIDE + STAY))
      cars.add(i, time + stayMs, stayMs)
      emit(ENTRY, stateOf(i, lot))
    }
    nextArrival[i] = arrivalAfter(i, time)
  }

  const nextWake = (i: number) => Math.min(nextArrival[i], nextStatus[i], cars.next(i))

  return {
    // Before the start only the census beats: the first car moves after it.
    first: (i) => nextStatus[i],
    wake(i, time, emit) {
      while (cars.next(i) <= time) {
        lotExit.stayMin = cars.leave(i)
        emit(EXIT, stateOf(i, lotExit))
      }
      if (nextArrival[i] <= time) arrive(i, time, emit)
      if (nextStatus[i] <= time) {
        emit(STATUS, stateOf(i, lot))
        nextStatus[i] = beats.next(i, time)
      }
      return nextWake(i)
    },
    command(i, name, args, time) {
      const order = name === DIVERT ? diversionOf(args) : `${name}: unknown, expected ${DIVERT}`
      if (typeof order === 'string') return order
      diversion.until[i] = time + order.forMs
      diversion.share[i] = order.share
      return nextWake(i)
    },
    tally: (i) => ({
      offered: tallies.offered[i],
      turnedAway: tallies.turnedAway[i],
      diverted: tallies.diverted[i],
    }),
    meanRate: (i) => ratePerMs[i],
  }
}

/** The type of each lot; lots of one type share its tables. */
function typesOfLots({ assets, catalogue, city, demand, scenario, ...context }: SimulationContext) {
  const { types } = context.parameters as ParkingParameters
  const made = new Map<string, LotType>()
  return Array.from(assets, (n) => {
    const name = String(catalogue.attributes[n].type)
    let type = made.get(name)
    if (type) return type
    const use = types[name]
    if (!use) {
      const where = `seeds/${city.id}/parking.json: simulation.types`
      const got = `no "${name}", which ${catalogue.ids[n]} has`
      throw new Problem(problemText(where, got, Object.keys(types).join(', '), 'add the type'))
    }
    const stays = createStays(use.stayMedianMin, use.staySigma)
    type = {
      curve: use.curve,
      peak: demand.peak(use.curve),
      turnsPerMs: use.turnsPerDay / DAY_MS,
      popularitySigma: use.popularitySigma,
      stays,
      present: createPresent(demand, use.curve, stays, scenario.start),
    }
    made.set(name, type)
    return type
  })
}

/** Checks a diversion's arguments; a text says what is wrong with them. */
function diversionOf(args: Record<string, unknown>): { forMs: number; share: number } | string {
  const { share } = args
  if (typeof share !== 'number' || !(share >= 0.05 && share <= 1)) {
    return problemText(`${DIVERT} share`, JSON.stringify(share), 'a number from 0.05 to 1')
  }
  const forMs = shortDuration(args.for)
  return typeof forMs === 'string' ? `${DIVERT} ${forMs}` : { forMs, share }
}
