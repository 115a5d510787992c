// The model's checks: what they measure with, what they draw, and that every check holds on a small city within seconds.
import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../infra/time.ts'
import { Buckets } from '../../tools/model/buckets.ts'
import { within } from '../../tools/model/check.ts'
import { CHECKS } from '../../tools/model/checks.ts'
import { runCheck } from '../../tools/model/model.ts'
import { drawPlot } from '../../tools/model/plot.ts'
import {
  chiSquare,
  chiSquare99,
  erlangB,
  gini,
  half99,
  logSpread,
  quantile,
} from '../../tools/model/statistics.ts'
import { tableLines, withTable } from '../../tools/model/table.ts'

const START = Date.parse('2025-06-16T00:00:00+08:00')

describe('what the checks measure with', () => {
  it('has the values of the books', () => {
    // 99 % quantiles of χ²; Erlang B of 10 servers at load 7 (tables: 0.0787).
    expect(chiSquare99(24)).toBeCloseTo(42.98, 1)
    expect(chiSquare99(5)).toBeCloseTo(15.09, 0)
    expect(erlangB(10, 7)).toBeCloseTo(0.0787, 4)
    expect(chiSquare([12, 8], [10, 10])).toBeCloseTo(0.8, 9)
    expect(gini([3, 3, 3])).toBeCloseTo(0, 9)
    expect(gini([0, 0, 0, 1])).toBeCloseTo(0.75, 9)
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(3)
    expect(half99([1, -1, 1, -1, 1, -1, 1, -1, 1, -1])).toBeCloseTo(0.9, 9)
    const { median, sigma } = logSpread([1, Math.E, Math.E ** 2])
    expect([median, sigma]).toEqual([Math.E, expect.closeTo(Math.sqrt(2 / 3), 9)])
  })

  it('adds up by time, and leaves out what lies beyond', () => {
    const hours = new Buckets(START, HOUR_MS, 2)
    for (const [at, value] of [
      [-1, 9],
      [0, 1],
      [HOUR_MS - 1, 3],
      [HOUR_MS, 5],
      [2 * HOUR_MS, 9],
    ]) {
      hours.add(START + at, value)
    }
    expect(hours.sums()).toEqual([4, 5])
    expect(hours.means()).toEqual([2, 5])
    expect(hours.points()[0]).toEqual([START + HOUR_MS / 2, 2])
  })

  it('calls a row red outside its bounds, and prints enough decimals to see why', () => {
    expect(within('a', 'b', 0.81, 0.3, 0.8)).toMatchObject({ ok: false, measured: '0.81' })
    expect(within('a', 'b', 5, 5, Number.POSITIVE_INFINITY, ' %')).toMatchObject({ ok: true })
    expect(within('a', 'b', Number.NaN, 0, 1).ok).toBe(false)
  })
})

describe('what the checks print', () => {
  const row = { of: 'days', ...within('spread', 'known', 2, 1, 3) }

  it('a table for people, and the same one between the marks of a document', () => {
    expect(tableLines([row, { ...row, ok: false }]).at(-1)).toMatch(/^days {2}spread.*RED$/)
    const mark = (which: string) => `<!-- written by \`npm run model\`: ${which} -->`
    const document = `before\n${mark('begin')}\nold\n${mark('end')}\nafter`
    const written = withTable(document, [row])
    expect(written).toContain('| days | spread | known |')
    expect(written).not.toContain('old')
    expect(withTable(written, [row])).toBe(written)
    expect(() => withTable('none', [row])).toThrow('no place for the table')
  })

  it('a drawing with the same bytes every time, in both languages, for light and dark', () => {
    const points: [number, number][] = [0, 12, 30].map((h) => [START + h * HOUR_MS, h * 40])
    const words = (en: string) => ({ zh: '一周', en })
    const plot = { name: 'x', title: words('A <week>'), unit: words('cars') }
    const drawn = drawPlot({ ...plot, lines: [{ name: words('home'), points }] })
    expect(drawn).toBe(drawPlot({ ...plot, lines: [{ name: words('home'), points }] }))
    for (const part of ['A &lt;week>', '一 Mon', 'prefers-color-scheme:dark', '1,000']) {
      expect(drawn).toContain(part)
    }
    expect(drawn).not.toContain('NaN')
  })
})

describe('the checks, on a small city', () => {
  const options = { city: 'testville', checks: CHECKS, days: 1 }

  it.each(CHECKS.map((check) => [check.name, check] as const))('%s runs', (_, check) => {
    const { rows, plots } = runCheck({ ...check, scale: 1 }, options)
    for (const row of rows) expect(row.check.length * row.source.length).toBeGreaterThan(0)
    for (const plot of plots) expect(drawPlot(plot)).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('days: no red row in Guangzhou', () => {
    const days = CHECKS.find(({ name }) => name === 'days')!
    const { rows } = runCheck({ ...days, scale: 0.01 }, { ...options, city: 'guangzhou' })
    expect(rows.length).toBeGreaterThan(8)
    expect(rows.filter((row) => !row.ok)).toEqual([])
  })
})
