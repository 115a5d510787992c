// Named streams: what one asset draws for one purpose depends on the seed, its id and the purpose, and on nothing else.
import { describe, expect, it } from 'vitest'
import { stream, uniform } from '../../../infra/random.ts'
import type { SimulationContext } from '../../../producers/simulation/simulator.ts'
import {
  createPartStreams,
  createStreams,
  MomentaryStream,
} from '../../../producers/simulation/streams.ts'

const contextOf = (ids: string[], seed = 1) =>
  ({
    assets: Uint32Array.from(ids.keys()),
    catalogue: { ids },
    scenario: { seed },
  }) as unknown as SimulationContext

const drawsOf = (ids: string[], i: number, purposes = ['arrival', 'stay'] as const, seed = 1) => {
  const { arrival } = createStreams(contextOf(ids, seed), purposes)
  return [arrival.uniform(i), arrival.uniform(i), arrival.below(i, 100)]
}

describe('named streams', () => {
  it('draw for an asset what they drew before others came and went', () => {
    expect(drawsOf(['a', 'b', 'c'], 1)).toEqual(drawsOf(['b'], 0))
    expect(drawsOf(['a', 'b'], 0)).not.toEqual(drawsOf(['a', 'b'], 1))
  })

  it('draw for one purpose whatever is drawn for another', () => {
    const { arrival, stay } = createStreams(contextOf(['a']), ['arrival', 'stay'])
    const [first, other] = [arrival.uniform(0), stay.uniform(0)]
    expect(other).not.toBe(first)
    for (let k = 0; k < 10; k++) stay.normal(0)
    expect([first, arrival.uniform(0)]).toEqual(drawsOf(['a'], 0).slice(0, 2))
  })

  it('differ by seed', () => {
    expect(drawsOf(['a'], 0, ['arrival', 'stay'], 2)).not.toEqual(drawsOf(['a'], 0))
  })

  it('give each part of an asset a stream of its own', () => {
    const parts = createPartStreams(contextOf(['a', 'b']), 'lane', 2)
    const expected = ['a', 'b'].flatMap((id) =>
      ['lane-0', 'lane-1'].map((purpose) => uniform(stream(1, id, purpose), 0)),
    )
    expect([0, 1, 2, 3].map((n) => parts.uniform(n))).toEqual(expected)
  })
})

describe('a momentary stream', () => {
  it('draws the same about the same, in whichever order it is asked', () => {
    const one = new MomentaryStream(1)
    const about = (id: string) => {
      one.begin(id, 'trouble')
      return [one.uniform(), one.logNormal(3, 0.5)]
    }
    const [a, b] = [about('a'), about('b')]
    expect([about('b'), about('a')]).toEqual([b, a])
    expect(a).not.toEqual(b)
  })
})
