// Simulates 5G sites: a status at every beat and at every change of state.
// In: catalogue, demand, parameters. Out: `status` events.
import { MINUTE_MS } from '../../../infra/time.ts'
import { shortDuration } from '../../simulation/command-args.ts'
import { createBeats } from '../../simulation/periodic.ts'
import type { SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { DISPATCH_GENERATOR } from './declaration.ts'
import { SITE_STATES, type SiteStatus, STATUS } from './event.ts'
import { createLoad } from './load.ts'
import type { SiteParameters } from './parameters.ts'
import { createTimeline, DEGRADED, OUT, SLEEP } from './timeline.ts'

const NOT_IN_SERVICE = 255
const NEVER = 0

export function createSiteSimulator(context: SimulationContext): Simulator {
  const p = context.parameters as SiteParameters
  const { assets, catalogue, scenario } = context
  const beats = createBeats(context)
  const timeline = createTimeline(context)
  const load = createLoad(context)
  const stateOf = new Uint8Array(assets.length).fill(NOT_IN_SERVICE)
  const beatAt = new Float64Array(assets.length)
  const checkAt = new Float64Array(assets.length)
  const data: SiteStatus = {
    state: 'on-air',
    kind: 'outdoor',
    shared: false,
    operator: '',
    loadPct: 0,
    users: 0,
  }

  function fill(i: number, time: number): void {
    const state = stateOf[i]
    const { kind, shared, operator } = catalogue.attributes[assets[i]]
    const silent = state === OUT || state === SLEEP
    const loadPct = load.loadPct(i, time, state === DEGRADED)
    const users = load.users(i, loadPct, kind === 'indoor')
    data.state = SITE_STATES[state]
    data.kind = kind as SiteStatus['kind']
    data.shared = shared as boolean
    data.operator = operator as string
    data.loadPct = silent ? 0 : loadPct
    data.users = silent ? 0 : users
  }

  return {
    first(i) {
      let reported = beats.first(i)
      if (reported > scenario.start) {
        checkAt[i] = reported
        return reported
      }
      // The census tells the last report before the start, be it a beat or a change of state.
      stateOf[i] = timeline.stateAt(i, reported)
      let next = timeline.nextCheck(i, reported, stateOf[i])
      while (next < scenario.start) {
        const state = timeline.stateAt(i, next)
        if (state !== stateOf[i]) reported = next
        stateOf[i] = state
        next = timeline.nextCheck(i, next, state)
      }
      checkAt[i] = next
      return reported
    },
    wake(i, time, emit) {
      const known = stateOf[i]
      if (time === checkAt[i]) {
        stateOf[i] = timeline.stateAt(i, time)
        checkAt[i] = timeline.nextCheck(i, time, stateOf[i])
      }
      const due = beatAt[i] === NEVER || beatAt[i] === time
      if (due) beatAt[i] = beats.next(i, time)
      if (due || stateOf[i] !== known) {
        fill(i, time)
        emit(STATUS, data)
      }
      return Math.min(beatAt[i], checkAt[i])
    },
    command(i, name, args, time) {
      const id = catalogue.ids[assets[i]]
      if (name !== DISPATCH_GENERATOR) {
        return `${id}: got command "${name}", expected ${DISPATCH_GENERATOR}`
      }
      if (stateOf[i] !== OUT) {
        const state = SITE_STATES[stateOf[i]] ?? 'not in service'
        return `${id}: is ${state}, expected a site that is out; choose one of those`
      }
      if (timeline.poweredUntil(i) > time) return `${id}: a generator is on its way already`
      const forMs = shortDuration(args.for)
      if (typeof forMs === 'string') return `${id}: ${forMs}`
      const from = time + Math.round(p.generator.arrivalMinutes * MINUTE_MS)
      timeline.power(i, from, from + forMs)
      // A change that is due at this very moment must still happen: look from just before it.
      checkAt[i] = timeline.nextCheck(i, time - 1, OUT)
      return Math.min(beatAt[i], checkAt[i])
    },
  }
}
