// Rules as people write them, and what holds.
import { describe, expect, it } from 'vitest'
import { invalidity } from '../../../load/judge/figures.ts'
import { judge, parseThreshold } from '../../../load/judge/thresholds.ts'
import { goodFigures, histogramOf } from './figures.ts'

const figures = goodFigures({
  e2e: histogramOf(10, 20, 500),
  sink: { sent: 1000, seen: 998, lost: 2, duplicates: 0, withoutId: 0 },
  lag: { max: 5000, end: 40, trend: { slope: 12, margin: 2 } },
  errors: 5,
})
const verdict = (rule: string) => judge(parseThreshold(rule, '--threshold'), figures)

describe('a threshold', () => {
  it.each([
    ['ack p99<100ms', true],
    ['ack p50<=50.1ms', true],
    ['ack p50<50ms', false],
    ['ack max<0.2s', true],
    ['ack avg<60ms', true],
    ['send p99.9<3ms', true],
    ['e2e p99<500ms', false],
    ['e2e p99<501ms', true],
    ['lag max<5001', true],
    ['lag max<5k', false],
    ['lag end==40', true],
    ['lag slope<=1%', true],
    ['lag slope<=0.5%', false],
    ['lag slope<11', true],
    ['errors<1', false],
    ['errors<0.1%', true],
    ['lost<3', true],
    ['duplicates<1', true],
    ['rate>=1k', true],
    ['rate>1000/s', false],
  ])('%s: %s', (rule, ok) => expect(verdict(rule)).toMatchObject({ text: rule, ok }))

  it('fails on what was not measured', () => {
    const result = judge(parseThreshold('e2e p99<1s', '--threshold'), goodFigures())
    expect(result).toMatchObject({ actual: null, ok: false })
  })

  it('is about the metric that goes without saying', () => {
    expect(parseThreshold('p99<500ms', '--slo', 'e2e').subject).toMatchObject({ metric: 'e2e' })
    expect(() => parseThreshold('p99<500ms', '--threshold')).toThrow(/--threshold: "p99<500ms"/)
  })

  it.each([
    'fast',
    'ack p99',
    'ack p99<500',
    'ack<500ms',
    'ack p99<5%',
    'lag p99<5',
    'lag max<5ms',
    'lag max<5%',
    'errors p99<1',
    'rate>5s',
    'ack p99~5ms',
    'ack p100<5ms',
  ])('%s is refused', (rule) => {
    expect(() => parseThreshold(rule, '--threshold')).toThrow(/--threshold: .* expected such as/)
  })
})

describe('validity', () => {
  it('needs a generator that is on time, and events', () => {
    expect(invalidity(goodFigures())).toEqual([])
    expect(invalidity(goodFigures({ send: histogramOf(11) }))[0]).toMatch(
      /send delay p99 11\.0 ms, expected at most 10 ms/,
    )
    expect(invalidity(goodFigures({ sent: 0 }))).toEqual(['no event was sent after the warm-up'])
    expect(invalidity(goodFigures({ send: histogramOf(11) }), 20)).toEqual([])
  })
})
