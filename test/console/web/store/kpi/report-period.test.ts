// The period of a slow indicator's figure: the page's own arithmetic, and the city's, agree on every day of four years.
import { expect, it } from 'vitest'
import { reportPeriod } from '../../../../../console/web/store/kpi/report-period.ts'
import { cityDate, DAY_MS, HOUR_MS, lastPeriod } from '../../../../../infra/time.ts'

const FROM = Date.parse('2022-01-01T00:00:00+08:00')

it('is the newest one that is out, with the date on which it came out', () => {
  const at = (iso: string, every: 'year' | 'quarter' | 'month', lagDays: number) => {
    const period = reportPeriod({ reported: { every, lagDays } }, Date.parse(iso))
    return [period?.name, period?.published]
  }
  expect(at('2025-06-18T16:30:00+08:00', 'year', 45)).toEqual(['2024', '2025-02-15'])
  expect(at('2025-02-14T23:59:59+08:00', 'year', 45)).toEqual(['2023', '2024-02-15'])
  expect(at('2025-06-18T16:30:00+08:00', 'quarter', 25)).toEqual(['2025-Q1', '2025-04-26'])
  expect(at('2025-01-05T16:30:00+08:00', 'month', 5)).toEqual(['2024-11', '2024-12-06'])
  expect(reportPeriod({}, FROM)).toBeNull()
})

it('agrees with the city’s calendar', () => {
  for (const every of ['year', 'quarter', 'month'] as const) {
    for (let now = FROM; now < FROM + 1461 * DAY_MS; now += 11 * HOUR_MS) {
      const lagMs = 25 * DAY_MS
      const { name, end } = lastPeriod(every, now - lagMs)
      expect(reportPeriod({ reported: { every, lagDays: 25 } }, now)).toEqual({
        name,
        end,
        published: cityDate(end + lagMs),
      })
    }
  }
})
