// Sample points as they work: cases come by the hour's demand, wait, and are closed.
// In: catalogue, demand, parameters. Out: `closed` and `status` events, per point in time order.
import { DAY_MS, MINUTE_MS } from '../../../infra/time.ts'
import { createArrivalTimes, type NextArrival } from '../../../producers/simulation/arrivals.ts'
import { createLocalDemand } from '../../../producers/simulation/local-demand.ts'
import {
  createPeriodicEvents,
  type PeriodicEvents,
} from '../../../producers/simulation/periodic.ts'
import type {
  Emit,
  SimulationContext,
  Simulator,
  StateWalk,
} from '../../../producers/simulation/simulator.ts'
import { createStays, type Stays } from '../../../producers/simulation/stays.ts'
import { type AssetStreams, createStreams } from '../../../producers/simulation/streams.ts'
import { createUnderWay, type UnderWay } from '../../../producers/simulation/under-way.ts'
import { CLOSED, type SampleDomainClosed, type SampleDomainStatus, STATUS } from './event.ts'
import type { SampleDomainParameters } from './parameters.ts'

type Case = { cameAt: number; closesAt: number }

/** One per thing that is drawn: a draw more for one purpose leaves the others as they are. */
const PURPOSES = ['arrival', 'length', 'present', 'outcome'] as const

export class SampleDomainPoints implements Simulator {
  readonly #parameters: SampleDomainParameters
  readonly #casesPerMs: number
  readonly #streams: Record<(typeof PURPOSES)[number], AssetStreams>
  readonly #statuses: PeriodicEvents
  readonly #arrivalAfter: NextArrival
  readonly #lengths: Stays
  readonly #statusAt: Float64Array
  readonly #arrivalAt: Float64Array
  /** By point, in the order in which they are closed. */
  readonly #waiting: Case[][]
  /** Not saved: filled anew for each event, `emit` reads it at once. */
  readonly #status: SampleDomainStatus = { waiting: 0 }
  /** Not saved: likewise. */
  readonly #closed: SampleDomainClosed = { waiting: 0, tookMin: 0, outcome: 'solved' }

  constructor(context: SimulationContext) {
    const { assets, catalogue, scenario } = context
    const demand = createLocalDemand(context)
    // The file was checked against the schema when the city was loaded.
    this.#parameters = context.parameters as SampleDomainParameters
    const { casesPerDay, medianMin, sigma } = this.#parameters
    this.#casesPerMs = casesPerDay / DAY_MS
    this.#streams = createStreams(context, PURPOSES)
    this.#statuses = createPeriodicEvents(context)
    this.#arrivalAfter = createArrivalTimes(demand, this.#streams.arrival)
    this.#lengths = createStays(medianMin, sigma)
    this.#waiting = Array.from(assets, () => [])
    this.#statusAt = Float64Array.from(assets, (_, i) => this.#statuses.first(i))
    const cases = createUnderWay(demand, this.#parameters.curve, this.#lengths, scenario.start)
    for (let i = 0; i < assets.length; i++) {
      // A point that opens during the run opens empty.
      if (catalogue.commissionedAt[assets[i]] < scenario.start)
        this.#beginSteadily(i, cases, scenario.start)
    }
    this.#arrivalAt = Float64Array.from(assets, (_, i) =>
      this.#nextArrival(i, Math.max(this.#statusAt[i], scenario.start)),
    )
  }

  /** The opening census is the last periodic event before the start; nothing else happens before it. */
  first(i: number): number {
    return this.#statusAt[i]
  }

  wake(i: number, time: number, emit: Emit): number {
    while (this.#closesAt(i) <= time) this.#close(i, emit)
    if (this.#arrivalAt[i] <= time) {
      const lengthMs = this.#lengths.quantile(this.#streams.length.uniform(i))
      this.#add(i, { cameAt: time, closesAt: time + lengthMs })
      this.#arrivalAt[i] = this.#nextArrival(i, time)
    }
    if (this.#statusAt[i] <= time) {
      this.#status.waiting = this.#waiting[i].length
      emit(STATUS, this.#status)
      this.#statusAt[i] = this.#statuses.next(i, time)
    }
    return Math.min(this.#statusAt[i], this.#arrivalAt[i], this.#closesAt(i))
  }

  /** All that changes while it simulates: from there another simulator goes on to the byte. */
  state(walk: StateWalk): void {
    walk.parts(Object.values(this.#streams))
    walk.numbers(this.#statusAt)
    walk.numbers(this.#arrivalAt)
    for (const cases of this.#waiting) {
      walk.list(cases, { cameAt: 0, closesAt: 0 }, ({ cameAt, closesAt }) => ({
        cameAt: walk.number(cameAt),
        closesAt: walk.number(closesAt),
      }))
    }
  }

  /** The cases that wait at the start, as the hours before it have left them. */
  #beginSteadily(i: number, cases: UnderWay, start: number): void {
    const { present } = this.#streams
    const count = cases.count(present, i, this.#casesPerMs)
    for (let k = 0; k < count; k++) {
      const { ageMs, stayMs } = cases.draw(present, i)
      const cameAt = start - ageMs
      this.#add(i, { cameAt, closesAt: cameAt + stayMs })
    }
  }

  #add(i: number, one: Case): void {
    this.#waiting[i].push(one)
    this.#waiting[i].sort((a, b) => a.closesAt - b.closesAt)
  }

  #close(i: number, emit: Emit): void {
    const { cameAt, closesAt } = this.#waiting[i].shift()!
    const failed = this.#streams.outcome.uniform(i) < this.#parameters.failed
    this.#closed.waiting = this.#waiting[i].length
    this.#closed.tookMin = Math.round((closesAt - cameAt) / MINUTE_MS)
    this.#closed.outcome = failed ? 'failed' : 'solved'
    emit(CLOSED, this.#closed)
  }

  #closesAt(i: number): number {
    return this.#waiting[i][0]?.closesAt ?? Number.POSITIVE_INFINITY
  }

  #nextArrival(i: number, time: number): number {
    return this.#arrivalAfter(i, time, this.#parameters.curve, this.#casesPerMs)
  }
}
