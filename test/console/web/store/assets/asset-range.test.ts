// One domain's assets: which of them have to be uploaded, and one range per domain.
import { describe, expect, it } from 'vitest'
import { AssetRange, domainRanges } from '../../../../../console/web/store/assets/asset-range.ts'

describe('asset range', () => {
  it('spans what changed until it was uploaded', () => {
    const range = new AssetRange(2, 10, 20)
    expect([range.size, range.isDirty]).toEqual([10, false])
    range.mark(15)
    range.mark(12)
    expect([range.isDirty, range.dirtyFrom, range.dirtyTo]).toEqual([true, 12, 15])
    range.clean()
    expect(range.isDirty).toBe(false)
    range.mark(19)
    expect([range.dirtyFrom, range.dirtyTo]).toEqual([19, 19])
    range.markAll()
    expect([range.dirtyFrom, range.dirtyTo]).toEqual([10, 19])
  })
})

describe('domainRanges', () => {
  it('finds one range per domain', () => {
    const ranges = domainRanges(Uint8Array.of(0, 0, 1, 3, 3, 3))
    expect(ranges.map(({ domain, from, to }) => [domain, from, to])).toEqual([
      [0, 0, 2],
      [1, 2, 3],
      [3, 3, 6],
    ])
  })

  it('finds none without assets', () => {
    expect(domainRanges(new Uint8Array())).toEqual([])
  })
})
