// What fails at 5G sites over a year, by cause, read from the timelines themselves; and how the network grew.
import { cityDayStart, DAY_MS, HOUR_MS, parseInstant } from '../../../infra/time.ts'
import { feederNetwork } from '../../../producers/domains/five-g-site/networks.ts'
import type { SiteParameters } from '../../../producers/domains/five-g-site/parameters.ts'
import {
  alarmOf,
  createTimeline,
  stateOf,
} from '../../../producers/domains/five-g-site/timeline.ts'
import { NO_SPELL } from '../../../producers/simulation/spells.ts'
import { type ModelRow, type Subject, within } from '../check.ts'

const PRACTICE = 'practice of networks, no published source'
const GRID = 'a good city grid: about 1 h a year'
const YEAR_DAYS = 365
const YEAR_HOURS = YEAR_DAYS * 24
/** Sites followed through the year: enough cells, whole ones, for clusters to show. */
const CELLS = 24

type Outage = { i: number; feeder: number; from: number; to: number; alarm: string }

/** A year that ends with the run: rates need more than a week. */
export function outageRows(subject: Subject): ModelRow[] {
  const { context, start } = subject
  const from = cityDayStart(start) - (YEAR_DAYS - subject.days) * DAY_MS
  const sites = followed(subject)
  const outages = outagesOf(subject, sites, from)
  const siteYears = sites.length
  const per = (alarm: string) => outages.filter((o) => o.alarm === alarm).length / siteYears
  const stormy = stormDays(subject, from)
  const out = outHours(outages, from)
  const shares = [...out].map((count) => count / sites.length)
  const daily = Array.from({ length: YEAR_DAYS }, (_, d) => {
    const hours = shares.slice(d * 24, d * 24 + 24)
    return 1 - hours.reduce((a, b) => a + b, 0) / 24
  })
  const ordinary = daily
    .filter((_, d) => !stormy.has(d) && !stormy.has(d - 1))
    .sort((a, b) => a - b)
  const mean = ordinary.reduce((a, b) => a + b, 0) / ordinary.length
  return [
    ...feederRows(subject, from),
    within('outages a site-year', PRACTICE, outages.length / siteYears, 2, 5),
    within('of these by transmission', 'demo assumption', per('transmission'), 0.4, 1.5),
    within('of these by mains, storms included', 'demo assumption', per('mains'), 0.15, 1.5),
    within('availability, ordinary days', PRACTICE, mean, 0.995, 0.999),
    within('availability, worst ordinary day in a hundred', PRACTICE, ordinary[3], 0.985, 0.999),
    clusterRow(outages, context.parameters as SiteParameters),
    liftRow(outages, sites.length),
  ]
}

/** Whole cells, spread over the city. */
function followed({ context }: Subject): number[] {
  const { assets, catalogue } = context
  const cells = [...new Set(Array.from(assets, (n) => catalogue.cell[n]))].sort((a, b) => a - b)
  const step = Math.max(1, Math.floor(cells.length / CELLS))
  const chosen = new Set(cells.filter((_, k) => k % step === 0))
  return [...assets.keys()].filter((i) => chosen.has(catalogue.cell[assets[i]]))
}

function outagesOf({ context }: Subject, sites: number[], from: number): Outage[] {
  const timeline = createTimeline(context)
  const { of } = feederNetwork(context)
  const end = from + YEAR_DAYS * DAY_MS
  const outages: Outage[] = []
  for (const i of sites) {
    let known = timeline.conditionAt(i, from)
    let current: Outage | undefined
    for (let time = from; time < end; ) {
      time = Math.min(timeline.nextCheck(i, time, known), end)
      known = timeline.conditionAt(i, time)
      const isOut = stateOf(known) === 'out'
      if (current && !isOut) current.to = time
      if (!current && isOut && time < end) {
        current = { i, feeder: of[i], from: time, to: end, alarm: alarmOf(known) }
        outages.push(current)
      }
      if (!isOut) current = undefined
    }
  }
  return outages
}

/** Sites out at each full hour of the year. */
function outHours(outages: Outage[], from: number): Uint32Array {
  const out = new Uint32Array(YEAR_HOURS)
  for (const outage of outages) {
    const first = Math.ceil((outage.from - from) / HOUR_MS)
    for (let h = first; h < YEAR_HOURS && from + h * HOUR_MS < outage.to; h++) out[h]++
  }
  return out
}

/** Days of the year (from 0) with a storm in any district. */
function stormDays({ context }: Subject, from: number): Set<number> {
  const days = new Set<number>()
  for (let h = 0; h < YEAR_HOURS; h++) {
    for (let scope = 1; scope < context.city.scopes.length; scope++) {
      if (context.weather.at(from + h * HOUR_MS, scope).storm) days.add(Math.floor(h / 24))
    }
  }
  return days
}

/** Interruptions and lost hours of a feeder-year, storms apart: regulators count those apart, too. */
function feederRows({ context }: Subject, from: number): ModelRow[] {
  const calm = { at: () => ({ rainMmH: 0, temperatureC: 22, storm: false }) }
  const [ordinary, all] = [{ ...context, weather: calm }, context].map((c) => {
    const { of, spell } = feederNetwork(c)
    const feeders = new Set(of)
    let [count, hours] = [0, 0]
    for (const feeder of feeders) {
      for (let d = 0; d < YEAR_DAYS; d++) {
        const { from: begin, to } = spell(feeder, from + d * DAY_MS)
        if (begin === NO_SPELL.from) continue
        count++
        hours += (to - begin) / HOUR_MS
      }
    }
    return { count: count / feeders.size, hours: hours / feeders.size }
  })
  return [
    within('mains: interruptions a feeder-year, storms apart', GRID, ordinary.count, 0.3, 0.6),
    within('mains: hours lost a feeder-year, storms apart', GRID, ordinary.hours, 0.6, 1.4, ' h'),
    within('mains: what storms add', 'demo assumption', all.hours - ordinary.hours, 0, 6, ' h'),
  ]
}

/** Of the outages by mains, the share with another site of the feeder out at the same moment. */
function clusterRow(outages: Outage[], p: SiteParameters): ModelRow {
  const dark = outages.filter((o) => o.alarm === 'mains')
  const byFeeder = new Map<number, Outage[]>()
  for (const o of dark) byFeeder.set(o.feeder, [...(byFeeder.get(o.feeder) ?? []), o])
  const together = dark.filter((o) =>
    byFeeder.get(o.feeder)?.some((n) => n.i !== o.i && n.from < o.to && n.to > o.from),
  )
  const source = `one feeder, batteries of ${p.mains.batteryHours.from} to ${p.mains.batteryHours.to} h`
  const share = (100 * together.length) / Math.max(1, dark.length)
  return within('outages by mains with a neighbour of the feeder out', source, share, 80, 100, ' %')
}

/** How much likelier a site is out when another of its feeder is, at full hours of the year. */
function liftRow(outages: Outage[], sites: number): ModelRow {
  const sizes = new Map<number, number>()
  const at = new Map<string, number>()
  let samples = 0
  for (const o of outages) {
    sizes.set(o.feeder, 0)
    for (let h = Math.ceil(o.from / HOUR_MS); h * HOUR_MS < o.to; h++) {
      const key = `${o.feeder} ${h}`
      at.set(key, (at.get(key) ?? 0) + 1)
      samples++
    }
  }
  const perFeeder = sites / Math.max(1, sizes.size)
  let joint = 0
  for (const count of at.values()) joint += count * (count - 1)
  const lift = joint / samples / (perFeeder - 1) / (samples / sites / YEAR_HOURS)
  return within(
    'out when a neighbour of the feeder is, against any time',
    PRACTICE,
    lift,
    4,
    500,
    ' ×',
  )
}

/** Published and derived counts of sites (all kinds), scaled as the run is. */
export function growthRows({ context }: Subject): ModelRow[] {
  const { assets, catalogue, city } = context
  // Only this city's counts were published.
  if (city.code !== '440100') return []
  const built = (date: string, code?: string) => {
    const at = parseInstant(`${date}T00:00:00+08:00`, date)
    const counted = (n: number) =>
      catalogue.commissionedAt[n] < at &&
      (code === undefined || city.scopes[catalogue.district[n]].code === code)
    return assets.filter(counted).length / catalogue.scale
  }
  const near = (check: string, source: string, value: number, expected: number, share = 0.02) =>
    within(check, source, value, expected * (1 - share), expected * (1 + share))
  const panyu = '440113'
  return [
    near('sites at the end of August 2020', 'published, grade C', built('2020-09-01'), 23_555),
    near('sites at the end of 2020', '羊城晚报, grade C', built('2021-01-01'), 48_000),
    near('sites at the end of 2022', "derived from Panyu's task", built('2023-01-01'), 79_500),
    near('sites at the end of 2023', "derived from Panyu's task", built('2024-01-01'), 91_500),
    within('sites at the end of 2025', 'plan: more than', built('2026-01-01'), 100_000, 102_000),
    near('Panyu in June 2022', 'published, grade A', built('2022-07-01', panyu), 10_828),
    within(
      'Panyu: added in 2023',
      'published, grade A: task 1,795, built 2,041',
      built('2024-01-01', panyu) - built('2023-01-01', panyu),
      1780,
      2100,
    ),
  ]
}
