// The command site.dispatch-generator: what it brings back, and what it cannot.
import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../../../infra/time.ts'
import { fiveGSite } from '../../../../producers/domains/five-g-site/domain.ts'
import type { SiteParameters } from '../../../../producers/domains/five-g-site/parameters.ts'
import { createTimeline, stateOf } from '../../../../producers/domains/five-g-site/timeline.ts'
import { type Seen, simulatedCity } from '../../simulated-city.ts'
import { always, calm, linked, never, parameters, sites } from './fake-sites.ts'

/** Two days of one site that is out from its first moment, by its own power unless something else is asked for. */
function outSite(replaced: Partial<SiteParameters> = {}) {
  const context = simulatedCity({
    domain: fiveGSite,
    assets: sites(1),
    start: '2025-06-18T12:00:00+08:00',
    parameters: {
      mains: { ...parameters.mains, perDay: 0 },
      storm: calm,
      transmission: linked,
      degraded: never,
      outage: always,
      sleep: { ...parameters.sleep, outdoor: 0, indoor: 0 },
      ...replaced,
    },
  })
  const simulator = fiveGSite.createSimulator(context)
  const seen: Seen[] = []
  let wakeAt = simulator.first(0)
  const until = (to: number) => {
    while (wakeAt < to) {
      const time = wakeAt
      wakeAt = simulator.wake(0, time, (event, data) =>
        seen.push({ id: 'x', time, event, data: { ...data } as Record<string, unknown> }),
      )
    }
  }
  until(context.scenario.start)
  return {
    start: context.scenario.start,
    seen,
    until,
    command(args: Record<string, unknown>, time: number, name = 'site.dispatch-generator') {
      const result = simulator.command!(0, name, args, time)
      if (typeof result === 'number') wakeAt = result
      return result
    },
  }
}

describe('site.dispatch-generator', () => {
  it('brings a site back after the drive, for as long as it stays', () => {
    const site = outSite()
    expect(site.seen.at(-1)!.data.state).toBe('out')
    const arrival = site.start + 20 * 60_000
    expect(typeof site.command({ for: 'PT2H' }, site.start)).toBe('number')
    site.until(site.start + 4 * HOUR_MS)
    const changes = site.seen.filter(
      (s, n) => n > 0 && s.data.state !== site.seen[n - 1].data.state,
    )
    expect(changes.map((s) => [s.time, s.data.state])).toEqual([
      [arrival, 'on-air'],
      [arrival + 2 * HOUR_MS, 'out'],
    ])
  })

  it('refuses what it cannot do, changing nothing', () => {
    const site = outSite()
    expect(site.command({ for: 'soon' }, site.start)).toMatch(/got "soon", expected an ISO 8601/)
    expect(site.command({ for: 'P2D' }, site.start)).toMatch(/PT1M to PT24H/)
    expect(site.command({ for: 'PT2H' }, site.start, 'site.paint')).toMatch(/site.paint/)
    site.until(site.start + HOUR_MS)
    expect(new Set(site.seen.map((s) => s.data.state))).toEqual(new Set(['out']))
    expect(typeof site.command({ for: 'PT2H' }, site.start + HOUR_MS)).toBe('number')
    expect(site.command({ for: 'PT2H' }, site.start + HOUR_MS)).toMatch(/on its way/)
    site.until(site.start + 2 * HOUR_MS)
    expect(site.command({ for: 'PT2H' }, site.start + 2 * HOUR_MS)).toMatch(/is on-air/)
  })
})

describe('a site without transmission', () => {
  it('stays out, generator or not', () => {
    const context = simulatedCity({
      domain: fiveGSite,
      assets: sites(1),
      start: '2025-06-18T12:00:00+08:00',
      parameters: { transmission: { perCell: 1, perDay: 1, medianHours: 23, sigma: 0 } },
    })
    const { start } = context.scenario
    const timeline = createTimeline(context)
    timeline.power(0, start, start + HOUR_MS)
    expect(stateOf(timeline.conditionAt(0, start))).toBe('out')
  })

  it('gets no generator', () => {
    const site = outSite({
      outage: never,
      transmission: { perCell: 1, perDay: 1, medianHours: 23, sigma: 0 },
    })
    expect(site.seen.at(-1)!.data).toMatchObject({ state: 'out', alarm: 'transmission' })
    expect(site.command({ for: 'PT2H' }, site.start)).toMatch(/lost its transmission/)
  })
})
