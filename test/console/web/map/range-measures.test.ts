// What the dots' looks depend on is measured every two seconds, not with every frame.
import { describe, expect, it } from 'vitest'
import { RangeMeasures } from '../../../../console/web/map/points/range-measures.ts'
import { AssetRange } from '../../../../console/web/store/assets/asset-range.ts'

describe('range measures', () => {
  it('stand for two seconds, each range by itself', () => {
    const asked: number[] = []
    const measures = new RangeMeasures({
      highValue: (range) => asked.push(range.domain),
      toneCounts: (domain) => [domain],
    })
    const [a, b] = [new AssetRange(7, 0, 5), new AssetRange(8, 5, 9)]
    expect(measures.of(a, 10)).toMatchObject({ high: 1, tones: [7] })
    expect(measures.of(a, 12)).toMatchObject({ high: 1, tones: [7] })
    expect(measures.of(b, 12)).toMatchObject({ high: 2, tones: [8] })
    expect(measures.of(a, 12.1)).toMatchObject({ high: 3, tones: [7] })
    expect(asked).toEqual([7, 8, 7])
  })
})
