// What may ail a site around a day: mains and transmission that it shares with others, its own power and equipment.
import { cityDayStart, DAY_MS } from '../../../infra/time.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { dayNumber, NO_SPELL, type Spell } from '../../simulation/spells.ts'
import { feederNetwork, transmissionNetwork } from './networks.ts'
import { createTroubles } from './outages.ts'
import type { SiteParameters } from './parameters.ts'

/** Indices of ALARMS. */
export const [MAINS, POWER, TRANSMISSION, EQUIPMENT] = [1, 2, 3, 4]

/** A spell and the alarm that it raises. */
export type Ailment = Spell & { alarm: number }

const LONG_AGO = -1_000_000

export const covers = (s: Spell, time: number) => time >= s.from && time < s.to

const ailment = ({ from, to }: Spell, alarm: number): Ailment => ({ from, to, alarm })

/** `out` and `weak` hold what `gather` found last: what puts a site out, and what degrades it. */
export function createAilments(context: SimulationContext, batteryMs: Float64Array) {
  const { assets, catalogue, scenario } = context
  const p = context.parameters as SiteParameters
  const feeders = feederNetwork(context)
  const nodes = transmissionNetwork(context)
  const troubles = createTroubles(scenario.seed, p.outage, p.degraded)

  // Scratch: what bears on one site around one time. Days d-1, d, d+1 of four causes at most. Not saved: pure in the site
  // and the day, which are compared first.
  const out: Ailment[] = []
  // Not saved: likewise.
  const weak: Ailment[] = []
  // Not saved: likewise.
  let current = -1
  // Not saved: likewise.
  let gatheredDay = Number.NaN
  // By site, the last of three days in a row on which nothing ails it: most sites, most of the time. Not saved: pure in the
  // day; found again.
  const quiet = new Int32Array(context.assets.length).fill(LONG_AGO)

  function gather(i: number, day: number): void {
    if (i === current && day === gatheredDay) return
    current = i
    gatheredDay = day
    out.length = 0
    weak.length = 0
    const id = catalogue.ids[assets[i]]
    const last = dayNumber(day + DAY_MS)
    for (let d = day - DAY_MS, n = last - 2; n <= last; d += DAY_MS, n++) {
      if (n <= quiet[i] && n > quiet[i] - 3) continue
      const dark = feeders.spell(feeders.of[i], d)
      if (dark !== NO_SPELL) {
        const empty = dark.from + batteryMs[i]
        weak.push({ from: dark.from, to: Math.min(empty, dark.to), alarm: MAINS })
        if (empty < dark.to) out.push({ from: empty, to: dark.to, alarm: MAINS })
      }
      const cut = nodes.spell(nodes.of[i], d)
      if (cut !== NO_SPELL) out.push(ailment(cut, TRANSMISSION))
      const own = troubles(id, d)
      if (own.outage !== NO_SPELL) out.push(ailment(own.outage, POWER))
      if (own.degraded !== NO_SPELL) weak.push(ailment(own.degraded, EQUIPMENT))
    }
    if (out.length + weak.length === 0) quiet[i] = last
  }

  /** Has the feeder of site `i` lost its mains? The same for all of its sites, in every shard. */
  function isFeederDark(i: number, time: number): boolean {
    const day = cityDayStart(time)
    return [day - DAY_MS, day].some((d) => covers(feeders.spell(feeders.of[i], d), time))
  }

  return { out, weak, gather, isFeederDark }
}
