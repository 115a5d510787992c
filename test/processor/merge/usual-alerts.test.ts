// Alerts against usual: which differences open and close one, what it says, and that no order of arrival changes it.
import { describe, expect, it } from 'vitest'
import { below, stream } from '../../../infra/random.ts'
import { isoTime } from '../../../infra/time.ts'
import type { Alert, KpiReading } from '../../../processor/contract/types.ts'
import { Alerts } from '../../../processor/merge/alerts.ts'
import { compileReadings } from '../../../processor/merge/reading.ts'
import { differenceOf, UsualAlerts } from '../../../processor/merge/usual-alerts.ts'
import type { PairSide } from '../../../processor/merge/window-pairs.ts'
import type { Threshold } from '../../../producers/contract/measures.ts'
import { CITY, EPOCH, lampDeclaration, lampDescriptor, MINUTE, START } from '../lamp.ts'

const KPI = 'lamp.power'
const MORE: Threshold = {
  ...{ above: 10, againstUsual: 'kpi', windows: 2, severity: 'warning', scope: 'district' },
}

function descriptorWith(...thresholds: Threshold[]) {
  const declaration = lampDeclaration()
  const measures = declaration.measures.map((measure) =>
    measure.name === 'power' ? { ...measure, thresholds } : measure,
  )
  return lampDescriptor({ declarations: { lamp: { ...declaration, measures } } })
}

const detector = (...thresholds: Threshold[]) =>
  new UsualAlerts(descriptorWith(...thresholds), CITY, EPOCH)

function reading(k: number, value: number | null, scope = '990001'): KpiReading {
  const [start, end] = [0, 1].map((n) => isoTime(START + (k + n) * MINUTE))
  const scopes = Object.fromEntries(
    CITY.scopes.map(({ code }) => [code, code === scope ? value : 0]),
  )
  return {
    ...{ epoch: EPOCH, kpi: KPI, window: { kind: 'window', start, end }, final: true },
    ...{ watermark: end, weight: 1, unit: 'W', target: null, expected: null, status: null },
    truth: null,
    scopes: Object.fromEntries(
      Object.entries(scopes).map(([code, v]) => [
        code,
        { value: v, numerator: 0, denominator: 0, n: 0 },
      ]),
    ),
  }
}

/** Alerts of a district whose live values are these, where 100 is usual. */
function judged(threshold: Threshold, values: (number | null)[], usual: number | null = 100) {
  const alerts = detector(threshold)
  return values.flatMap((value, k) => [
    ...alerts.take('usual', reading(k, usual)),
    ...alerts.take('live', reading(k, value)),
  ])
}

const at = (k: number) => isoTime(START + k * MINUTE)

describe('alerts against usual', () => {
  it('open after so many windows too far from usual, close after as many that are not', () => {
    const [opened, closed, ...more] = judged(MORE, [111, 110, 111, 111, 200, 90, 100])
    expect(opened).toEqual({
      ...{ epoch: EPOCH, id: `a-${KPI}-990001-usual0-warning-${at(4)}`, kpi: KPI },
      ...{ scope: '990001', severity: 'warning', openedAt: at(4), closedAt: null, value: 111 },
      ...{ threshold: 10, windows: 2, against: { usual: 100, difference: 11, unit: 'kpi' } },
    })
    const against = { usual: 100, difference: 0, unit: 'kpi' }
    expect(closed).toEqual({ ...opened, closedAt: at(7), value: 100, against })
    expect(more).toEqual([])
  })

  it('know both sides, and shares of usual', () => {
    const less: Threshold = { ...MORE, above: undefined, below: -0.2, againstUsual: 'reading' }
    expect(judged(less, [79, 80, 79.9, 79.9]).map(({ against }) => against!.difference)).toEqual([
      -0.201,
    ])
    expect(judged(less, [120, 1000])).toEqual([])
    expect(differenceOf(3, 0, 'reading')).toBeNull()
    expect(differenceOf(0, 0, 'reading')).toBe(0)
    expect(differenceOf(0.3, 0.1, 'kpi')).toBe(0.2)
  })

  it('take nothing for evidence that cannot be compared', () => {
    expect(judged(MORE, [111, null, 111])).toHaveLength(1)
    expect(judged(MORE, [111, 111], null)).toEqual([])
  })

  it('are none where everything is as usual, nor without a twin', () => {
    expect(judged({ ...MORE, above: 0 }, Array(20).fill(100))).toEqual([])
    const descriptor = descriptorWith(MORE)
    const city = new Alerts(compileReadings(descriptor, CITY), false)
    expect([0, 1, 2].flatMap((k) => city.take(reading(k, 999), true))).toEqual([])
  })

  it('have ids apart from those of the city’s own, and of each other', () => {
    const plain: Threshold = { ...MORE, above: 20, againstUsual: undefined }
    const descriptor = descriptorWith(plain, MORE, { ...MORE, above: 11 })
    const city = new Alerts(compileReadings(descriptor, CITY), false)
    const usual = new UsualAlerts(descriptor, CITY, EPOCH)
    const opened = [0, 1].flatMap((k) => [
      ...usual.take('usual', reading(k, 100)),
      ...city.take(reading(k, 120), true),
      ...usual.take('live', reading(k, 120)),
    ])
    expect(opened).toHaveLength(3)
    expect(new Set(opened.map(({ id }) => id)).size).toBe(3)
  })
})

/** What a detector says when the two sides come as `order` has them. */
function inOrder(order: [PairSide, KpiReading][]): Alert[] {
  const alerts = detector(MORE)
  return order.flatMap(([side, one]) => alerts.take(side, one))
}

describe('the join with usual', () => {
  const LENGTH = 60
  const draws = stream(7, 'usual-alerts', 'test')
  const pairs = Array.from({ length: LENGTH }, (_, k): [PairSide, KpiReading][] => [
    ['live', reading(k, 80 + below(draws, 0, 50))],
    ['usual', reading(k, 80 + below(draws, 0, 20))],
  ])
  const expected = inOrder(pairs.flat())

  it('says the same in whatever order windows come, some of them twice', () => {
    expect(expected.length).toBeGreaterThan(3)
    for (let round = 0; round < 200; round++) {
      const order = [...pairs.flat(), ...pairs.flat().slice(below(draws, 0, 2 * LENGTH))]
      for (let i = order.length - 1; i > 0; i--) {
        const j = below(draws, 0, i + 1)
        ;[order[i], order[j]] = [order[j], order[i]]
      }
      expect(inOrder(order)).toEqual(expected)
    }
  })

  it('waits for the side that is behind, and knows when nothing waits', () => {
    const alerts = detector(MORE)
    for (let k = 0; k < 50; k++) expect(alerts.take('live', reading(k, 200))).toEqual([])
    expect([alerts.waits('live'), alerts.waits('usual')]).toEqual([true, false])
    const [opened] = [0, 1].flatMap((k) => alerts.take('usual', reading(k, 100)))
    expect(opened.openedAt).toBe(at(2))
    for (let k = 2; k < 50; k++) alerts.take('usual', reading(k, 100))
    expect(alerts.waits('live')).toBe(false)
  })

  it('gives up windows that a side says will not come, or is long past', () => {
    const lost = detector(MORE)
    for (let k = 0; k < 4; k++) lost.take('usual', reading(k, 100))
    for (const k of [2, 3]) expect(lost.take('live', reading(k, 200))).toEqual([])
    expect(lost.settle('live')).toMatchObject([{ openedAt: at(4) }])

    const silent = detector(MORE)
    for (let k = 0; k < 1_200; k++) silent.take('usual', reading(k, 100))
    const opened = Array.from({ length: 1_002 }, (_, k) => silent.take('live', reading(k + 1, 200)))
    expect(opened.findIndex((alerts) => alerts.length > 0)).toBe(999)
    expect(opened[999]).toMatchObject([{ openedAt: at(3) }])
  })

  it('forgets the oldest of a side that is too far ahead', () => {
    const alerts = detector(MORE)
    for (let k = 0; k < 10_500; k++) alerts.take('live', reading(k, 200))
    expect([0, 1, 2].flatMap((k) => alerts.take('usual', reading(k, 100)))).toEqual([])
    const later = [500, 501, 502].flatMap((k) => alerts.take('usual', reading(k, 100)))
    expect(later).toMatchObject([{ openedAt: at(502) }])
  })
})
