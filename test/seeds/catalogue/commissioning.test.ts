// When assets come along a growth curve: in batches of a district and month, on workdays, on the curve month by month.
import { describe, expect, it } from 'vitest'
import { cityDate, cityWeekday, isoTime } from '../../../infra/time.ts'
import { apportion } from '../../../seeds/catalogue/apportion.ts'
import { commissioningOf } from '../../../seeds/catalogue/commissioning.ts'
import { monthsOf } from '../../../seeds/catalogue/months.ts'
import { placesOf } from '../../../seeds/contract.ts'
import type { SpreadSection } from '../../../seeds/load/catalogue-section.ts'
import { loadCity } from '../../../seeds/load/city.ts'

const city = loadCity('guangzhou')
const section = placesOf(city).catalogue['five-g-site'] as SpreadSection
const rule = section.commissioned
if (typeof rule === 'string') throw new Error('5G sites have a growth curve')
const commissioned = commissioningOf(city, section, 'five-g-site')
const counts = apportion(
  section.count,
  city.districts.map((d) => d.population10k),
)
const times = counts.map((count, i) =>
  Array.from({ length: count }, (_, k) => commissioned(k, i + 1)),
)
const builtBy = (list: number[], date: string) => {
  const at = Date.parse(`${date}T00:00:00+08:00`)
  return list.filter((time) => time < at).length
}

describe('commissioning along a growth curve', () => {
  it('stays near the curve on every date, and meets it at its points', () => {
    const all = times.flat().sort((a, b) => a - b)
    const points = rule.growth.map(([at, count]) => ({ at: Date.parse(at), count }))
    for (const { at, count } of points) {
      expect(Math.abs(all.filter((time) => time < at).length - count)).toBeLessThanOrEqual(30)
    }
    const months = monthsOf(points, rule.months)
    let reached = 0
    for (let m = 1; m < months.length; m++) {
      const [a, b] = [months[m - 1], months[m]]
      for (const part of [0.25, 0.5, 0.75, 1]) {
        const at = a.at + part * (b.at - a.at)
        while (all[reached] < at) reached++
        const expected = a.count + part * (b.count - a.count)
        const most = 30 + 0.4 * (b.count - a.count)
        expect(Math.abs(reached - expected), isoTime(at)).toBeLessThan(most)
      }
    }
  })

  it('comes in two to four batches of a district and month, on workdays', () => {
    for (const list of times) {
      const days = new Map<string, Set<string>>()
      for (const time of list) {
        const date = cityDate(time)
        const of = days.get(date.slice(0, 7)) ?? new Set()
        days.set(date.slice(0, 7), of.add(date))
        if (city.calendar.holidays.includes(date)) throw new Error(`${date} is a holiday`)
        if (city.calendar.workdays.includes(date)) continue
        if ([0, 6].includes(cityWeekday(time))) throw new Error(`${date} is no workday`)
      }
      const most = Math.max(...[...days.values()].map((of) => of.size))
      expect(most).toBeLessThanOrEqual(4)
    }
  })

  it('builds less around the Spring Festival than later in the year', () => {
    const all = times.flat()
    const february = builtBy(all, '2025-03-01') - builtBy(all, '2025-02-01')
    const june = builtBy(all, '2025-07-01') - builtBy(all, '2025-06-01')
    expect(february / june).toBeLessThan(0.75)
  })

  it('gives the first assets of a district its curve too, whatever the scale', () => {
    for (const [i, list] of times.entries()) {
      for (const date of ['2021-01-01', '2023-01-01', '2025-01-01']) {
        const few = Math.ceil(list.length / 10)
        const share = builtBy(list.slice(0, few), date) / few
        expect(Math.abs(share - builtBy(list, date) / list.length), String(i)).toBeLessThan(4 / few)
      }
    }
  })

  it('follows the published numbers of Panyu', () => {
    const panyu = times[city.districts.findIndex(({ code }) => code === '440113')]
    expect(Math.abs(builtBy(panyu, '2022-07-01') - 10_828)).toBeLessThanOrEqual(5)
    const in2023 = builtBy(panyu, '2024-01-01') - builtBy(panyu, '2023-01-01')
    expect(Math.abs(in2023 - 2041)).toBeLessThanOrEqual(5)
  })

  it('refuses district curves that leave the others less from one date to the next', () => {
    const own = rule.growth.map(([at, count]): [string, number] => [at, count * 0.5])
    own[2][1] = rule.growth[2][1] - 1
    const greedy = { ...section, commissioned: { ...rule, districts: { '440113': own } } }
    expect(() => commissioningOf(city, greedy, 'five-g-site')).toThrow(
      /besides those of `districts`/,
    )
  })
})
