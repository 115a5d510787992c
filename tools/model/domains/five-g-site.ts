// Holds 5G sites against what is known of mobile networks: load by setting and hour, outages by cause, growth.
import { cityTimeOfDay, HOUR_MS } from '../../../infra/time.ts'
import type { SiteStatus } from '../../../producers/domains/five-g-site/event.ts'
import { Buckets } from '../buckets.ts'
import { type ModelPlot, type ModelRow, type OpenCheck, type Subject, within } from '../check.ts'
import { gini, mean } from '../statistics.ts'
import { growthRows, outageRows } from './five-g-outages.ts'

const PRACTICE = 'practice of networks, no published source'
const PLOTTED = ['office', 'home', 'transport', 'rural'] as const
const SETTING_WORDS: Record<string, { zh: string; en: string }> = {
  office: { zh: '办公区', en: 'offices' },
  home: { zh: '居住区', en: 'homes' },
  transport: { zh: '交通枢纽', en: 'transport' },
  rural: { zh: '乡村', en: 'rural' },
}

export const openSiteCheck: OpenCheck = (subject) => {
  const { context, start, days } = subject
  const { assets, catalogue } = context
  const hours = days * 24
  const settingOf = (i: number) => String(catalogue.attributes[assets[i]].setting)
  const bySetting = new Map<string, Buckets>()
  const city = new Buckets(start, HOUR_MS, hours)
  const out = new Buckets(start, HOUR_MS, hours)
  const asleep = new Buckets(start, HOUR_MS, hours)
  const load = { sum: new Float64Array(assets.length), reports: new Uint32Array(assets.length) }
  return {
    on({ i, time, data }) {
      const { state, loadPct } = data as SiteStatus
      out.add(time, state === 'out' ? 1 : 0)
      asleep.add(time, state === 'sleep' ? 1 : 0)
      if (state === 'out' || state === 'sleep') return
      city.add(time, loadPct)
      const setting = settingOf(i)
      const buckets = bySetting.get(setting) ?? new Buckets(start, HOUR_MS, hours)
      bySetting.set(setting, buckets)
      buckets.add(time, loadPct)
      load.sum[i] += loadPct
      load.reports[i]++
    },
    rows: () => [
      ...loadRows(subject, bySetting, city, asleep),
      within(
        'Gini coefficient of load over sites',
        'log-normal over sites, Lee et al. 2014; size: practice',
        gini([...load.sum].map((sum, i) => sum / load.reports[i]).filter(Number.isFinite)),
        0.4,
        0.5,
      ),
      ...outageRows(subject),
      ...growthRows(subject),
    ],
    plots: () => [loadPlot(bySetting), availabilityPlot(out)],
  }
}

/** Means by hour of the day over the run's workdays. */
function workdayHours(subject: Subject, buckets: Buckets): number[] {
  const sums = new Float64Array(24)
  let count = 0
  for (const [k, value] of buckets.means().entries()) {
    const at = subject.start + k * HOUR_MS
    if (subject.context.demand.dayKind(at) !== 'workday') continue
    sums[Math.floor(cityTimeOfDay(at) / HOUR_MS)] += value
    count++
  }
  return [...sums].map((sum) => sum / (count / 24))
}

function loadRows(
  subject: Subject,
  bySetting: Map<string, Buckets>,
  city: Buckets,
  asleep: Buckets,
): ModelRow[] {
  const rows: ModelRow[] = []
  for (const [setting, low, high, from, until] of [
    ['office', 15, 30, 10, 17],
    ['home', 15, 30, 21, 23],
    ['transport', 15, 30, 7, 19],
    ['town', 15, 30, 20, 23],
    ['rural', 7, 15, 19, 22],
  ] as const) {
    const buckets = bySetting.get(setting)
    if (!buckets) continue
    const day = workdayHours(subject, buckets)
    const busiest = Math.max(...day)
    rows.push(within(`${setting} sites: mean load`, PRACTICE, mean(day), low, high, ' %'))
    rows.push(
      within(`${setting} sites: busiest hour`, PRACTICE, day.indexOf(busiest), from, until, ' h'),
    )
    if (low === 15) {
      rows.push(within(`${setting} sites: load then`, PRACTICE, busiest, 30, 50, ' %'))
    }
  }
  const nights = workdayHours(subject, asleep)
  return [
    ...rows,
    within('city: mean load', PRACTICE, mean(city.means()), 15, 30, ' %'),
    within('share of sites asleep, 02 to 03 h', 'demo assumption', 100 * nights[2], 15, 25, ' %'),
    within('share of sites asleep at noon', 'demo assumption', 100 * nights[12], 0, 0, ' %'),
    spreadRow(subject, city),
  ]
}

/** How much the city's load at the same hour differs between workdays. */
function spreadRow(subject: Subject, city: Buckets): ModelRow {
  const perHour = new Map<number, number[]>()
  for (const [k, value] of city.means().entries()) {
    const at = subject.start + k * HOUR_MS
    if (subject.context.demand.dayKind(at) !== 'workday') continue
    const hour = Math.floor(cityTimeOfDay(at) / HOUR_MS)
    perHour.set(hour, [...(perHour.get(hour) ?? []), value])
  }
  const spreads = [...perHour.values()].map((values) => {
    const middle = mean(values)
    return Math.sqrt(mean(values.map((value) => (value - middle) ** 2))) / middle
  })
  const source = 'day-to-day spread up to 10 %, Thomas et al. 2008 (urban roads)'
  return within('load between workdays, same hour', source, 100 * mean(spreads), 1, 10, ' %')
}

function loadPlot(bySetting: Map<string, Buckets>): ModelPlot {
  const lines = PLOTTED.flatMap((setting) => {
    const buckets = bySetting.get(setting)
    return buckets ? [{ name: SETTING_WORDS[setting], points: buckets.points() }] : []
  })
  return {
    name: 'five-g-load',
    title: { zh: '5G 基站负荷（一周，模拟）', en: 'Load of 5G sites, one simulated week' },
    unit: { zh: 'PRB 利用率 %', en: 'PRB load, %' },
    lines,
  }
}

function availabilityPlot(out: Buckets): ModelPlot {
  return {
    name: 'five-g-outages',
    title: { zh: '退服基站占比（一周，模拟）', en: '5G sites out of service, one simulated week' },
    unit: { zh: '占上报基站 %', en: '% of the sites that report' },
    lines: [
      {
        name: { zh: '退服', en: 'out' },
        points: out.points(out.means().map((share) => 100 * share)),
      },
    ],
  }
}
