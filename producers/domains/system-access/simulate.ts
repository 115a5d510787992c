// Simulates the industries' access to the hub: systems fail and return, calls follow the day.
// In: catalogue, demand, parameters. Out: `heartbeat` events.
import { exp } from '../../../infra/maths.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, parseCityDate } from '../../../infra/time.ts'
import { createLocalDemand } from '../../simulation/local-demand.ts'
import { createPeriodicEvents } from '../../simulation/periodic.ts'
import { checkEntries, collector } from '../../simulation/problems.ts'
import type { SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { createStreams } from '../../simulation/streams.ts'
import { HEARTBEAT, type Heartbeat } from './event.ts'
import type { AccessParameters } from './parameters.ts'

/** An industry's systems are counted in 16 bits. */
const MOST_SYSTEMS = 65_535

export function createAccessSimulator(context: SimulationContext): Simulator {
  const p = context.parameters as AccessParameters
  const { assets, catalogue, cadence } = context
  requireIndustries(context, p)
  const demand = createLocalDemand(context)
  const joinedAt = joiningTimes(context, p)
  const heartbeats = createPeriodicEvents(context)
  const failuresPerMs = p.failure.perDay / DAY_MS
  const repairsPerMs = 1 / (p.failure.meanHours * HOUR_MS)
  const downShare = failuresPerMs / (failuresPerMs + repairsPerMs)
  const down = new Uint16Array(assets.length)
  const lastHeartbeat = new Float64Array(assets.length)
  const { access } = createStreams(context, ['access'])
  // Not saved: filled anew for each event, `emit` reads it at once.
  const data: Heartbeat = { systems: 0, connected: 0, calls: 0, served: 0 }

  /** How many of `systems` are down at `time`: each a two-state Markov chain, exact for any gap. */
  function fail(i: number, time: number, systems: number): number {
    const gap = lastHeartbeat[i] === 0 ? Number.POSITIVE_INFINITY : time - lastHeartbeat[i]
    const forgets = 1 - exp(-gap * (failuresPerMs + repairsPerMs))
    const staysDown = 1 - forgets * (1 - downShare)
    const goesDown = forgets * downShare
    let next = 0
    for (let s = 0; s < systems; s++) {
      if (access.uniform(i) < (s < down[i] ? staysDown : goesDown)) next++
    }
    down[i] = next
    lastHeartbeat[i] = time
    return next
  }

  function calls(i: number, time: number, systems: number): number {
    const { slug, systems: all } = catalogue.attributes[assets[i]]
    const perSystem = (p.callsPerMinute[String(slug)] * cadence.everyMs) / MINUTE_MS / Number(all)
    const usual = perSystem * demand.level(p.curve, time, i)
    return Math.round(usual * systems * exp(p.noiseSigma * access.normal(i)))
  }

  return {
    first: (i) => heartbeats.first(i),
    wake(i, time, emit) {
      const systems = catalogue.attributes[assets[i]].systems as number
      const lost = fail(i, time, systems)
      const joined = time >= joinedAt[i]
      data.systems = systems
      data.connected = joined ? systems - lost : 0
      const vain = joined ? Math.round(calls(i, time, lost) * p.vainCalls) : 0
      const answered = joined ? calls(i, time, data.connected) : 0
      data.calls = answered + vain
      data.served = Math.max(0, answered - failures(i, answered))
      emit(HEARTBEAT, data)
      return heartbeats.next(i, time)
    },
    state(walk) {
      walk.numbers(down)
      walk.numbers(lastHeartbeat)
      walk.part(access)
    },
  }

  /** Failed calls among `n`, binomial by its normal approximation. */
  function failures(i: number, n: number): number {
    const mean = n * p.failedCalls
    const spread = Math.sqrt(mean * (1 - p.failedCalls)) * access.normal(i)
    return Math.max(0, Math.round(mean + spread))
  }
}

/** Every industry needs a number of calls and of systems; the date of a slug that has none is a mistake in the seeds. */
function requireIndustries(context: SimulationContext, p: AccessParameters): void {
  const problems = collector()
  const section = { domain: 'system-access', attribute: 'slug', section: 'callsPerMinute' }
  checkEntries(context, section, problems)
  const where = `seeds/${context.city.id}/system-access.json: simulation.joined`
  const known = Object.keys(p.callsPerMinute)
  for (const slug of Object.keys(p.joined)) {
    if (!known.includes(slug)) problems.add(where, `"${slug}"`, `one of ${known.join(', ')}`)
  }
  for (const number of context.assets) {
    const { systems } = context.catalogue.attributes[number]
    if (Number.isInteger(systems) && Number(systems) >= 1 && Number(systems) <= MOST_SYSTEMS)
      continue
    const asset = `catalogue.assets (${context.catalogue.ids[number]}): attributes.systems`
    const file = `seeds/${context.city.id}/system-access.json`
    problems.add(`${file}: ${asset}`, `${systems}`, `a whole number from 1 to ${MOST_SYSTEMS}`)
  }
  problems.throwIfAny('Hub access cannot be simulated')
}

/** When each industry joined (ms; -Infinity = from the start). */
function joiningTimes({ assets, catalogue }: SimulationContext, p: AccessParameters): Float64Array {
  return Float64Array.from(assets, (number) => {
    const date = p.joined[String(catalogue.attributes[number].slug)]
    if (date === undefined) return Number.NEGATIVE_INFINITY
    return parseCityDate(date, 'joined')
  })
}
