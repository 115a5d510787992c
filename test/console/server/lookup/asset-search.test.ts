// Assets by a piece of their id or name.
import { describe, expect, it } from 'vitest'
import { findAssets } from '../../../../console/server/lookup/asset-search.ts'
import type { Catalogue } from '../../../../seeds/contract.ts'

const NAMES = [
  ['lamp-1', '小楼镇5G基站 1', 'Xiaolou site 1'],
  ['lamp-10', '人民路路灯', 'Renmin Road lamp'],
  ['site-2', '𠮷祥路 (5G)', 'Jixiang Rd. site [2]'],
]
const catalogue = {
  size: NAMES.length,
  ids: NAMES.map(([id]) => id),
  names: NAMES.map(([, zh, en]) => ({ zh, en })),
  numberOf: (id: string) => NAMES.findIndex(([known]) => known === id),
} as unknown as Catalogue
const found = (text: string, limit = 20) =>
  findAssets(catalogue, text, limit).map((n) => NAMES[n][0])

describe('the search for assets', () => {
  it('finds the very id first, then what begins so, then what has it inside', () => {
    expect(found('lamp-1')).toEqual(['lamp-1', 'lamp-10'])
    expect(found('site')).toEqual(['site-2', 'lamp-1'])
    expect(found('site', 1)).toEqual(['site-2'])
  })

  it('finds names in both languages, whatever the width and case of letters', () => {
    expect(found('人民路')).toEqual(['lamp-10'])
    expect(found('RENMIN')).toEqual(['lamp-10'])
    expect(found('５ｇ基站')).toEqual(['lamp-1'])
    expect(found('𠮷祥')).toEqual(['site-2'])
  })

  it('takes text as text, and nothing for nothing', () => {
    expect(found('.*')).toEqual([])
    expect(found('[2]')).toEqual(['site-2'])
    expect(found('(5G)')).toEqual(['site-2'])
    expect(found('   ')).toEqual([])
  })
})
