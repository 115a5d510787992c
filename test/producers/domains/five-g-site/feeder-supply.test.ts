// The command site.power-feeder: what it brings back on a feeder without mains, and what it leaves.
import { describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../../../../infra/time.ts'
import { fiveGSite } from '../../../../producers/domains/five-g-site/domain.ts'
import type { SiteParameters } from '../../../../producers/domains/five-g-site/parameters.ts'
import { simulatedCity } from '../../simulated-city.ts'
import { always, calm, linked, never, parameters, SITES_PER_FEEDER, sites } from './fake-sites.ts'

const NOON = '2025-06-18T12:00:00+08:00'
const ARRIVAL = parameters.generator.feederArrivalMinutes
const quiet: Partial<SiteParameters> = {
  storm: calm,
  transmission: linked,
  degraded: never,
  outage: never,
  sleep: { ...parameters.sleep, outdoor: 0, indoor: 0 },
}

const dark = { ...parameters.mains, ...always, batteryHours: { from: 0.1, to: 0.2 } }

/** Two feeders without mains, whose sites are woken one by one: they do not touch each other. */
function twoFeeders(replaced: Partial<SiteParameters> = {}, seed = DARK_SEED) {
  const assets = sites(2 * SITES_PER_FEEDER)
  const given = { ...quiet, mains: dark, ...replaced }
  const context = simulatedCity({ domain: fiveGSite, assets, start: NOON, seed, parameters: given })
  const simulator = fiveGSite.createSimulator(context)
  const { start } = context.scenario
  const states = assets.map(() => 'none')
  const next = assets.map((_, i) => simulator.first(i))
  const until = (time: number) => {
    for (const i of assets.keys()) {
      while (next[i] < time) {
        next[i] = simulator.wake(i, next[i], (_, data) => {
          states[i] = (data as { state: string }).state
        })
      }
    }
  }
  until(start)
  return {
    /** Sites of a feeder that are out so many minutes after the start. */
    out(feeder: number, minutes: number) {
      until(start + minutes * MINUTE_MS)
      const from = feeder * SITES_PER_FEEDER
      return states.slice(from, from + SITES_PER_FEEDER).filter((state) => state === 'out').length
    },
    /** Orders feeder 0 a supply, site by site as the kernel does; the answers. */
    supply(args: Record<string, unknown>, minutes = 0) {
      return Array.from({ length: SITES_PER_FEEDER }, (_, i) => {
        const time = start + minutes * MINUTE_MS
        const answer = simulator.command!(i, 'site.power-feeder', args, time)
        if (typeof answer === 'number') next[i] = answer
        return typeof answer === 'number' ? null : answer
      })
    },
  }
}

const all = SITES_PER_FEEDER
/** Of the seeds the first with which both feeders are dark from the start on for six hours. */
const DARK_SEED = seedThatIsDark()

function seedThatIsDark(): number {
  for (let seed = 1; ; seed++) {
    const { out } = twoFeeders({}, seed)
    const isDark = [10, 120, 360].every((minutes) => out(0, minutes) + out(1, minutes) === 2 * all)
    if (isDark) return seed
  }
}

describe('site.power-feeder', () => {
  it('powers all sites of its feeder from its arrival on, for as long as asked, and no other', () => {
    const usual = twoFeeders()
    const feeders = twoFeeders()
    expect(feeders.out(0, 10)).toBe(all)
    expect(new Set(feeders.supply({ for: 'PT2H' }, 10))).toEqual(new Set([null]))
    expect(feeders.out(0, 10 + ARRIVAL)).toBe(all)
    expect(feeders.out(0, 10 + ARRIVAL + 1)).toBe(0)
    expect(feeders.out(0, 10 + ARRIVAL + 119)).toBe(0)
    expect(feeders.out(0, 10 + ARRIVAL + 121)).toBe(all)
    expect(feeders.out(1, 240)).toBe(usual.out(1, 240))
    expect(feeders.out(1, 240)).toBe(all)
  })

  it('mends no failure of a site itself', () => {
    const feeders = twoFeeders({ outage: always })
    const lit = twoFeeders({ outage: always, mains: { ...dark, perDay: 0 } })
    feeders.supply({ for: 'PT4H' })
    expect(feeders.out(0, ARRIVAL + 60)).toBe(lit.out(0, ARRIVAL + 60))
    expect(feeders.out(0, ARRIVAL + 60)).toBeGreaterThan(all / 2)
  })

  it('is refused by all of its sites alike: by what they share, never by their own state', () => {
    const refusal = (feeders: ReturnType<typeof twoFeeders>, args: Record<string, unknown>) => {
      const answers = new Set(feeders.supply(args, 10).map((a) => a?.replace(/^5g-[\d-]+: /, '')))
      expect(answers.size).toBe(1)
      return [...answers][0]
    }
    const lit = twoFeeders({ mains: { ...dark, perDay: 0 }, outage: always })
    expect(refusal(lit, { for: 'PT4H' })).toBe(
      'its feeder F0 has mains, expected one that has lost them; choose another site',
    )
    const feeders = twoFeeders()
    expect(refusal(feeders, { for: 'P2D' })).toMatch(/got "P2D", expected an ISO 8601 duration/)
    expect(refusal(feeders, { for: 'PT2H' })).toBeUndefined()
    expect(refusal(feeders, { for: 'PT2H' })).toMatch(/on its way to feeder F0 already/)
    expect(feeders.out(0, 10 + ARRIVAL + 60)).toBe(0)
  })
})
