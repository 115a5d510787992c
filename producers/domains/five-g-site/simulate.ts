// Simulates 5G sites: a status once a period and at every change of state.
// In: catalogue, demand, parameters. Out: `status` events.
import { MINUTE_MS } from '../../../infra/time.ts'
import { shortDuration } from '../../simulation/command-args.ts'
import { createPeriodicEvents, type PeriodicEvents } from '../../simulation/periodic.ts'
import type { Emit, SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { DISPATCH_GENERATOR } from './declaration.ts'
import { SITE_STATES, type SiteStatus, STATUS } from './event.ts'
import { createLoad, type Load } from './load.ts'
import type { SiteParameters } from './parameters.ts'
import { createTimeline, DEGRADED, OUT, SLEEP, type Timeline } from './timeline.ts'

const NOT_IN_SERVICE = 255
const NEVER = 0

export function createSiteSimulator(context: SimulationContext): Simulator {
  return new Sites(context)
}

class Sites implements Simulator {
  readonly #context: SimulationContext
  readonly #statuses: PeriodicEvents
  readonly #timeline: Timeline
  readonly #load: Load
  readonly #state: Uint8Array
  readonly #statusAt: Float64Array
  readonly #checkAt: Float64Array
  readonly #data: SiteStatus = {
    state: 'on-air',
    kind: 'outdoor',
    shared: false,
    operator: '',
    loadPct: 0,
    users: 0,
  }

  constructor(context: SimulationContext) {
    const { length } = context.assets
    this.#context = context
    this.#statuses = createPeriodicEvents(context)
    this.#timeline = createTimeline(context)
    this.#load = createLoad(context)
    this.#state = new Uint8Array(length).fill(NOT_IN_SERVICE)
    this.#statusAt = new Float64Array(length)
    this.#checkAt = new Float64Array(length)
  }

  first(i: number): number {
    const { start } = this.#context.scenario
    let reported = this.#statuses.first(i)
    if (reported > start) {
      this.#checkAt[i] = reported
      return reported
    }
    // The census is the last report before the start, be it the periodic one or a change of state.
    let known = this.#timeline.stateAt(i, reported)
    let next = this.#timeline.nextCheck(i, reported, known)
    while (next < start) {
      const state = this.#timeline.stateAt(i, next)
      if (state !== known) reported = next
      known = state
      next = this.#timeline.nextCheck(i, next, state)
    }
    this.#state[i] = known
    this.#checkAt[i] = next
    return reported
  }

  wake(i: number, time: number, emit: Emit): number {
    const known = this.#state[i]
    if (time === this.#checkAt[i]) {
      this.#state[i] = this.#timeline.stateAt(i, time)
      this.#checkAt[i] = this.#timeline.nextCheck(i, time, this.#state[i])
    }
    const due = this.#statusAt[i] === NEVER || this.#statusAt[i] === time
    if (due) this.#statusAt[i] = this.#statuses.next(i, time)
    if (due || this.#state[i] !== known) {
      this.#fill(i, time)
      emit(STATUS, this.#data)
    }
    return Math.min(this.#statusAt[i], this.#checkAt[i])
  }

  command(i: number, name: string, args: Record<string, unknown>, time: number): number | string {
    const { assets, catalogue } = this.#context
    const id = catalogue.ids[assets[i]]
    if (name !== DISPATCH_GENERATOR) {
      return `${id}: got command "${name}", expected ${DISPATCH_GENERATOR}`
    }
    if (this.#state[i] !== OUT) {
      const state = SITE_STATES[this.#state[i]] ?? 'not in service'
      return `${id}: is ${state}, expected a site that is out; choose one of those`
    }
    if (this.#timeline.poweredUntil(i) > time) return `${id}: a generator is on its way already`
    const forMs = shortDuration(args.for)
    if (typeof forMs === 'string') return `${id}: ${forMs}`
    const { generator } = this.#context.parameters as SiteParameters
    const from = time + Math.round(generator.arrivalMinutes * MINUTE_MS)
    this.#timeline.power(i, from, from + forMs)
    // A change that is due at this very moment must still happen: look from just before it.
    this.#checkAt[i] = this.#timeline.nextCheck(i, time - 1, OUT)
    return Math.min(this.#statusAt[i], this.#checkAt[i])
  }

  #fill(i: number, time: number): void {
    const { assets, catalogue } = this.#context
    const state = this.#state[i]
    const { kind, shared, operator } = catalogue.attributes[assets[i]]
    const silent = state === OUT || state === SLEEP
    const loadPct = this.#load.loadPct(i, time, state === DEGRADED)
    const users = this.#load.users(i, loadPct, kind === 'indoor')
    const data = this.#data
    data.state = SITE_STATES[state]
    data.kind = kind as SiteStatus['kind']
    data.shared = shared as boolean
    data.operator = operator as string
    data.loadPct = silent ? 0 : loadPct
    data.users = silent ? 0 : users
  }
}
