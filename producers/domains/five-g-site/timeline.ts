// The state of every site over time: power, equipment, sleep and generators woven into one line.
// In: spells of outages.ts, the catalogue, commands. Out: state at a time, and when it changes next.
import { cityDayStart, DAY_MS, HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createStreams } from '../../simulation/streams.ts'
import { createMains, createTroubles, NO_SPELL, type Spell } from './outages.ts'
import type { SiteParameters } from './parameters.ts'

/** Indices of SITE_STATES. */
const ON_AIR = 0
export const DEGRADED = 1
export const SLEEP = 2
export const OUT = 3

const WAKE_HOUR = 6 // carriers sleep 00-06 h (facts: practice of networks)
/** A search for the next change looks this far; each site then asks again at a time of its own. */
const LOOK_AHEAD_MS = DAY_MS

export type Timeline = {
  stateAt(i: number, time: number): number
  /** First time > `time` with another state than `state`, or `time` + 24 h when there is none by then. */
  nextCheck(i: number, time: number, state: number): number
  /** A generator powers site `i` during [from, to). */
  power(i: number, from: number, to: number): void
  poweredUntil(i: number): number
}

export function createTimeline(context: SimulationContext): Timeline {
  const { assets, catalogue, scenario } = context
  const p = context.parameters as SiteParameters
  const mains = createMains(scenario.seed, p.mains)
  const troubles = createTroubles(scenario.seed, p.outage, p.degraded)
  const feeders = feederNumbers(context)
  const { batteryMs, sleepFrom, sleepTo } = habits(context, p)
  const generators = new Map<number, Spell>()

  // Scratch: what bears on one site around one time. Days d-1, d, d+1 of three causes at most.
  const out: Spell[] = []
  const weak: Spell[] = []
  let current = -1
  let gatheredDay = Number.NaN

  function gather(i: number, day: number): void {
    if (i === current && day === gatheredDay) return
    current = i
    gatheredDay = day
    out.length = 0
    weak.length = 0
    const id = catalogue.ids[assets[i]]
    for (let d = day - DAY_MS; d <= day + DAY_MS; d += DAY_MS) {
      const dark = mains(feeders.names[feeders.of[i]], d)
      if (dark !== NO_SPELL) {
        const empty = dark.from + batteryMs[i]
        weak.push({ from: dark.from, to: Math.min(empty, dark.to) })
        if (empty < dark.to) out.push({ from: empty, to: dark.to })
      }
      const own = troubles(id, d)
      if (own.outage !== NO_SPELL) out.push(own.outage)
      if (own.degraded !== NO_SPELL) weak.push(own.degraded)
    }
  }

  function state(i: number, time: number): number {
    const generator = generators.get(i)
    const powered = generator !== undefined && covers(generator, time)
    if (!powered && out.some((s) => covers(s, time))) return OUT
    const ofDay = time - cityDayStart(time)
    if (ofDay >= sleepFrom[i] && ofDay < sleepTo[i]) return SLEEP
    return weak.some((s) => covers(s, time)) ? DEGRADED : ON_AIR
  }

  return {
    stateAt(i, time) {
      gather(i, cityDayStart(time))
      return state(i, time)
    },
    nextCheck(i, time, from) {
      const day = cityDayStart(time)
      gather(i, day)
      let next = time + LOOK_AHEAD_MS
      const consider = (at: number) => {
        if (at > time && at < next && state(i, at) !== from) next = at
      }
      for (const s of out) both(s, consider)
      for (const s of weak) both(s, consider)
      const generator = generators.get(i)
      if (generator) both(generator, consider)
      if (sleepTo[i] > 0) {
        for (let d = day; d <= day + DAY_MS; d += DAY_MS) {
          consider(d + sleepFrom[i])
          consider(d + sleepTo[i])
        }
      }
      return next
    },
    power(i, from, to) {
      generators.set(i, { from, to })
    },
    poweredUntil: (i) => generators.get(i)?.to ?? Number.NEGATIVE_INFINITY,
  }
}

const covers = (s: Spell, time: number) => time >= s.from && time < s.to

function both(s: Spell, consider: (at: number) => void): void {
  consider(s.from)
  consider(s.to)
}

/** Feeder of each site as a small number. */
function feederNumbers(context: SimulationContext) {
  const numbers = new Map<string, number>()
  const names: string[] = []
  const of = new Uint32Array(context.assets.length)
  for (let i = 0; i < of.length; i++) {
    const feeder = String(context.catalogue.attributes[context.assets[i]].feeder)
    let number = numbers.get(feeder)
    if (number === undefined) {
      number = names.push(feeder) - 1
      numbers.set(feeder, number)
    }
    of[i] = number
  }
  return { names, of }
}

/** What a site is born with: how long its battery lasts and when, if ever, it sleeps (ms; sleepTo 0 = never). */
function habits(context: SimulationContext, p: SiteParameters) {
  const { assets, catalogue } = context
  const batteryMs = new Float64Array(assets.length)
  const sleepFrom = new Int32Array(assets.length)
  const sleepTo = new Int32Array(assets.length)
  const { habits: stream } = createStreams(context, ['habits'])
  const jitter = p.sleep.jitterMinutes * MINUTE_MS
  const { from, to } = p.mains.batteryHours
  for (let i = 0; i < assets.length; i++) {
    const { kind } = catalogue.attributes[assets[i]]
    batteryMs[i] = Math.floor((from + stream.uniform(i) * (to - from)) * HOUR_MS)
    const sleeps = stream.uniform(i) < (kind === 'indoor' ? p.sleep.indoor : p.sleep.outdoor)
    const fallsAsleep = Math.floor(stream.uniform(i) * jitter)
    const wakes = WAKE_HOUR * HOUR_MS - Math.floor(stream.uniform(i) * jitter)
    if (!sleeps) continue
    sleepFrom[i] = fallsAsleep
    sleepTo[i] = wakes
  }
  return { batteryMs, sleepFrom, sleepTo }
}
