// What a few letters find among districts, numbers and landmarks: either language, codes, beginnings first, no kind crowded out.
import { describe, expect, it } from 'vitest'
import { type KnownThings, knownHits } from '../../../../../console/web/ui/find/search-hits.ts'

const words = (zh: string, en: string) => ({ zh, en })

function things(): KnownThings {
  const scopes = [
    { code: '440100', name: words('广州市', 'Guangzhou') },
    ...Array.from({ length: 8 }, (_, i) => ({
      code: `44011${i}`,
      name: words(`天区${i}`, `East ${i}`),
    })),
  ]
  const landmarks = [{ name: words('东塔', 'East Tower'), lon: 113.3, lat: 23.1 }]
  const kpis = [{ id: 'lamp.lit', measure: { label: words('亮灯率', 'Lamps at least lit') } }]
  return { run: { scopes }, city: { landmarks }, kpis } as unknown as KnownThings
}

const found = (typed: string) => knownHits(typed, things()).map(({ kind, id }) => `${kind} ${id}`)

describe('what is found', () => {
  it('is nothing for nothing, and never the whole city', () => {
    expect(found('')).toEqual([])
    expect(found('  ')).toEqual([])
    expect(found('guangzhou')).toEqual([])
  })

  it('is found in either language, whatever the case, and by code', () => {
    expect(found('东塔')).toEqual(['landmark 113.3,23.1'])
    expect(found('LAMP')).toEqual(['kpi lamp.lit'])
    expect(found('440113')).toEqual(['district 440113'])
  })

  it('is at most five of a kind, so that the others are seen as well', () => {
    const kinds = found('east').map((hit) => hit.split(' ')[0])
    expect(kinds.filter((kind) => kind === 'district')).toHaveLength(5)
    expect(kinds).toContain('landmark')
    expect(kinds).toContain('kpi')
  })

  it('takes letters for what they are, not for a pattern', () => {
    expect(found('.*')).toEqual([])
    expect(found('e(')).toEqual([])
  })
})
