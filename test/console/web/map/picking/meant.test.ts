// What a click takes: from afar a district, from near an asset; and what is open afterwards.
import { describe, expect, it } from 'vitest'
import {
  afterClick,
  type Under,
  whatIsMeant,
} from '../../../../../console/web/map/picking/meant.ts'

const under = (has: { mark?: number; asset?: number; district?: string }): Under => ({
  mark: () => has.mark ?? -1,
  asset: () => has.asset ?? -1,
  district: () => has.district ?? null,
})
const everything = under({ mark: 7, asset: 5, district: '990101' })

describe('what is meant', () => {
  it('is the district from afar, however many assets lie there', () => {
    const dense = under({ asset: 5, district: '990101' })
    expect(whatIsMeant(9, dense)).toEqual({ kind: 'district', code: '990101' })
    expect(whatIsMeant(10.9, dense)).toEqual({ kind: 'district', code: '990101' })
  })

  it('is an abnormal mark before the district', () => {
    expect(whatIsMeant(9, everything)).toEqual({ kind: 'asset', number: 7 })
  })

  it('is the nearest asset from near, and the district beside it', () => {
    expect(whatIsMeant(11, everything)).toEqual({ kind: 'asset', number: 5 })
    const empty = under({ mark: 7, district: '990101' })
    expect(whatIsMeant(12, empty)).toEqual({ kind: 'district', code: '990101' })
    expect(whatIsMeant(14, empty)).toEqual({ kind: 'ground' })
    expect(whatIsMeant(9, under({}))).toEqual({ kind: 'ground' })
  })
})

describe('a click', () => {
  const open = { district: '990101', asset: 3 }

  it('opens an asset and stays in the district', () => {
    expect(afterClick({ kind: 'asset', number: 5 }, open)).toEqual({ ...open, asset: 5 })
  })

  it('goes to a district, and closes the asset with it', () => {
    const meant = { kind: 'district', code: '990102' } as const
    expect(afterClick(meant, open)).toEqual({ district: '990102', asset: null })
  })

  it('on the ground closes the asset alone', () => {
    expect(afterClick({ kind: 'ground' }, open)).toEqual({ ...open, asset: null })
  })
})
