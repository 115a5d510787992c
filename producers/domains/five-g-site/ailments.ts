// What may ail a site around a day: mains and transmission that it shares with others, its own power and equipment.
import { cityDayStart, DAY_MS } from '../../../infra/time.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { NO_SPELL, type Spell } from '../../simulation/spells.ts'
import { feederNetwork, transmissionNetwork } from './networks.ts'
import { createTroubles } from './outages.ts'
import type { SiteParameters } from './parameters.ts'

/** Indices of ALARMS. */
export const [MAINS, POWER, TRANSMISSION, EQUIPMENT] = [1, 2, 3, 4]

/** A spell and the alarm that it raises. */
export type Ailment = Spell & { alarm: number }

export const covers = (s: Spell, time: number) => time >= s.from && time < s.to

const ailment = ({ from, to }: Spell, alarm: number): Ailment => ({ from, to, alarm })

/** `out` and `weak` hold what `gather` found last: what puts a site out, and what degrades it. */
export function createAilments(context: SimulationContext, batteryMs: Float64Array) {
  const { assets, catalogue, scenario } = context
  const p = context.parameters as SiteParameters
  const feeders = feederNetwork(context)
  const nodes = transmissionNetwork(context)
  const troubles = createTroubles(scenario.seed, p.outage, p.degraded)

  // Scratch: what bears on one site around one time. Days d-1, d, d+1 of four causes at most.
  const out: Ailment[] = []
  const weak: Ailment[] = []
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
  }

  /** Has the feeder of site `i` lost its mains? The same for all of its sites, in every shard. */
  function isFeederDark(i: number, time: number): boolean {
    const day = cityDayStart(time)
    return [day - DAY_MS, day].some((d) => covers(feeders.spell(feeders.of[i], d), time))
  }

  return { out, weak, gather, isFeederDark }
}
