// The words for a load, and what they mean.
import { describe, expect, it } from 'vitest'
import { Problem } from '../../../infra/problem.ts'
import { type AskedLoad, loadOf } from '../../../load/plan/shapes.ts'

const segments = (asked: AskedLoad) => loadOf(asked).plan.segments
const level = (rate: number, ms: number) => ({ ms, from: rate, to: rate })

describe('a load', () => {
  it.each<[AskedLoad, object[]]>([
    [{ rate: '20000' }, [level(20_000, 60_000)]],
    [{ rate: '20k', length: '5m' }, [level(20_000, 300_000)]],
    [{ rate: '1.5M', length: 'PT10S' }, [level(1_500_000, 10_000)]],
    [{ shape: 'ramp:0..100k/10m' }, [{ ms: 600_000, from: 0, to: 100_000 }]],
    [{ shape: 'step:10k,20k/30s' }, [level(10_000, 30_000), level(20_000, 30_000)]],
    [
      { shape: 'spike:1k..50k@2m/30s' },
      [level(1000, 120_000), level(50_000, 30_000), level(1000, 120_000)],
    ],
    [{ shape: 'soak:20k/2h' }, [level(20_000, 7_200_000)]],
  ])('%j', (asked, expected) => expect(segments(asked)).toEqual(expected))

  it('is cut off by --for, and held at its last rate beyond its own length', () => {
    expect(segments({ shape: 'ramp:0..100/10s', length: '5s' })).toEqual([
      { ms: 5000, from: 0, to: 50 },
    ])
    expect(segments({ shape: 'ramp:0..100/10s', length: '30s' })).toEqual([
      { ms: 10_000, from: 0, to: 100 },
      level(100, 20_000),
    ])
  })

  it('in step needs the rate on average', () => {
    expect(loadOf({ shape: 'aligned', rate: '5k' })).toMatchObject({ isAligned: true })
  })

  it.each<[AskedLoad, RegExp]>([
    [{}, /--rate: not given, expected .* or --shape/],
    [{ rate: 'fast' }, /--rate: "fast", expected events per second/],
    [{ rate: '0' }, /more than 0/],
    [{ rate: '99M' }, /at most 10M/],
    [{ rate: '5k', shape: 'soak:1k/1m' }, /--rate: "5k" beside --shape/],
    [{ shape: 'aligned' }, /aligned without --rate/],
    [{ shape: 'ramp:0..0/10s' }, /more than 0/],
    [{ shape: 'ramp:10k/10s' }, /--shape: "ramp:10k\/10s"/],
    [{ shape: 'wave:1..2/3s' }, /--shape: "wave/],
    [{ shape: 'step:10k,x/1m' }, /--shape: "x"/],
    [{ shape: 'spike:1k..2k/30s' }, /--shape/],
    [{ rate: '1k', length: 'long' }, /--for: "long", expected a time such as/],
  ])('%j is refused', (asked, message) => {
    expect(() => loadOf(asked)).toThrow(Problem)
    expect(() => loadOf(asked)).toThrow(message)
  })
})
