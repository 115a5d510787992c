// A target over the years: the way to it, its neighbourhood, figures with the day on which they came out, two rules of one thing.
import { beforeEach, describe, expect, it } from 'vitest'
import { lang } from '../../../../../console/web/i18n/i18n.ts'
import type { PlanTarget } from '../../../../../console/web/store/kpi/measures.ts'
import {
  byRules,
  dailyPoints,
  figuresOf,
  onTrackEdges,
  pathPoints,
  yearMarks,
} from '../../../../../console/web/ui/charts/plan-figures.ts'
import {
  planModel,
  planStopText,
  planTable,
  type RuledTarget,
} from '../../../../../console/web/ui/charts/plan-model.ts'
import type { PlanRow } from '../../../../../console/web/ui/plan/plan-row.ts'

const at = (text: string) => Date.parse(`${text}T00:00:00+08:00`)
const target = (more: Partial<PlanTarget> = {}) =>
  ({
    ...{ id: 'a', kpi: 'lamp.coverage', unit: '{lamp}', value: 1_000, due: '2023-12-31' },
    ...{ name: { zh: '路灯', en: 'Lamps' }, grade: 'official' },
    baseline: { date: '2022-01-01', value: 200, grade: 'demo assumption', source: '' },
    ...more,
  }) as PlanTarget
const yearly = target({ reported: { every: 'year', lagDays: 20 } })
const text = (value: number) => String(Math.round(value))

beforeEach(() => {
  lang.value = 'en'
})

describe('the way to a target', () => {
  it('is straight from the baseline to the end of the due day, with each year’s end on it, and level after', () => {
    const points = pathPoints(target(), at('2025-01-01'))
    expect(points.map(({ at: time, value }) => [time, Math.round(value!)])).toEqual([
      [at('2022-01-01'), 200],
      [at('2023-01-01'), 600],
      [at('2024-01-01'), 1_000],
      [at('2025-01-01'), 1_000],
    ])
  })

  it('is the same for figures that come by years: what the plan says does not wait for them', () => {
    expect(pathPoints(yearly, at('2024-01-01'))).toEqual(pathPoints(target(), at('2024-01-01')))
  })

  it('has 2 % of neighbourhood, or as much as its clause means by about', () => {
    const [upper, lower] = onTrackEdges(target())
    expect([upper[1].value, lower[1].value]).toEqual([1_020, 980])
    expect(onTrackEdges(target({ about: 0.05 }))[1][1].value).toBe(950)
  })

  it('is written by years', () => {
    const marks = yearMarks(at('2020-12-31'), at('2024-01-05'))
    expect(marks.map((mark) => mark.text)).toEqual(['2021', '2022', '2023', '2024'])
  })
})

describe('figures', () => {
  it('of a year stand at its end, with the day on which they came out, once each', () => {
    const past = [
      { at: at('2023-01-10'), value: 300 }, // still the figure of 2021
      { at: at('2023-02-01'), value: 640 },
      { at: at('2023-09-01'), value: 640 },
      { at: at('2024-03-01'), value: 990 },
      { at: at('2024-03-02'), value: null },
    ]
    expect(figuresOf(yearly, past)).toEqual([
      { at: at('2022-01-01'), value: 300, name: '2021', published: '2022-01-21' },
      { at: at('2023-01-01'), value: 640, name: '2022', published: '2023-01-21' },
      { at: at('2024-01-01'), value: 990, name: '2023', published: '2024-01-21' },
    ])
  })

  it('of the stream are one a day, and a day that nobody read is a gap', () => {
    const hour = 3_600_000
    const past = [1, 2, 24, 72].map((h) => ({ at: at('2022-05-01') + h * hour, value: h }))
    const figures = figuresOf(target(), past)
    expect(figures.map(({ value, name }) => [value, name])).toEqual([
      [24, null],
      [72, null],
    ])
    expect(dailyPoints(figures).map(({ value }) => value)).toEqual([24, null, 72])
  })
})

describe('counting rules', () => {
  it('of one thing share a chart, the wider one first', () => {
    const part = target({ id: 'b', kpi: 'lamp.coverage-main' })
    const other = target({ id: 'c', kpi: 'lamp.working', unit: '1' })
    const groups = byRules([part, other, target()])
    expect(groups.map((group) => group.map(({ id }) => id))).toEqual([['c'], ['a', 'b']])
  })
})

describe('the chart of an indicator', () => {
  const figure = { at: at('2023-01-01'), value: 640, name: '2022', published: '2023-01-21' }
  const ruled: RuledTarget = {
    ...{ target: yearly, row: { status: 'behind' } as PlanRow, current: figure },
    ...{
      figures: [{ ...figure, at: at('2022-01-01'), value: 300, name: '2021' }],
      isSecond: false,
    },
  }

  it('begins at 0, has the years, and can be read at each date', () => {
    const model = planModel([ruled], at('2023-06-01'))!
    expect(model.axis).toMatchObject({ from: 0, isBroken: false })
    expect(model.marks.map((mark) => mark.text)).toEqual(['2023', '2024'])
    expect(model.stops).toContain(at('2023-01-01'))
    expect(model.lines.find(({ look }) => look === 'current')?.tone).toBe('--warning')
    expect(model.flags.map(({ kind }) => kind)).toEqual(['due', 'now'])
  })

  it('says at a date what the plan expects, what was read, of which period and when it came out', () => {
    expect(planStopText([ruled], at('2023-01-01'), text)).toBe(
      '2022-12-31 · expected 600 · reading 640 · 2022 · published 2023-01-21',
    )
    expect(planStopText([ruled], at('2024-01-01'), text)).toBe('2023-12-31 · target 1000')
    expect(planStopText([ruled], at('2022-01-01'), text)).toMatch(/^2022-01-01 · baseline 200/)
  })

  it('has all of it as a table, in order', () => {
    expect(planTable([ruled], text)).toEqual([
      ['2022-01-01', 'Baseline', '200', ''],
      ['2021-12-31', 'reading 2021', '300', '2023-01-21'],
      ['2022-12-31', 'Expected at the year’s end', '600', ''],
      ['2022-12-31', 'reading 2022', '640', '2023-01-21'],
      ['2023-12-31', 'Plan target', '1000', ''],
    ])
  })
})
