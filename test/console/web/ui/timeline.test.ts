// What the timeline writes where, and the line over it.
import { describe, expect, it } from 'vitest'
import type { KpiReading } from '../../../../console/messages.ts'
import { curvePath, joined } from '../../../../console/web/ui/timeline/curve.ts'
import { nights, timeMarks } from '../../../../console/web/ui/timeline/marks.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)

describe('marks', () => {
  it('say the day at the left and at midnight, and hours between', () => {
    const marks = timeMarks(at('2025-06-18T16:30'), at('2025-06-19T16:30'), 'zh')
    expect(marks.map(({ text }) => text)).toEqual([
      ...[
        '06-18 周三',
        '18:00',
        '21:00',
        '06-19 周四',
        '03:00',
        '06:00',
        '09:00',
        '12:00',
        '15:00',
      ],
    ])
    expect(marks.filter(({ isDay }) => isDay)).toHaveLength(2)
  })

  it('are days for a week, months for half a year and years for a plan, never more than there is room', () => {
    const texts = (from: string, to: string) =>
      timeMarks(at(from), at(to), 'en').map(({ text }) => text)
    expect(texts('2025-06-18T00:00', '2025-06-25T00:00')[0]).toBe('06-18 Wed')
    expect(texts('2025-01-01T00:00', '2025-06-30T00:00')).toContain('2025-03')
    const plan = texts('2021-01-01T00:00', '2025-01-01T00:00')
    expect(plan).toEqual(expect.arrayContaining(['2021', '2022', '2023', '2024', '2025']))
    expect(plan.length).toBeLessThanOrEqual(13)
  })

  it('know the nights of a few days, and none of years', () => {
    const found = nights(at('2025-06-18T16:30'), at('2025-06-19T16:30'))
    expect(found).toEqual([{ from: at('2025-06-18T19:00'), to: at('2025-06-19T06:00') }])
    expect(nights(at('2025-06-18T02:00'), at('2025-06-18T12:00'))[0]).toEqual({
      from: at('2025-06-18T02:00'),
      to: at('2025-06-18T06:00'),
    })
    expect(nights(at('2021-01-01T00:00'), at('2025-01-01T00:00'))).toEqual([])
  })
})

describe('curve', () => {
  const final = (end: number, value: number) =>
    ({
      window: { end: new Date(end).toISOString() },
      scopes: { a: { value } },
    }) as unknown as KpiReading

  it('goes on where the server’s memory ends, each window once', () => {
    const past = [1, 2, 3].map((k) => ({ at: k * 60_000, value: k }))
    const points = joined(past, [final(180_000, 30), final(240_000, 40)], 'a')
    expect(points.map(({ value }) => value)).toEqual([1, 2, 30, 40])
  })

  it('breaks where a window has no value, and says between which values it runs', () => {
    const points = [1, 2, null, 4].map((value, at) => ({ at, value }))
    const drawn = curvePath(points, (x) => x, 10)!
    expect([drawn.low, drawn.high]).toEqual([1, 4])
    expect(drawn.path.match(/M/g)).toHaveLength(2)
    expect(curvePath(points.slice(0, 1), (x) => x, 10)).toBeNull()
  })
})
