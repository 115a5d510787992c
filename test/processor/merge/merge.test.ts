// The merge: partials of all partitions to readings, held against truth and plan.
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../infra/time.ts'
import { partialKey, readingKey } from '../../../processor/contract/keys.ts'
import { Merge } from '../../../processor/merge/merge.ts'
import type {
  Cell,
  Descriptor,
  Partial as KpiPartial,
} from '../../../producers/contract/records.ts'
import { CITY, EPOCH, lampDeclaration, lampDescriptor, MEASURES, MINUTE, START } from '../lamp.ts'

const P = 2
const LOW = { below: 0.5, windows: 2, severity: 'critical' as const, scope: 'district' as const }

function partialOf(
  partition: number,
  k: number,
  cells: Record<string, Record<string, Cell>>,
  change: Partial<KpiPartial> = {},
): KpiPartial {
  const start = START + k * MINUTE
  const measures = Object.fromEntries(
    MEASURES.map((m) => [m.name, { window: cells[m.name] ?? {}, day: cells[m.name] ?? {} }]),
  )
  const end = isoTime(start + MINUTE)
  return {
    epoch: EPOCH,
    domain: 'lamp',
    partition,
    start: isoTime(start),
    end,
    measures,
    ...change,
  }
}

const cellsA = {
  auto: { '990001': [1, 3, 3] as Cell },
  power: { '990001': [125, null, 2] as Cell },
}
const cellsB = { auto: { '990002': [1, 4, 4] as Cell }, lit: { '990002': [2, null, 2] as Cell } }

function mergeWith(change: Partial<Descriptor> = {}) {
  return new Merge(lampDescriptor({ partitions: P, ...change }), CITY, EPOCH)
}

describe('merge', () => {
  it('waits for every partition, then writes window and day of each KPI', () => {
    const merge = mergeWith()
    merge.partial(partialOf(0, 0, cellsA))
    merge.partial(partialOf(0, 0, cellsA))
    expect(merge.take().readings).toEqual([])
    merge.partial(partialOf(1, 0, cellsB))
    const { readings } = merge.take()
    expect(readings.map((r) => `${r.kpi} ${r.window.kind}`)).toEqual(
      MEASURES.flatMap((m) => [`lamp.${m.name} window`, `lamp.${m.name} day`]),
    )
    const auto = readings.find((r) => r.kpi === 'lamp.auto')!
    expect(JSON.stringify(auto)).toBe(
      JSON.stringify({
        epoch: EPOCH,
        kpi: 'lamp.auto',
        window: { kind: 'window', start: isoTime(START), end: isoTime(START + MINUTE) },
        final: true,
        watermark: isoTime(START + MINUTE),
        weight: 1,
        unit: '1',
        target: null,
        expected: null,
        status: null,
        truth: null,
        scopes: {
          '990000': { value: 0.285714, numerator: 2, denominator: 7, n: 7 },
          '990001': { value: 0.333333, numerator: 1, denominator: 3, n: 3 },
          '990002': { value: 0.25, numerator: 1, denominator: 4, n: 4 },
        },
      }),
    )
    expect(merge.take().readings).toEqual([])
  })

  it('writes 0 for a count or level of nothing and null for 0/0, in every scope', () => {
    const merge = mergeWith()
    for (const p of [0, 1]) merge.partial(partialOf(p, 0, {}))
    const { readings } = merge.take()
    const city = (kpi: string) => readings.find((r) => r.kpi === kpi)!.scopes
    expect(city('lamp.auto')['990002']).toEqual({ value: null, numerator: 0, denominator: 0, n: 0 })
    expect(city('lamp.load')['990000'].value).toBeNull()
    expect(city('lamp.pulses')['990000']).toEqual({
      value: 0,
      numerator: 0,
      denominator: null,
      n: 0,
    })
    expect(city('lamp.power')['990001'].value).toBe(0)
    expect(city('lamp.lit')['990001']).toEqual({ value: 0, numerator: 0, denominator: 4, n: 0 })
  })

  it('weighs share, count and level by 1/scale, not ratio and gauge, and divides terms by their decimals', () => {
    const merge = mergeWith({ scale: 0.1 })
    merge.partial(partialOf(0, 0, cellsA))
    merge.partial(partialOf(1, 0, { ...cellsB, load: { '990001': [125, 200, 1] } }))
    const { readings } = merge.take()
    const of = (kpi: string) => readings.find((r) => r.kpi === kpi)!
    expect(of('lamp.lit')).toMatchObject({ weight: 10 })
    expect(of('lamp.lit').scopes['990000']).toEqual({
      value: 2.5,
      numerator: 2,
      denominator: 8,
      n: 2,
    })
    expect(of('lamp.power').scopes['990000']).toEqual({
      value: 125,
      numerator: 12.5,
      denominator: null,
      n: 2,
    })
    expect(of('lamp.auto').weight).toBe(1)
    expect(of('lamp.load').scopes['990000']).toEqual({
      value: 0.625,
      numerator: 12.5,
      denominator: 20,
      n: 1,
    })
  })

  it('writes only the city of a city-wide domain, which is never scaled', () => {
    const merge = mergeWith({
      scale: 0.1,
      declarations: { lamp: lampDeclaration({ cityWide: true }) },
    })
    merge.partial(partialOf(0, 0, { power: { '990000': [10, null, 1] } }))
    merge.partial(partialOf(1, 0, {}))
    const power = merge.take().readings.find((r) => r.kpi === 'lamp.power')!
    expect(power.weight).toBe(1)
    expect(power.scopes).toEqual({ '990000': { value: 1, numerator: 1, denominator: null, n: 1 } })
  })

  it('rounds the sixth decimal half away from zero, without a float in between', () => {
    const merge = mergeWith()
    merge.partial(
      partialOf(0, 0, { auto: { '990001': [1, 2_000_000, 1], '990002': [3, 2_000_000, 1] } }),
    )
    merge.partial(partialOf(1, 0, {}))
    const { scopes } = merge.take().readings.find((r) => r.kpi === 'lamp.auto')!
    expect(scopes['990001'].value).toBe(0.000001)
    expect(scopes['990002'].value).toBe(0.000002)
  })

  it('compares with the truth cell by cell, window and day apart', () => {
    const merge = mergeWith({ truth: true })
    merge.partial(partialOf(0, 0, cellsA))
    merge.partial(partialOf(1, 0, cellsB))
    expect(merge.take().readings).toEqual([])
    merge.truth(partialOf(0, 0, cellsA))
    const wrong = partialOf(1, 0, cellsB)
    wrong.measures.lit = { window: { '990002': [2, null, 2] }, day: { '990002': [2, null, 3] } }
    // A cell of zeros is the same as none.
    wrong.measures.pulses.window = { '990001': [0, null, 0] }
    wrong.measures.power.window = { '990002': [1, null, 1] }
    merge.truth(wrong)
    const verdicts = merge.take().readings.map((r) => `${r.kpi} ${r.window.kind} ${r.truth}`)
    expect(verdicts.filter((v) => v.endsWith('differs'))).toEqual([
      'lamp.lit day differs',
      'lamp.power window differs',
    ])
    expect(verdicts.filter((v) => v.endsWith('equal'))).toHaveLength(8)
  })

  it('sums the newest provisional of each task and never goes behind a final', () => {
    const merge = mergeWith()
    const open = (p: number, offset: string, n: number, watermark: number) =>
      partialOf(
        p,
        0,
        { pulses: { '990001': [n, null, n] } },
        {
          provisional: true,
          offset,
          watermark: isoTime(START + watermark),
        },
      )
    merge.partial(open(0, '10', 5, 20_000))
    expect(merge.provisional()).toEqual([])
    merge.partial(open(1, '7', 1, 10_000))
    merge.partial(open(0, '9', 2, 0))
    const readings = merge.provisional().filter((r) => r.kpi === 'lamp.pulses')
    expect(readings.map((r) => r.window.kind)).toEqual(['day', 'window'])
    expect(readings[1]).toMatchObject({
      final: false,
      truth: 'pending',
      watermark: isoTime(START + 10_000),
      scopes: { '990000': { value: 6 } },
    })
    expect(merge.provisional()).toEqual([])
    merge.partial(partialOf(0, 0, {}))
    merge.partial(partialOf(1, 0, {}))
    merge.partial(open(1, '8', 3, 50_000))
    expect(merge.provisional()).toEqual([])
  })

  it('waits after a final until every task has said something of a later window', () => {
    const merge = mergeWith()
    const open = (p: number, k: number, watermark: number) => {
      const place = { provisional: true as const, offset: `${watermark}` }
      merge.partial(partialOf(p, k, {}, { ...place, watermark: isoTime(START + watermark) }))
      return merge.provisional().map((r) => Date.parse(r.watermark) - START)
    }
    open(0, 0, 50_000)
    expect(open(1, 0, 30_000)).toContain(30_000)
    for (const p of [0, 1]) merge.partial(partialOf(p, 0, {}))
    expect(open(0, 1, 70_000)).toEqual([])
    expect(open(1, 1, MINUTE)).toContain(MINUTE)
  })

  it('ignores other epochs and finals that were merged before', () => {
    const merge = mergeWith()
    for (const p of [0, 1]) merge.partial(partialOf(p, 0, {}, { epoch: EPOCH - 1 }))
    expect(merge.take().readings).toEqual([])
    for (const p of [0, 1, 0, 1]) merge.partial(partialOf(p, 1, {}))
    expect(merge.take().readings).toHaveLength(2 * MEASURES.length)
  })

  it('writes the final of a window that becomes complete after a later one, and leaves the day alone', () => {
    // Compaction keeps the newest copy: partials that a restarted task wrote again stand after later windows.
    const merge = mergeWith()
    for (const k of [0, 1, 2]) merge.partial(partialOf(0, k, {}))
    merge.partial(partialOf(1, 2, {}))
    expect(merge.take().readings.map((r) => r.window.kind)).toContain('day')
    for (const k of [0, 1]) merge.partial(partialOf(1, k, {}))
    const late = merge.take().readings
    expect(late.map((r) => `${r.kpi} ${r.window.start} ${r.window.kind}`)).toEqual(
      [0, 1].flatMap((k) =>
        MEASURES.map((m) => `lamp.${m.name} ${isoTime(START + k * MINUTE)} window`),
      ),
    )
  })

  it('drops the oldest of too many waiting windows, even where it comes last', () => {
    // A merge that is rebuilt may read hours of partials before the first truth.
    const merge = mergeWith({ partitions: 1, truth: true })
    for (let k = 0; k < 400; k++) merge.partial(partialOf(0, k, {}))
    for (let k = 0; k < 400; k++) merge.truth(partialOf(0, k, {}))
    const windows = merge.take().readings.filter((r) => r.window.kind === 'window')
    const starts = new Set(windows.map((r) => r.window.start))
    expect(starts.size).toBe(256)
    expect([...starts].at(-1)).toBe(isoTime(START + 399 * MINUTE))
  })

  it('names every share without a planned number', () => {
    expect(() => mergeWith({ plan: { targets: [], planned: {} } })).toThrow(
      /share lamp\.lit: no planned number for 990000.*\n.*990001.*\n.*990002/,
    )
  })

  it('judges alerts in the windows’ order when it is rebuilt from windows in any order', () => {
    const measures = MEASURES.map((m) => (m.name === 'auto' ? { ...m, thresholds: [LOW] } : m))
    const descriptor = lampDescriptor({ declarations: { lamp: lampDeclaration({ measures }) } })
    const alertsOf = (order: number[]) => {
      const merge = new Merge(descriptor, CITY, EPOCH, true)
      for (const k of order) {
        const auto = { '990001': [[0, 1, 0, 0][k], 1, 1] as Cell }
        merge.partial(partialOf(0, k, { auto }))
        expect(merge.take().alerts).toEqual([])
      }
      merge.rebuilt()
      return merge.take().alerts.map((a) => a.openedAt)
    }
    // In the order 0, 2, 1, 3 the first two would already open one.
    expect(alertsOf([0, 2, 1, 3])).toEqual(alertsOf([0, 1, 2, 3]))
    expect(alertsOf([0, 1, 2, 3])).toEqual([isoTime(START + 4 * MINUTE)])
  })

  it('tells of an alert that was closed before it was rebuilt that it is closed, and nothing else', () => {
    const measures = MEASURES.map((m) => (m.name === 'auto' ? { ...m, thresholds: [LOW] } : m))
    const descriptor = lampDescriptor({ declarations: { lamp: lampDeclaration({ measures }) } })
    const merge = new Merge(descriptor, CITY, EPOCH, true)
    for (const [k, auto] of [0, 0, 1, 1].entries()) {
      merge.partial(partialOf(0, k, { auto: { '990001': [auto, 1, 1] } }))
    }
    merge.rebuilt()
    const { alerts } = merge.take()
    expect(alerts.map((a) => [a.openedAt, a.closedAt])).toEqual([
      [isoTime(START + 2 * MINUTE), isoTime(START + 4 * MINUTE)],
    ])
  })

  it('opens an alert after n abnormal finals in a row and closes it after n normal ones', () => {
    const measures = MEASURES.map((m) =>
      m.name === 'auto'
        ? {
            ...m,
            thresholds: [LOW],
          }
        : m,
    )
    const merge = mergeWith({
      partitions: 1,
      declarations: { lamp: lampDeclaration({ measures }) },
    })
    const alerts = [1, 0, 1, 0, 0, null, 0, 1, 1].map((auto, k) => {
      const cells: Record<string, Record<string, Cell>> = auto === null
        ? {}
        : { auto: { '990001': [auto, 1, 1] as Cell } }
      merge.partial(partialOf(0, k, cells))
      return merge.take().alerts
    })
    expect(alerts.map((a) => a.length)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 1])
    const opened = isoTime(START + 5 * MINUTE)
    expect(alerts[4][0]).toEqual({
      epoch: EPOCH,
      id: `a-lamp.auto-990001-critical-${opened}`,
      kpi: 'lamp.auto',
      scope: '990001',
      severity: 'critical',
      openedAt: opened,
      closedAt: null,
      value: 0,
      threshold: 0.5,
      windows: 2,
    })
    expect(alerts[8][0]).toMatchObject({
      id: alerts[4][0].id,
      openedAt: opened,
      closedAt: isoTime(START + 9 * MINUTE),
      value: 1,
    })
  })
})

describe('keys', () => {
  it('follow the table of topics', () => {
    const merge = mergeWith({ partitions: 1, start: '2025-06-18T15:59:00.000Z' })
    const start = '2025-06-18T15:59:00.000Z'
    const end = '2025-06-18T16:00:00.000Z'
    merge.partial(partialOf(0, 0, {}, { start, end }))
    const [window, day] = merge.take().readings
    expect(readingKey(window)).toBe(`41|lamp.lit|${start}`)
    // The window that ends at 00:00 of the 19th belongs to the 18th.
    expect(readingKey(day)).toBe('41|lamp.lit|day|2025-06-18')
    expect(day.window).toEqual({ kind: 'day', start, end })
    expect(readingKey({ ...window, final: false })).toBe('41|lamp.lit')
    const partial = partialOf(3, 0, {})
    expect(partialKey(partial)).toBe(`41|lamp|3|${isoTime(START)}`)
    expect(partialKey({ ...partial, provisional: true })).toBe('41|lamp|3')
  })
})
