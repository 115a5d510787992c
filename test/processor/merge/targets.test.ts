// Status against the plan: met, ahead, on-track, behind, missed, warming-up, no-data.
import { describe, expect, it } from 'vitest'
import { targetOf } from '../../../processor/contract/run-facts.ts'
import { standing } from '../../../processor/merge/targets.ts'
import type { Target } from '../../../seeds/contract.ts'
import { MEASURES } from '../lamp.ts'

const text = { zh: 'x', en: 'x' }
const target: Target = {
  id: 't-2025',
  kpi: 'lamp.auto',
  name: text,
  value: 0.8,
  unit: '1',
  due: '2025-12-31',
  baseline: { date: '2025-01-01', value: 0.4, grade: 'demo assumption', source: 'test' },
  grade: 'demo assumption',
  clause: text,
  document: text,
  documentDate: '2024-01-01',
  source: 'test',
  rule: text,
}
const measure = (name: string) => MEASURES.find((m) => m.name === name)!
/** 1 January 2025 00:00 to 1 January 2026 00:00 in the city. */
const FROM = Date.parse('2024-12-31T16:00:00.000Z')
const TO = Date.parse('2025-12-31T16:00:00.000Z')
const HALF = (FROM + TO) / 2
const ratio = (value: number | null, n = 5000) => ({
  value,
  amount: (value ?? 0) * n,
  planned: null,
  n,
})

describe('status of a day reading', () => {
  const cases: [string, number | null, number, number, string][] = [
    ['met before the due date', 0.8, 5000, HALF, 'met'],
    ['met after it', 0.9, 5000, TO + 1, 'met'],
    ['ahead', 0.613, 5000, HALF, 'ahead'],
    ['on-track 2 % above the line', 0.612, 5000, HALF, 'on-track'],
    ['on-track 2 % below the line', 0.588, 5000, HALF, 'on-track'],
    ['behind', 0.587, 5000, HALF, 'behind'],
    ['not missed at the very end of the due date', 0.5, 5000, TO, 'behind'],
    ['missed after it', 0.799, 5000, TO + 1, 'missed'],
    ['no-data', null, 0, HALF, 'no-data'],
    ['warming-up, even when the value is high', 1, 999, HALF, 'warming-up'],
  ]
  it.each(cases)('is %s', (_name, value, n, watermark, status) => {
    expect(standing(target, measure('auto'), ratio(value, n), watermark).status).toBe(status)
  })

  it('expects the straight line from the baseline to the end of the due date, clamped outside', () => {
    const expected = (at: number) => standing(target, measure('auto'), ratio(0.1), at).expected
    expect(expected(FROM - 1e9)).toBe(0.4)
    expect(expected(FROM)).toBe(0.4)
    expect(expected(HALF)).toBe(0.6)
    expect(expected(FROM + (TO - FROM) / 3)).toBe(0.533333)
    expect(expected(TO)).toBe(0.8)
    expect(expected(TO + 1e9)).toBe(0.8)
  })

  it('compares a share as a count when its target counts things', () => {
    const counted = {
      ...target,
      unit: '{lamp}',
      value: 800,
      baseline: { ...target.baseline, value: 400 },
    }
    const share = (amount: number) => ({ value: amount / 1000, amount, planned: 1000, n: 7 })
    const at = (amount: number) => standing(counted, measure('lit'), share(amount), HALF)
    expect(at(600)).toEqual({ target: 't-2025', expected: 0.6, status: 'on-track' })
    expect(at(799.9).status).toBe('ahead')
    expect(at(800).status).toBe('met')
  })

  it('does not warm up a gauge or a share, and has no data for a level of no asset', () => {
    expect(standing(target, measure('load'), ratio(0.9, 3), HALF).status).toBe('met')
    expect(standing(target, measure('power'), ratio(0, 0), HALF).status).toBe('no-data')
  })

  it('is met below the target where less is better', () => {
    const down = { ...measure('load'), good: 'down' as const }
    expect(standing(target, down, ratio(0.7), HALF).status).toBe('met')
    expect(standing(target, down, ratio(0.9), HALF).status).toBe('behind')
  })
})

describe('a figure that comes by periods', () => {
  const annual: Target = {
    ...target,
    due: '2025-12-31',
    baseline: { ...target.baseline, date: '2022-12-31', value: 500 },
    value: 800,
    reported: { every: 'year', lagDays: 45 },
  }
  const at = (value: number, date: string) =>
    standing(
      annual,
      measure('power'),
      { value, amount: value, planned: null, n: 1 },
      Date.parse(date),
    )

  it('is held against the line at the end of its own year, the whole year long', () => {
    // 1,097 days from baseline to the end of the due date; 366 of them to the end of 2023, 732 to that of 2024.
    for (const date of ['2025-02-15', '2025-08-01', '2026-02-14T16:00:00Z']) {
      expect(at(700, date)).toEqual({ target: 't-2025', expected: 700.182315, status: 'on-track' })
    }
    expect(at(700, '2025-02-14T16:00:00Z').expected).toBe(600.091158)
    expect(at(700, '2025-02-14T16:00:00.001Z').expected).toBe(700.182315)
  })

  it('misses no target before the figure of the due year is out', () => {
    expect(at(700, '2026-01-31').status).toBe('on-track')
    expect(at(700, '2026-02-14T16:00:00.001Z').status).toBe('missed')
    expect(at(800, '2026-02-14T16:00:00.001Z').status).toBe('met')
  })
})

describe('a target that says “about”', () => {
  const about = { ...target, value: 50, baseline: { ...target.baseline, value: 10 }, about: 0.05 }
  const at = (value: number) =>
    standing(about, measure('power'), { value, amount: value, planned: null, n: 1 }, HALF).status

  it('is met from so much less on, and leaves as much room beside the line', () => {
    expect(at(48)).toBe('met')
    expect(at(47.5)).toBe('met')
    expect(at(47.4)).toBe('ahead')
    expect(at(31.5)).toBe('on-track')
    expect(at(31.6)).toBe('ahead')
    expect(at(28.5)).toBe('on-track')
    expect(at(28.4)).toBe('behind')
  })
})

describe('the target of a KPI', () => {
  it('is the one due latest', () => {
    const early = { ...target, id: 't-2022', due: '2022-12-31' }
    const other = { ...target, kpi: 'lamp.other', due: '2030-12-31' }
    const plan = { targets: [early, target, other], planned: {} }
    expect(targetOf(plan, 'lamp.auto')?.id).toBe('t-2025')
    expect(targetOf(plan, 'lamp.none')).toBeNull()
  })
})
