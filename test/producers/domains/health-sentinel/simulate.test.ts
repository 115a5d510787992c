// Health sentinels: the published share of influenza-like visits, sums that add up, stages, illness and what the command does.
import { describe, expect, it } from 'vitest'
import { cityTimeOfDay } from '../../../../infra/time.ts'
import { DEPLOY, DEPLOY_DISTRICT } from '../../../../producers/domains/health-sentinel/commands.ts'
import { healthSentinel } from '../../../../producers/domains/health-sentinel/domain.ts'
import {
  STAGE_CHANGE,
  type StageChange,
  VISIT_REPORT,
  type VisitReport,
} from '../../../../producers/domains/health-sentinel/event.ts'
import type { Conditions } from '../../../../producers/simulation/conditions.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import {
  type CityOptions,
  drive,
  type FakeAsset,
  type Seen,
  simulatedCity,
} from '../../simulated-city.ts'

/** A Monday of the weeks in which the share of southern sentinels was published. */
const START = '2025-06-16T00:00:00+08:00'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const INCIDENT = 'illness-1'
const FIRST = 'health-440106-00000'
/** Neither outbreaks nor broken links, where a test needs none. */
const CALM = {
  clusters: { perDay: 0, medianHours: 8, sigma: 0.5, factor: 3 },
  silences: { perDay: 0, medianHours: 1.5, sigma: 0.6 },
}

const sentinels = (count: number) =>
  Array.from({ length: count }, (_, n): FakeAsset => {
    const kind = n % 4 === 0 ? 'hospital' : 'community'
    return {
      id: `health-440106-${String(n).padStart(5, '0')}`,
      attributes: { kind, visitsPerDay: kind === 'hospital' ? 2200 : 320 },
    }
  })

const options: CityOptions = { domain: healthSentinel, assets: sentinels(20), start: START }
const data = <T>(s: Seen) => s.data as unknown as T
const isReport = (s: Seen) => s.event === VISIT_REPORT

type Story = {
  city?: CityOptions
  hours: number
  /** Fever visits are 1 + so many times the usual from the start of that hour on. */
  ill?: { value: number; fromHour: number; toHour?: number }
  /** Sentinel 0 gets the order then. */
  deploy?: { atHour: number; for: string }
}

function illness(value: number, fromHour: number, toHour: number): Conditions {
  const [from, to] = [fromHour, toHour].map((hour) => Date.parse(START) + hour * HOUR_MS)
  const found = { value, cause: INCIDENT }
  return {
    none: false,
    at: (kind, time) => (kind === 'illness' && time >= from && time < to ? found : null),
  }
}

function simulate({ city = options, hours, ill, deploy }: Story): Seen[] {
  const start = Date.parse(START)
  const conditions = ill && illness(ill.value, ill.fromHour, ill.toHour ?? hours)
  const context = simulatedCity({ ...city, conditions })
  const simulator = healthSentinel.createSimulator(context)
  const seen: Seen[] = []
  const until = start + hours * HOUR_MS
  const ordered = deploy && {
    ...simulator,
    first: (i: number) => simulator.first(i),
    wake(i: number, time: number, emit: Parameters<typeof simulator.wake>[2]) {
      const next = simulator.wake(i, time, emit)
      const at = start + deploy.atHour * HOUR_MS
      if (i !== 0 || time >= at || next < at) return next
      const moved = simulator.command!(0, DEPLOY, { for: deploy.for }, at)
      if (typeof moved === 'string') throw new Error(moved)
      return moved
    },
  }
  drive(ordered ?? simulator, context, until, (s) => seen.push(s))
  return seen
}

const sum = (seen: Seen[], field: 'visits' | 'feverVisits') =>
  seen.filter(isReport).reduce((all, s) => all + data<VisitReport>(s)[field], 0)
const hourOf = (s: Seen) => (s.time - Date.parse(START)) / HOUR_MS
const stages = (seen: Seen[]) =>
  seen
    .filter((s) => s.event === STAGE_CHANGE && s.id === FIRST)
    .map((s) => data<StageChange>(s).stage)

describe('health sentinels', () => {
  keepsTheDomainPromises({
    domain: healthSentinel,
    assets: sentinels(40),
    start: START,
    hours: 3,
    silentMs: DAY_MS,
  })

  it('sees 3.7 to 5.8 % of its patients with influenza-like illness in June, as was published', () => {
    const city: CityOptions = { ...options, assets: sentinels(40), alike: true }
    const seen = simulate({ city, hours: 7 * 24 }).filter((s) => hourOf(s) > 0)
    const share = sum(seen, 'feverVisits') / sum(seen, 'visits')
    console.log(`${(100 * share).toFixed(2)} % of ${sum(seen, 'visits')} visits`)
    expect(share).toBeGreaterThan(0.037)
    expect(share).toBeLessThan(0.058)
  })

  it('counts every visit once: a day’s reports sum to what the last of them says of the day', () => {
    const seen = simulate({ hours: 72 }).filter(isReport)
    for (const { id } of options.assets) {
      const own = seen.filter((s) => s.id === id)
      const last = own[own.length - 1]
      const ofDay = own.filter((s) => s.time > last.time - DAY_MS)
      expect(sum(ofDay, 'visits')).toBe(data<VisitReport>(last).dayVisits)
      expect(sum(ofDay, 'feverVisits')).toBe(data<VisitReport>(last).dayFever)
    }
  })

  it('is busiest on Monday and before noon; at night hospitals see a trickle and health centres nobody', () => {
    const seen = simulate({ hours: 7 * 24 }).filter((s) => isReport(s) && hourOf(s) > 0)
    const between = (from: number, to: number, all = seen) =>
      sum(
        all.filter((s) => {
          const hour = cityTimeOfDay(s.time) / HOUR_MS
          return hour >= from && hour < to
        }),
        'visits',
      )
    expect(between(9, 11)).toBeGreaterThan(1.3 * between(14, 16))
    const centres = seen.filter((s) => Number(s.id.slice(-5)) % 4 !== 0)
    expect(between(20, 24, centres)).toBe(0)
    expect(between(20, 24)).toBeGreaterThan(0)
    const night = centres.filter((s) => cityTimeOfDay(s.time) >= 20 * HOUR_MS)
    expect(night.every((s) => !data<VisitReport>(s).open)).toBe(true)
    const days = [0, 1, 2, 3, 4, 5, 6].map((day) =>
      sum(
        seen.filter((s) => Math.floor(hourOf(s) / 24) === day),
        'visits',
      ),
    )
    expect(Math.max(...days)).toBe(days[0])
    expect(days[6]).toBeLessThan(0.75 * days[2])
  })

  it('changes nothing where there is no illness, and names the incident where it brought visits', () => {
    const usual = simulate({ hours: 30 })
    const ill = simulate({ hours: 30, ill: { value: 2, fromHour: 10 } })
    const early = (seen: Seen[]) => seen.filter((s) => hourOf(s) < 10)
    expect(early(ill)).toEqual(early(usual))
    expect(usual.every((s) => s.cause === undefined)).toBe(true)
    expect(early(ill).every((s) => s.cause === undefined)).toBe(true)
    // What is usual is drawn as it would have been: each report has at least as many visits.
    const reports = (seen: Seen[]) => seen.filter(isReport)
    reports(ill).forEach((s, k) => {
      const same = reports(usual)[k]
      const more = data<VisitReport>(s).feverVisits - data<VisitReport>(same).feverVisits
      expect(more).toBeGreaterThanOrEqual(0)
      if (more > 0) expect(s.cause).toBe(INCIDENT)
      expect(data<VisitReport>(s).visits - data<VisitReport>(same).visits).toBe(more)
    })
    const hours = (seen: Seen[]) =>
      sum(
        seen.filter((s) => hourOf(s) > 11),
        'feverVisits',
      )
    expect(hours(ill) / hours(usual)).toBeGreaterThan(2.7)
    expect(hours(ill) / hours(usual)).toBeLessThan(3.3)
  })

  it('goes from sense to assess within two hours of threefold fever, and closes when it is over', () => {
    const city = { ...options, parameters: CALM }
    const seen = simulate({ city, hours: 40, ill: { value: 2, fromHour: 9, toHour: 15 } })
    expect(stages(seen)).toEqual(['assess', 'close', 'sense'])
    const first = seen.find((s) => s.event === STAGE_CHANGE && s.id === FIRST)!
    expect(hourOf(first)).toBeLessThan(11)
    expect(first.cause).toBe(INCIDENT)
    expect(stages(simulate({ city, hours: 40 }))).toEqual([])
  })

  it('halves the additional visits 90 minutes after the order and leaves all else as it was, whatever the seed', () => {
    const shares: number[] = []
    for (let seed = 1; seed <= 20; seed++) {
      const city = { ...options, assets: sentinels(2), parameters: CALM, seed }
      const ill = { value: 3, fromHour: 8 }
      const usual = simulate({ city, hours: 24 })
      const left = simulate({ city, hours: 24, ill })
      const acted = simulate({ city, hours: 24, ill, deploy: { atHour: 10, for: 'PT10H' } })
      const own = (seen: Seen[], from: number, to: number) =>
        sum(
          seen.filter((s) => s.id === FIRST && hourOf(s) > from && hourOf(s) <= to),
          'feverVisits',
        )
      const others = (seen: Seen[]) => seen.filter((s) => s.id !== FIRST)
      expect(others(acted)).toEqual(others(left))
      expect(own(acted, 0, 11.5)).toBe(own(left, 0, 11.5))
      expect(own(acted, 20.5, 24)).toBe(own(left, 20.5, 24))
      expect(stages(acted)).toEqual(['assess', 'deploy', 'assess'])
      const extra = (seen: Seen[]) => own(seen, 12, 20) - own(usual, 12, 20)
      shares.push(extra(acted) / extra(left))
    }
    console.log(`additional visits that came: ${shares.map((x) => x.toFixed(2)).join(' ')}`)
    for (const share of shares) expect(Math.abs(share - 0.5)).toBeLessThan(0.1)
  })

  it('refuses what is no duration, another command, and a sentinel that is not there yet', () => {
    const late: FakeAsset = { ...sentinels(1)[0], commissioned: '2025-06-17T00:00:00+08:00' }
    const context = simulatedCity({ ...options, assets: [late] })
    const { start } = context.scenario
    const simulator = healthSentinel.createSimulator(context)
    const order = (name: string, args: Record<string, unknown>) =>
      simulator.command!(0, name, args, start)
    expect(order(DEPLOY, { for: 'soon' })).toMatch(/^health\.deploy for: got "soon"/)
    expect(order('health.close', {})).toBe(
      'health.close: unknown, expected health.deploy or health.deploy-district',
    )
    // A whole district is not refused for one that comes later: that one does nothing.
    expect(order(DEPLOY_DISTRICT, { for: 'PT1H' })).toBe(simulator.first(0))
    expect(order(DEPLOY, { for: 'PT1H' })).toBe('health.deploy: the sentinel is not in service yet')
  })
})
