// Simulates 5G sites: a status once a period and at every change of state.
// In: catalogue, demand, parameters. Out: `status` events.
import { MINUTE_MS } from '../../../infra/time.ts'
import { shortDuration } from '../../simulation/command-args.ts'
import { createPeriodicEvents, type PeriodicEvents } from '../../simulation/periodic.ts'
import type { Emit, SimulationContext, Simulator, StateWalk } from '../../simulation/simulator.ts'
import { DISPATCH_GENERATOR, POWER_FEEDER } from './commands.ts'
import { type SiteStatus, STATUS } from './event.ts'
import { createLoad, type Load } from './load.ts'
import type { SiteParameters } from './parameters.ts'
import { alarmOf, createTimeline, nowOf, stateOf, type Timeline, usualOf } from './timeline.ts'

const NOT_IN_SERVICE = 65535
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
  readonly #condition: Uint16Array
  readonly #statusAt: Float64Array
  readonly #checkAt: Float64Array
  /** What each site is, side by side: read for every report. */
  readonly #isIndoor: Uint8Array
  readonly #isShared: Uint8Array
  readonly #operatorOf: Uint8Array
  readonly #operators: string[]
  /** Not saved: filled anew for each event, `emit` reads it at once. */
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
    const { assets, catalogue } = context
    const { length } = assets
    const attributeOf = (name: string) => Array.from(assets, (n) => catalogue.attributes[n][name])
    const operatorOf = attributeOf('operator') as string[]
    this.#context = context
    this.#isIndoor = Uint8Array.from(attributeOf('kind'), (kind) => (kind === 'indoor' ? 1 : 0))
    this.#isShared = Uint8Array.from(attributeOf('shared'), (shared) => (shared === true ? 1 : 0))
    this.#operators = [...new Set(operatorOf)]
    this.#operatorOf = Uint8Array.from(operatorOf, (name) => this.#operators.indexOf(name))
    this.#statuses = createPeriodicEvents(context)
    this.#timeline = createTimeline(context)
    this.#load = createLoad(context)
    this.#condition = new Uint16Array(length).fill(NOT_IN_SERVICE)
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
    const now = this.#condition[i]
    const due = this.#statusAt[i] === NEVER || this.#statusAt[i] === time
    if (due) this.#statusAt[i] = this.#statuses.next(i, time)
    // An incident adds and hides reports; chance goes on as it would have without it.
    const isUsual = due || usualOf(now) !== usualOf(known)
    if (isUsual) this.#load.pass(i, time)
    if (due || nowOf(now) !== nowOf(known)) {
      const crowd = this.#fill(i, time)
      emit(STATUS, this.#data, this.#mainsCause(i, isUsual) ?? crowd)
    }
    return this.#nextWake(i)
  }

  react(i: number, time: number): number {
    const lost = this.#context.conditions.at('mains', time, i)
    const known = this.#condition[i]
    const isNews = this.#timeline.mains(i, time, lost?.cause)
    if (isNews && known !== NOT_IN_SERVICE) {
      // A change that is due at this very moment must still happen: look from just before it.
      this.#checkAt[i] = this.#timeline.nextCheck(i, time - 1, known)
    }
    return this.#nextWake(i)
  }

  state(walk: StateWalk): void {
    walk.part(this.#timeline)
    walk.part(this.#load)
    walk.numbers(this.#condition)
    walk.numbers(this.#statusAt)
    walk.numbers(this.#checkAt)
  }

  #nextWake(i: number): number {
    const statusAt = this.#statusAt[i]
    return statusAt === NEVER ? this.#checkAt[i] : Math.min(statusAt, this.#checkAt[i])
  }

  /** The incident to which a report owes its state, or that it is made at all: the mains are back. */
  #mainsCause(i: number, isUsual: boolean): string | undefined {
    const now = this.#condition[i]
    const isAsUsual = nowOf(now) === usualOf(now)
    return isUsual && isAsUsual ? undefined : this.#timeline.mainsLostBy(i)
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
    return this.#nextWake(i)
  }

  /** By what all sites of the feeder have in common. */
  #whyNoSupply(i: number, time: number): string | undefined {
    const { assets, catalogue } = this.#context
    const { feeder } = catalogue.attributes[assets[i]]
    if (!this.#timeline.isFeederDark(i, time) && !this.#isCutOff(i, time)) {
      return `its feeder ${feeder} has mains, expected one that has lost them; choose another site`
    }
    const until = this.#timeline.suppliedUntil(i)
    return until > time
      ? `an emergency supply is on its way to feeder ${feeder} already`
      : undefined
  }

  /** Have incidents taken the mains of a site on the same feeder? All of them stand in one cell. */
  #isCutOff(i: number, time: number): boolean {
    const { assets, catalogue, conditions } = this.#context
    if (conditions.none) return false
    if (conditions.at('mains', time, i) !== null) return true
    const { feeder } = catalogue.attributes[assets[i]]
    return assets.some(
      (n, k) =>
        catalogue.attributes[n].feeder === feeder && conditions.at('mains', time, k) !== null,
    )
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

  /** Returns the crowd that makes the load what it is. */
  #fill(i: number, time: number): string | undefined {
    const { conditions } = this.#context
    const state = stateOf(this.#condition[i])
    const isIndoor = this.#isIndoor[i] === 1
    const data = this.#data
    data.state = state
    data.alarm = alarmOf(this.#condition[i])
    data.kind = isIndoor ? 'indoor' : 'outdoor'
    data.shared = this.#isShared[i] === 1
    data.operator = this.#operators[this.#operatorOf[i]]
    data.loadPct = 0
    data.users = 0
    if (state === 'out' || state === 'sleep') return undefined
    const isDegraded = state === 'degraded'
    data.loadPct = this.#load.loadPct(i, time, isDegraded, 0)
    data.users = this.#load.users(i, data.loadPct, isIndoor, 0)
    const crowd = conditions.none ? null : conditions.at('crowd', time, i)
    if (crowd === null) return undefined
    const { loadPct, users } = data
    data.loadPct = this.#load.loadPct(i, time, isDegraded, crowd.value)
    data.users = this.#load.users(i, loadPct, isIndoor, crowd.value)
    return data.loadPct > loadPct || data.users > users ? crowd.cause : undefined
  }
}
