// 5G sites: reports, sleep, outages with batteries.
import { describe, expect, it } from 'vitest'
import { cityTimeOfDay, HOUR_MS, parseInstant } from '../../../../infra/time.ts'
import { fiveGSite } from '../../../../producers/domains/five-g-site/domain.ts'
import type { SiteParameters } from '../../../../producers/domains/five-g-site/parameters.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import { drive, linesOf, run, type Seen, simulatedCity } from '../../simulated-city.ts'
import {
  calm,
  linked,
  MIDNIGHT,
  midnight,
  never,
  parameters,
  SITES_PER_FEEDER,
  sites,
} from './fake-sites.ts'

/** Site-hours in each state, from the step function between events. */
function hoursByState(seen: Seen[], from: number, to: number): Record<string, number> {
  const last = new Map<string, Seen>()
  const hours: Record<string, number> = { 'on-air': 0, degraded: 0, sleep: 0, out: 0 }
  const add = (s: Seen, until: number) => {
    const ms = Math.min(until, to) - Math.max(s.time, from)
    if (ms > 0) hours[s.data.state as string] += ms / HOUR_MS
  }
  for (const s of seen) {
    const previous = last.get(s.id)
    if (previous) add(previous, s.time)
    last.set(s.id, s)
  }
  for (const s of last.values()) add(s, to)
  return hours
}

describe('5G sites', () => {
  keepsTheDomainPromises({
    domain: fiveGSite,
    assets: sites(60),
    start: '2025-06-18T16:30:00+08:00',
    hours: 30,
  })

  it('report every 15 minutes and once more at each change of state', () => {
    const seen = run({ domain: fiveGSite, assets: sites(300), start: MIDNIGHT }, 24)
    const last = new Map<string, Seen>()
    let changes = 0
    for (const s of seen) {
      const previous = last.get(s.id)
      last.set(s.id, s)
      if (!previous) continue
      expect(s.time - previous.time).toBeLessThanOrEqual(15 * 60_000)
      const same = previous.data.state === s.data.state && previous.data.alarm === s.data.alarm
      if (!same) changes++
    }
    const beats = 300 * 24 * 4
    expect(seen.length - 300).toBeGreaterThan(beats)
    expect(seen.length - 300 - beats).toBeLessThanOrEqual(changes)
    expect(seen.length - 300 - beats).toBeGreaterThan(0.95 * changes)
  })

  it('go out two to five times a year, most of them by themselves', () => {
    const assets = sites(4000)
    const causes = new Map<unknown, number>()
    const last = new Map<string, unknown>()
    const cadence = { everyMs: 24 * HOUR_MS }
    const days = 60
    for (const { id, data } of run(
      { domain: fiveGSite, assets, start: MIDNIGHT, cadence },
      24 * days,
    )) {
      const was = last.get(id)
      if (data.state === 'out' && was !== undefined && was !== 'out') {
        causes.set(data.alarm, (causes.get(data.alarm) ?? 0) + 1)
      }
      last.set(id, data.state)
    }
    const perYear = (alarm: string) => ((causes.get(alarm) ?? 0) * 365) / days / assets.length
    const all = perYear('mains') + perYear('power') + perYear('transmission')
    console.log(
      `5G outages a site-year: ${all.toFixed(2)} (mains ${perYear('mains').toFixed(2)}, ` +
        `own power ${perYear('power').toFixed(2)}, transmission ${perYear('transmission').toFixed(2)})`,
    )
    expect(all).toBeGreaterThan(2)
    expect(all).toBeLessThan(5)
    expect(perYear('power')).toBeGreaterThan(all / 3)
    expect(perYear('transmission')).toBeGreaterThan(0.3)
  })

  it('sleep only between 00 and 06 h', () => {
    const seen = run({ domain: fiveGSite, assets: sites(300), start: MIDNIGHT }, 24)
    const asleep = seen.filter((s) => s.data.state === 'sleep')
    expect(new Set(asleep.map((s) => s.id)).size).toBeGreaterThan(30)
    for (const s of asleep) expect(cityTimeOfDay(s.time)).toBeLessThan(6 * HOUR_MS)
  })

  it('are available 99.5-99.9 % of an ordinary week', () => {
    const dry = { storm: calm }
    const options = { domain: fiveGSite, assets: sites(2500), start: MIDNIGHT, parameters: dry }
    const seen = run(options, 7 * 24)
    const hours = hoursByState(seen, midnight, midnight + 7 * 24 * HOUR_MS)
    const total = Object.values(hours).reduce((a, b) => a + b, 0)
    const availability = 1 - hours.out / total
    console.log(
      `5G availability over a week: ${availability.toFixed(5)}; ` +
        Object.entries(hours)
          .map(([state, h]) => `${state} ${((100 * h) / total).toFixed(2)} %`)
          .join(', '),
    )
    expect(total).toBeCloseTo(2500 * 7 * 24, 3)
    expect(availability).toBeGreaterThan(0.995)
    expect(availability).toBeLessThan(0.999)
  })

  it('go out together on a feeder, 2-4 h after its mains', () => {
    const mains = { ...parameters.mains, perDay: 0.2, medianHours: 6 }
    const only = (p: Partial<SiteParameters>) => ({
      outage: never,
      degraded: never,
      storm: calm,
      transmission: linked,
      ...p,
    })
    const clustered = jointOutages(only({ mains }))
    const alone = jointOutages(
      only({ mains: { ...mains, perDay: 0 }, outage: { ...parameters.outage, perDay: 0.1 } }),
    )
    console.log(
      `5G outages shared by a feeder: ${clustered.lift.toFixed(1)} times chance with mains losses, ` +
        `${alone.lift.toFixed(1)} times without`,
    )
    expect(clustered.lift).toBeGreaterThan(4)
    expect(alone.lift).toBeLessThan(1.5)
    // A mains loss first weakens the site, its battery carries it 2-4 h, then it is out.
    expect(clustered.batteryHours.length).toBeGreaterThan(100)
    expect(Math.min(...clustered.batteryHours)).toBeGreaterThanOrEqual(2)
    expect(Math.max(...clustered.batteryHours)).toBeLessThanOrEqual(4)
  })

  /** How much likelier a site is out when another of its feeder is, sampled hourly over two days. */
  function jointOutages(replaced: Partial<SiteParameters>) {
    const assets = sites(2500)
    const sleep = { ...parameters.sleep, outdoor: 0, indoor: 0 }
    const seen = run(
      { domain: fiveGSite, assets, start: MIDNIGHT, parameters: { ...replaced, sleep } },
      48,
    )
    const feederOf = new Map(assets.map((a) => [a.id, a.attributes.feeder as string]))
    const weakSince = new Map<string, number>()
    const stateOf = new Map<string, unknown>()
    const batteryHours: number[] = []
    let [samples, outs, pairs, joint] = [0, 0, 0, 0]
    let sampleAt = midnight + HOUR_MS
    for (const s of seen) {
      for (; s.time >= sampleAt; sampleAt += HOUR_MS) {
        const perFeeder = new Map<string, number>()
        for (const [id, state] of stateOf) {
          if (state !== 'out') continue
          const feeder = feederOf.get(id)!
          perFeeder.set(feeder, (perFeeder.get(feeder) ?? 0) + 1)
        }
        samples += stateOf.size
        for (const k of perFeeder.values()) {
          outs += k
          pairs += k * (SITES_PER_FEEDER - 1)
          joint += k * (k - 1)
        }
      }
      const before = stateOf.get(s.id)
      if (s.data.state === 'degraded' && before === 'on-air') weakSince.set(s.id, s.time)
      if (s.data.state === 'out' && before === 'degraded' && weakSince.has(s.id)) {
        batteryHours.push((s.time - weakSince.get(s.id)!) / HOUR_MS)
        weakSince.delete(s.id)
      }
      stateOf.set(s.id, s.data.state)
    }
    return { lift: joint / pairs / (outs / samples), batteryHours }
  }

  it('tell the same last report, beat or change of state, whatever the run starts at', () => {
    const assets = sites(1500)
    // Between 00:00 and 00:30 sites fall asleep: many last reports are changes of state.
    const at = '2025-06-19T00:20:00+08:00'
    const before = parseInstant(at, 'at')
    const lastReports = (start: string) => {
      const hours = (before - parseInstant(start, 'start')) / HOUR_MS
      const last = new Map<string, [number, unknown]>()
      for (const s of run({ domain: fiveGSite, assets, start }, hours + 0.001)) {
        if (s.time < before) last.set(s.id, [s.time, s.data.state])
      }
      return [...last].sort(([a], [b]) => (a < b ? -1 : 1))
    }
    const reports = lastReports(MIDNIGHT)
    const count = (state: string) => reports.filter(([, last]) => last[1] === state).length
    expect(count('out')).toBeGreaterThan(0)
    expect(count('sleep')).toBeGreaterThan(100)
    expect(lastReports(at)).toEqual(reports)
  })

  it('know a feeder’s outage without its other sites, from whichever shard', () => {
    const options = {
      domain: fiveGSite,
      assets: sites(600),
      start: MIDNIGHT,
      parameters: { mains: { ...parameters.mains, perDay: 1, medianHours: 8 } },
    }
    const all = run(options, 24)
    expect(all.filter((s) => s.data.state === 'out').length).toBeGreaterThan(1000)
    const even = (id: string) => Number(id.slice(-3)) % 2 === 0
    const late = (id: string) => Number(id.slice(-3)) >= 350
    for (const own of [even, late]) {
      expect(linesOf(run({ ...options, own }, 24))).toEqual(linesOf(all.filter((s) => own(s.id))))
    }
  })

  it('report weekly when the scenario says so, with the state they have at the start', () => {
    const cadence = { everyMs: 7 * 24 * HOUR_MS, phase: 'spread' as const }
    const seen = run({ domain: fiveGSite, assets: sites(200), start: MIDNIGHT, cadence }, 1)
    expect(seen.filter((s) => s.time < midnight)).toHaveLength(200)
  })

  it('name the setting that the seeds lack', () => {
    const context = simulatedCity({ domain: fiveGSite, assets: sites(3, 'moon'), start: MIDNIGHT })
    expect(() => fiveGSite.createSimulator(context)).toThrow(/setting "moon".*office/)
  })
})

describe('the simulator at the city’s size', () => {
  it('wakes a site in about a microsecond', () => {
    const context = simulatedCity({ domain: fiveGSite, assets: sites(20_000), start: MIDNIGHT })
    const simulator = fiveGSite.createSimulator(context)
    let events = 0
    const began = performance.now()
    drive(simulator, context, midnight + 6 * HOUR_MS, () => events++)
    const us = ((performance.now() - began) * 1000) / events
    console.log(`5G: ${us.toFixed(2)} µs per event, heap and copy included, ${events} events`)
    expect(events).toBeGreaterThan(20_000 * 24)
  })
})
