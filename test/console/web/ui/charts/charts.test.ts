// What charts draw: axes that say where they begin, lines with their gaps, windows of three sources in one order.
import { describe, expect, it } from 'vitest'
import type { KpiReading } from '../../../../../console/messages.ts'
import { thinned, valueAxis, valueSplits } from '../../../../../console/web/ui/charts/axis.ts'
import { aligned, nearestStop, withGaps } from '../../../../../console/web/ui/charts/chart-model.ts'
import {
  chartWindows,
  fewPoints,
  finalPoints,
  usualPoints,
  type WindowSources,
} from '../../../../../console/web/ui/charts/history-windows.ts'

const MINUTE = 60_000
const iso = (minute: number) => new Date(minute * MINUTE).toISOString()

describe('the axis of values', () => {
  it('begins at 0 wherever the line can be seen from there', () => {
    expect(valueAxis([31, 58, null, 40])).toEqual({ from: 0, to: 60, isBroken: false, step: 20 })
    expect(valueAxis([13_700, 95_000, 100_000])).toMatchObject({ from: 0, isBroken: false })
    expect(valueAxis([0, 0])).toMatchObject({ from: 0, isBroken: false })
  })

  it('is broken, and says so, where from 0 a line would be level', () => {
    const axis = valueAxis([0.93, 0.94, 0.95])!
    expect(axis.isBroken).toBe(true)
    expect(axis.from).toBeGreaterThan(0.85)
    expect(valueSplits(axis)[0]).toBe(axis.from)
  })

  it('does not blow up what stands still, nor passes the whole of a share', () => {
    const still = valueAxis([1000, 1000.1])!
    expect(still.to - still.from).toBeGreaterThanOrEqual(20)
    expect(valueAxis([0.985, 0.999], true)!.to).toBeCloseTo(1, 9)
    expect(valueAxis([0.2, 1], true)!.to).toBe(1)
    expect(valueAxis([0.2, 1.1], true)!.to).toBeGreaterThan(1)
  })

  it('shows what is below 0, and nothing of nothing', () => {
    expect(valueAxis([-3, 5])).toMatchObject({ isBroken: false })
    expect(valueAxis([-3, 5])!.from).toBeLessThanOrEqual(-3)
    expect(valueAxis([null, undefined])).toBeNull()
  })

  it('contains every value and writes round steps', () => {
    for (const values of [
      [1, 7],
      [0.4, 0.81],
      [120, 121],
      [2e11, 2.96e11],
      [0.001, 0.009],
    ]) {
      const axis = valueAxis(values)!
      expect([axis.from <= values[0], axis.to >= values[1]]).toEqual([true, true])
      expect(valueSplits(axis).length).toBeLessThanOrEqual(8)
    }
  })
})

describe('the axis of times', () => {
  it('writes what does not touch what stands before it', () => {
    const marks = [0, 1, 5, 9, 10, 15].map((at) => ({ at, text: `${at}`, isDay: false }))
    expect(thinned(marks, 1)).toEqual(marks)
    expect(thinned(marks, 4).map(({ at }) => at)).toEqual([0, 5, 9, 15])
  })
})

describe('lines over common times', () => {
  it('say nothing where they have no time, and break where a value is unknown', () => {
    const a = {
      points: [
        { at: 1, value: 10 },
        { at: 3, value: null },
      ],
    }
    const b = { points: [{ at: 2, value: 5 }] }
    expect(aligned([a, b])).toEqual({
      x: [1, 2, 3],
      ys: [
        [10, undefined, null],
        [undefined, 5, undefined],
      ],
    })
  })

  it('break where windows are missing', () => {
    const points = [0, 1, 4].map((minute) => ({ at: minute * MINUTE, value: minute }))
    expect(withGaps(points, MINUTE).map(({ value }) => value)).toEqual([0, 1, null, 4])
    expect(withGaps(points.slice(0, 2), MINUTE)).toEqual(points.slice(0, 2))
  })

  it('are read at the stop that is nearest', () => {
    expect(nearestStop([10, 20, 40], 29)).toBe(1)
    expect(nearestStop([10, 20, 40], 31)).toBe(2)
    expect(nearestStop([], 1)).toBe(-1)
  })
})

describe('the windows of a KPI', () => {
  const final = (minute: number, value: number | null, more: Partial<KpiReading> = {}) =>
    ({
      ...{ final: true, scopes: { a: { value, n: 7 } } },
      window: { kind: 'window', start: iso(minute - 1), end: iso(minute) },
      ...more,
    }) as KpiReading
  const past = (minute: number, value: number | null) => ({ end: iso(minute), value, n: 3 })
  const sources = (more: Partial<WindowSources>): WindowSources => ({
    ...{ scope: 'a', past: [], usualPast: [], finals: [], newest: null },
    usualAt: () => null,
    shownAs: (value) => value,
    isFew: (n) => n < 3,
    ...more,
  })

  it('are each there once, in order, from the server’s memory and the stream', () => {
    const windows = chartWindows(
      sources({ past: [past(1, 10), past(2, 20)], finals: [final(2, 20), final(3, 30)] }),
    )
    expect(windows.map(({ value }) => value)).toEqual([10, 20, 30])
  })

  it('keep finals apart from what is provisional, which never replaces one', () => {
    const newest = final(3, 99, { final: false })
    const both = chartWindows(sources({ finals: [final(2, 20)], newest }))
    expect(both.map(({ isFinal }) => isFinal)).toEqual([true, false])
    expect(finalPoints(both, MINUTE).map(({ value }) => value)).toEqual([20])
    const closed = chartWindows(sources({ finals: [final(3, 30)], newest }))
    expect(closed).toMatchObject([{ value: 30, isFinal: true }])
  })

  it('keep what is not known as a gap, in a district as well', () => {
    const ofCity = final(2, 5, { scopes: { city: { value: 5, n: 1 } as never } })
    const windows = chartWindows(sources({ past: [past(1, 10)], finals: [ofCity, final(4, null)] }))
    expect(windows.map(({ at, value }) => [at / MINUTE, value])).toEqual([
      [1, 10],
      [4, null],
    ])
    expect(finalPoints(windows, MINUTE).map(({ value }) => value)).toEqual([10, null, null])
  })

  it('of few events stand each for itself, and the line is broken there', () => {
    const few = { end: iso(2), value: 0.5, n: 2 }
    const windows = chartWindows(sources({ past: [past(1, 0.8), few, past(3, 0.9)] }))
    expect(finalPoints(windows, MINUTE).map(({ value }) => value)).toEqual([0.8, null, 0.9])
    expect(fewPoints(windows)).toEqual([{ at: 2 * MINUTE, value: 0.5 }])
  })

  it('have what is usual beside them, as far as it is known, in the same unit', () => {
    const windows = chartWindows(
      sources({
        past: [past(1, 0.5), past(2, 0.6)],
        usualPast: [past(1, 0.4)],
        finals: [final(3, 0.7)],
        usualAt: (start) => (start === iso(2) ? 0.45 : null),
        shownAs: (value) => value * 100,
      }),
    )
    expect(windows.map(({ value, usual }) => [value, usual])).toEqual([
      [50, 40],
      [60, null],
      [70, 45],
    ])
    expect(usualPoints(windows, MINUTE).map(({ value }) => value)).toEqual([40, null, 45])
  })
})
