// What the page says of a difference from a twin: where it is largest, and no digits that say nothing.
import { describe, expect, it } from 'vitest'
import {
  type ComparedKpi,
  deviations,
  differenceText,
  furthest,
} from '../../../../../console/web/ui/twin/deviations.ts'

const window = { start: '2025-06-18T08:30:00.000Z', end: '2025-06-18T08:31:00.000Z' }

/** City and twin by scope; `counted` by scope where people count something. */
function compared(
  kpi: string,
  both: Record<string, [number, number | null]>,
  counted: Record<string, number> | null = null,
): ComparedKpi {
  const scopes = Object.entries(both).map(([code, [value, twin]]) => {
    return [code, { value, twin, difference: twin === null ? null : value - twin }] as const
  })
  return {
    ...{ kpi, unit: 's', window, scopes: Object.fromEntries(scopes) },
    counted: counted && { unit: '{vehicle}.h', sums: true, since: null, scopes: counted },
  }
}

const delay = compared(
  'a.delay',
  { east: [30, 20], west: [20, 20], north: [24, 20] },
  { east: 3, north: -12 },
)
const free = compared('b.free', { east: [99, 100], west: [50, 100], north: [5, null] })

describe('deviations', () => {
  it('are the places that differ, the largest first, in what people count', () => {
    const found = deviations(delay, ['west', 'east', 'north'])
    expect(found.map(({ code, by, unit }) => [code, by, unit])).toEqual([
      ['north', -12, '{vehicle}.h'],
      ['east', 3, '{vehicle}.h'],
    ])
    expect(deviations(free, ['east', 'west', 'north']).map(({ code, by }) => [code, by])).toEqual([
      ['west', -50],
      ['east', -1],
    ])
  })

  it('rank districts by the KPI in which each is furthest from what would be', () => {
    const ranked = furthest([delay, free], ['east', 'west', 'north', 'south'])
    expect(ranked.map(({ code, kpi, part }) => [code, kpi, part])).toEqual([
      ['east', 'a.delay', 0.5],
      ['west', 'b.free', -0.5],
      ['north', 'a.delay', 0.2],
    ])
  })
})

describe('the text of a difference', () => {
  const text = (by: number, unit: string) => differenceText(by, unit, 'en', 'points')

  it('has its sign, its unit, and digits that say something', () => {
    expect(text(0.1234, '1')).toBe('+12.3 points')
    expect(text(-0.0004, '1')).toBe('-0.04 points')
    expect(text(-1234.5, 's')).toBe('-1,235 s')
    expect(text(3, '{case}')).toBe('+3 case')
    expect(differenceText(0.5, 's', 'zh', '')).toBe('+0.5秒')
  })

  it('never is a zero with a sign', () => {
    expect(text(0, '1')).toBe('0 points')
    expect(text(-0.00004, '1')).toBe('≈ 0 points')
    expect(text(-0.001, 's')).toBe('≈ 0 s')
  })
})
