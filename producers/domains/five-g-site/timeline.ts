// The state of every site over time: power, transmission, equipment, sleep and generators woven into one line.
// In: spells of networks.ts and outages.ts, mains lost by incidents, commands. Out: state at a time, and when it changes next.
import { cityDayStart, DAY_MS, HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import type { HasState, SimulationContext } from '../../simulation/simulator.ts'
import type { Spell } from '../../simulation/spells.ts'
import { createStreams } from '../../simulation/streams.ts'
import { covers, createAilments, MAINS, TRANSMISSION } from './ailments.ts'
import { ALARMS, SITE_STATES, type SiteAlarm, type SiteState } from './event.ts'
import type { SiteParameters } from './parameters.ts'
import { type MainsLoss, MainsLosses, SpellsBySite } from './spells-by-site.ts'

/** Indices of SITE_STATES. */
const [ON_AIR, DEGRADED, SLEEP, OUT] = [0, 1, 2, 3]

/** State and alarm as one small number. */
const condition = (state: number, alarm: number) => state + SITE_STATES.length * alarm
const CONDITIONS = SITE_STATES.length * ALARMS.length
/** A condition and the one that there would be without incidents: what is compared to see that something changed. */
const both = (now: number, usual: number) => now + CONDITIONS * usual
export const nowOf = (known: number): number => known % CONDITIONS
export const usualOf = (known: number): number => Math.floor(known / CONDITIONS)
export const stateOf = (known: number): SiteState => SITE_STATES[known % SITE_STATES.length]
export const alarmOf = (known: number): SiteAlarm =>
  ALARMS[Math.floor(nowOf(known) / SITE_STATES.length)]

const WAKE_HOUR = 6 // carriers sleep 00-06 h (facts: practice of networks)
/** A search for the next change looks this far; each site then asks again at a time of its own. */
const LOOK_AHEAD_MS = DAY_MS

export type Timeline = HasState & {
  /** To be read with `stateOf` and `alarmOf`, and compared by `nowOf` and `usualOf`. */
  conditionAt(i: number, time: number): number
  /** First time > `time` with another condition than `known`, or `time` + 24 h when there is none by then. */
  nextCheck(i: number, time: number, known: number): number
  /** A generator powers site `i` during [from, to). */
  power(i: number, from: number, to: number): void
  poweredUntil(i: number): number
  /** Has the feeder of site `i` lost its mains, incidents aside? The same for all of its sites, in every shard. */
  isFeederDark(i: number, time: number): boolean
  /** A supply stands in for the mains of site `i` during [from, to). */
  supply(i: number, from: number, to: number): void
  suppliedUntil(i: number): number
  /** From `time` on site `i` has no mains because of the incident `cause`, or has them again; false = as before. */
  mains(i: number, time: number, cause: string | undefined): boolean
  /** The incident that took site `i`'s mains last. */
  mainsLostBy(i: number): string | undefined
}

export function createTimeline(context: SimulationContext): Timeline {
  const p = context.parameters as SiteParameters
  const { batteryMs, sleepFrom, sleepTo } = habits(context, p)
  const generators = new SpellsBySite()
  const supplies = new SpellsBySite()
  const losses = new MainsLosses()

  const { out, weak, gather, isFeederDark } = createAilments(context, batteryMs)

  function conditionNow(i: number, time: number): number {
    const loss = losses.of(i)
    const usual = conditionWith(undefined, i, time)
    return both(loss ? conditionWith(loss, i, time) : usual, usual)
  }

  function conditionWith(loss: MainsLoss | undefined, i: number, time: number): number {
    const powered = isDuring(generators.get(i), time)
    const supplied = isDuring(supplies.get(i), time)
    for (const s of out) {
      if (supplied && s.alarm === MAINS) continue
      // A generator brings power, not a way into the network.
      if (covers(s, time) && !(powered && s.alarm !== TRANSMISSION)) return condition(OUT, s.alarm)
    }
    const dark = isDuring(loss, time) && !supplied
    const empty = dark && time >= loss!.from + batteryMs[i]
    if (empty && !powered) return condition(OUT, MAINS)
    const ofDay = time - cityDayStart(time)
    if (ofDay >= sleepFrom[i] && ofDay < sleepTo[i]) return condition(SLEEP, 0)
    for (const s of weak) {
      if (covers(s, time) && !(supplied && s.alarm === MAINS)) return condition(DEGRADED, s.alarm)
    }
    if (dark && !empty) return condition(DEGRADED, MAINS)
    return condition(ON_AIR, 0)
  }

  return {
    conditionAt(i, time) {
      gather(i, cityDayStart(time))
      return conditionNow(i, time)
    },
    nextCheck(i, time, known) {
      const day = cityDayStart(time)
      gather(i, day)
      let next = time + LOOK_AHEAD_MS
      const consider = (at: number) => {
        if (at > time && at < next && conditionNow(i, at) !== known) next = at
      }
      for (const s of out) ends(s, consider)
      for (const s of weak) ends(s, consider)
      for (const ordered of [generators.get(i), supplies.get(i)]) {
        if (ordered) ends(ordered, consider)
      }
      const loss = losses.of(i)
      if (loss) {
        ends(loss, consider)
        consider(loss.from + batteryMs[i])
      }
      if (sleepTo[i] > 0) {
        for (let d = day; d <= day + DAY_MS; d += DAY_MS) {
          consider(d + sleepFrom[i])
          consider(d + sleepTo[i])
        }
      }
      return next
    },
    power: (i, from, to) => generators.set(i, from, to),
    poweredUntil: (i) => generators.endOf(i),
    isFeederDark,
    supply: (i, from, to) => supplies.set(i, from, to),
    suppliedUntil: (i) => supplies.endOf(i),
    state(walk) {
      walk.part(generators)
      walk.part(supplies)
      walk.part(losses)
    },
    mains: (i, time, cause) => losses.see(i, time, cause),
    mainsLostBy: (i) => losses.of(i)?.cause,
  }
}

const isDuring = (s: Spell | undefined, time: number) => s !== undefined && covers(s, time)

function ends(s: Spell, consider: (at: number) => void): void {
  consider(s.from)
  consider(s.to)
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
