// The search for a sustained rate, against pipelines whose capacity is known.
import { describe, expect, it } from 'vitest'
import { findRate, verdictOf } from '../../../load/judge/find-rate.ts'
import { parseThreshold } from '../../../load/judge/thresholds.ts'
import { trendOfLastHalf } from '../../../load/measure/slope.ts'
import { goodFigures, histogramOf } from './figures.ts'

const SECONDS = 60
const SLO = [parseThreshold('p99<500ms', '--slo', 'e2e')]

/** One server: what comes beyond its capacity waits, and the wait grows. */
function pipeline(capacity: number, generator = Number.POSITIVE_INFINITY) {
  return async (rate: number) => {
    const growth = Math.max(0, rate - capacity)
    const points = Array.from({ length: SECONDS + 1 }, (_, s) => ({
      atMs: s * 1000,
      value: growth * s + (s % 3) * 10,
    }))
    const wait = (s: number) => 20 + (growth * s * 1000) / capacity
    const lag = { max: growth * SECONDS + 20, end: growth * SECONDS }
    return verdictOf(
      goodFigures({
        offered: rate,
        send: histogramOf(rate > generator ? 200 : 1),
        e2e: histogramOf(...points.map((_, s) => wait(s))),
        lag: { ...lag, trend: trendOfLastHalf(points, 0, SECONDS * 1000) },
      }),
      SLO,
    )
  }
}

describe('the search', () => {
  it.each([
    [37_000, 1000],
    [1_234, 10_000],
    [90, 64],
    [250_000, 1],
  ])(
    'finds %i events/s from %i on, to 5 percent, confirmed three times',
    async (capacity, first) => {
      const { rate, steps, isGeneratorsLimit } = await findRate({
        first,
        measure: pipeline(capacity),
      })
      expect(rate).toBeLessThanOrEqual(capacity * 1.006)
      expect(rate).toBeGreaterThanOrEqual(capacity / 1.06)
      expect(steps.slice(-3).map((s) => [s.phase, s.rate, s.verdict])).toEqual(
        Array(3).fill(['confirm', rate, 'sustained']),
      )
      expect(isGeneratorsLimit).toBe(false)
      expect(steps.length).toBeLessThan(40)
    },
  )

  it('says that it was the generator', async () => {
    const measure = pipeline(80_000, 30_000)
    const { rate, isGeneratorsLimit } = await findRate({ first: 10_000, measure })
    expect(rate).toBeGreaterThan(28_000)
    expect(rate).toBeLessThanOrEqual(30_000)
    expect(isGeneratorsLimit).toBe(true)
  })

  it('steps down where a rate does not hold a second time', async () => {
    const honest = pipeline(40_000)
    let confirmations = 0
    const { rate, steps } = await findRate({
      first: 20_000,
      async measure(asked) {
        const verdict = await honest(asked)
        const isSecond = asked > 38_000 && verdict.verdict === 'sustained' && ++confirmations > 1
        return isSecond ? { verdict: 'not sustained', why: ['a bad day'] } : verdict
      },
    })
    expect(rate).toBeLessThanOrEqual(38_000)
    expect(steps.slice(-3).every((s) => s.phase === 'confirm' && s.rate === rate)).toBe(true)
  })

  it('ends where nothing holds', async () => {
    const measure = async () => ({ verdict: 'not sustained' as const, why: ['down'] })
    expect(await findRate({ first: 1000, measure })).toMatchObject({ rate: null })
  })

  it('says why a rate was too much', async () => {
    const { verdict, why } = await pipeline(1000)(2000)
    expect(verdict).toBe('not sustained')
    expect(why.join()).toMatch(/p99<500ms: .* ms.*lag slope<=0.5%/)
    expect((await pipeline(9000, 100)(200)).verdict).toBe('invalid')
  })
})
