// Simulates 5G sites: a status once a period and at every change of state.
// In: catalogue, demand, parameters. Out: `status` events.
import { MINUTE_MS } from '../../../infra/time.ts'
import { shortDuration } from '../../simulation/command-args.ts'
import { createPeriodicEvents, type PeriodicEvents } from '../../simulation/periodic.ts'
import type { Emit, SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { DISPATCH_GENERATOR, POWER_FEEDER } from './commands.ts'
import { type SiteStatus, STATUS } from './event.ts'
import { createLoad, type Load } from './load.ts'
import type { SiteParameters } from './parameters.ts'
import { alarmOf, createTimeline, stateOf, type Timeline } from './timeline.ts'

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
  /** Of the timeline. */
  readonly #condition: Uint8Array
  readonly #statusAt: Float64Array
  readonly #checkAt: Float64Array
  readonly #data: SiteStatus = {
    state: 'on-air',
    alarm: 'none',
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
    this.#condition = new Uint8Array(length).fill(NOT_IN_SERVICE)
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
    let known = this.#timeline.conditionAt(i, reported)
    let next = this.#timeline.nextCheck(i, reported, known)
    while (next < start) {
      const now = this.#timeline.conditionAt(i, next)
      if (now !== known) reported = next
      known = now
      next = this.#timeline.nextCheck(i, next, now)
    }
    this.#condition[i] = known
    this.#checkAt[i] = next
    return reported
  }

  wake(i: number, time: number, emit: Emit): number {
    const known = this.#condition[i]
    if (time === this.#checkAt[i]) {
      this.#condition[i] = this.#timeline.conditionAt(i, time)
      this.#checkAt[i] = this.#timeline.nextCheck(i, time, this.#condition[i])
    }
    const due = this.#statusAt[i] === NEVER || this.#statusAt[i] === time
    if (due) this.#statusAt[i] = this.#statuses.next(i, time)
    if (due || this.#condition[i] !== known) {
      this.#fill(i, time)
      emit(STATUS, this.#data)
    }
    return Math.min(this.#statusAt[i], this.#checkAt[i])
  }

  command(i: number, name: string, args: Record<string, unknown>, time: number): number | string {
    const { assets, catalogue } = this.#context
    const id = catalogue.ids[assets[i]]
    if (name !== DISPATCH_GENERATOR && name !== POWER_FEEDER) {
      return `${id}: got command "${name}", expected ${DISPATCH_GENERATOR} or ${POWER_FEEDER}`
    }
    const toFeeder = name === POWER_FEEDER
    const refused = toFeeder ? this.#whyNoSupply(i, time) : this.#whyNoGenerator(i, time)
    if (refused !== undefined) return `${id}: ${refused}`
    const forMs = shortDuration(args.for)
    if (typeof forMs === 'string') return `${id}: ${forMs}`
    const { generator } = this.#context.parameters as SiteParameters
    const drive = toFeeder ? generator.feederArrivalMinutes : generator.arrivalMinutes
    const from = time + Math.round(drive * MINUTE_MS)
    if (toFeeder) this.#timeline.supply(i, from, from + forMs)
    else this.#timeline.power(i, from, from + forMs)
    const known = this.#condition[i]
    // One that is not in service yet looks around when it first reports.
    if (known === NOT_IN_SERVICE) return this.#checkAt[i]
    // A change that is due at this very moment must still happen: look from just before it.
    this.#checkAt[i] = this.#timeline.nextCheck(i, time - 1, known)
    return Math.min(this.#statusAt[i], this.#checkAt[i])
  }

  /** By what all sites of the feeder have in common. */
  #whyNoSupply(i: number, time: number): string | undefined {
    const { assets, catalogue } = this.#context
    const { feeder } = catalogue.attributes[assets[i]]
    if (!this.#timeline.isFeederDark(i, time)) {
      return `its feeder ${feeder} has mains, expected one that has lost them; choose another site`
    }
    const until = this.#timeline.suppliedUntil(i)
    return until > time
      ? `an emergency supply is on its way to feeder ${feeder} already`
      : undefined
  }

  #whyNoGenerator(i: number, time: number): string | undefined {
    const known = this.#condition[i]
    const wanted = 'expected a site that is out for want of power; choose one of those'
    if (known === NOT_IN_SERVICE) return `is not in service, ${wanted}`
    if (stateOf(known) !== 'out') return `is ${stateOf(known)}, ${wanted}`
    if (alarmOf(known) === 'transmission') return `has power and lost its transmission, ${wanted}`
    if (this.#timeline.poweredUntil(i) > time) return 'a generator is on its way already'
    return undefined
  }

  #fill(i: number, time: number): void {
    const { assets, catalogue } = this.#context
    const state = stateOf(this.#condition[i])
    const { kind, shared, operator } = catalogue.attributes[assets[i]]
    const silent = state === 'out' || state === 'sleep'
    const loadPct = this.#load.loadPct(i, time, state === 'degraded')
    const users = this.#load.users(i, loadPct, kind === 'indoor')
    const data = this.#data
    data.state = state
    data.alarm = alarmOf(this.#condition[i])
    data.kind = kind as SiteStatus['kind']
    data.shared = shared as boolean
    data.operator = operator as string
    data.loadPct = silent ? 0 : loadPct
    data.users = silent ? 0 : users
  }
}
