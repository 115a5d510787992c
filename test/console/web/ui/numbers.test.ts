// One notation per comparison, how far from usual, and which numbers lead; both languages.
import { afterEach, describe, expect, it } from 'vitest'
import type { TwinView } from '../../../../console/messages.ts'
import { learnUnits } from '../../../../console/web/i18n/format.ts'
import { lang } from '../../../../console/web/i18n/i18n.ts'
import { type DeclaredKpi, leading } from '../../../../console/web/store/kpi/measures.ts'
import { UsualReadings } from '../../../../console/web/store/kpi/usual.ts'
import { notation } from '../../../../console/web/ui/parts/notation.ts'
import { usualText } from '../../../../console/web/ui/parts/usual-words.ts'
import {
  gapTo,
  type PlanOrder,
  type PlanRow,
  sorted,
  tally,
} from '../../../../console/web/ui/plan/plan-row.ts'
import { gapText, headline } from '../../../../console/web/ui/plan/plan-words.ts'

learnUnits([{ '{site}': { zh: '座', en: 'sites' } }])
afterEach(() => {
  lang.value = 'zh'
})

describe('a notation', () => {
  it('writes all digits with separators up to ten million', () => {
    const as = notation('{site}', 100_000)
    expect([as.text(100_000), as.text(93_835.4), as.value(6_165)]).toEqual([
      '100,000座',
      '93,835座',
      '6,165',
    ])
    lang.value = 'en'
    const en = notation('{site}', 100_000)
    expect([en.text(93_835), en.short(93_835)]).toEqual(['93,835 sites', '93,835'])
  })

  it('takes one scale for all by the largest', () => {
    const as = notation('CNY', 280_000_000_000)
    expect([as.text(280_000_000_000), as.text(4_120_000_000), as.short(50_000_000)]).toEqual([
      '2,800亿元',
      '41.2亿元',
      '0.5亿元',
    ])
    expect(notation('CNY', 20_000_000).text(12_345_678)).toBe('1,234.6万元')
    lang.value = 'en'
    const en = notation('CNY', 280_000_000_000)
    expect([en.text(280_000_000_000), en.short(4_120_000_000)]).toEqual(['280 bn yuan', '4.1 bn'])
  })

  it('gives shares one decimal', () => {
    const as = notation('1', 0.95)
    expect([as.text(0.95), as.value(0.9894), as.text(-0.0312), as.text(12.5)]).toEqual([
      '95.0%',
      '98.9',
      '-3.1%',
      '1,250.0%',
    ])
  })
})

describe('beside usual', () => {
  it('is said in percent of usual, and of shares in points', () => {
    expect(usualText(37.8, 27.6, 's')).toBe('高于平常37%')
    expect(usualText(26, 27.6, 's')).toBe('低于平常5.8%')
    expect(usualText(27.61, 27.6, 's')).toBe('与平常持平')
    expect(usualText(0.97, 0.993, '1')).toBe('低于平常2.3个百分点')
    expect(usualText(3, 0, 's')).toBe('')
    lang.value = 'en'
    expect(usualText(37.8, 27.6, 's')).toBe('37% above usual')
    expect(usualText(0.97, 0.993, '1')).toBe('2.3 points below usual')
    expect(usualText(0.97, 0.97, '1')).toBe('as usual')
  })

  it('is known for the windows that the twin told, and forgotten with the run', () => {
    const usual = new UsualReadings()
    const view = (start: string, twin: number): TwinView =>
      ({
        twin: 'usual',
        kpis: [{ kpi: 'a.b', window: { start }, scopes: { c: { twin } } }],
      }) as unknown as TwinView
    usual.put([view('10:00', 4)])
    usual.put([view('10:01', 5), { ...view('10:01', 9), twin: 'a-command' }])
    expect([usual.at('a.b', '10:00', 'c'), usual.at('a.b', '10:01', 'c')]).toEqual([4, 5])
    expect(usual.at('a.b', '10:02', 'c')).toBe(null)
    usual.reset()
    expect([usual.at('a.b', '10:00', 'c'), usual.views.value]).toEqual([null, []])
  })
})

describe('the leading numbers', () => {
  const kpis = (ranks: [string, number][]) => {
    const declarations = new Map<string, object>()
    const entries = ranks.map(([id, headline]) => {
      const [domain] = id.split('.')
      const declaration = declarations.get(domain) ?? {}
      declarations.set(domain, declaration)
      return [id, { id, measure: { headline }, declaration }] as unknown as [string, DeclaredKpi]
    })
    return new Map(entries)
  }
  const ids = (list: DeclaredKpi[]) => list.map(({ id }) => id)

  it('are the first six by rank, one of each domain before a second of any', () => {
    const all = kpis([
      ...([
        ['a.1', 1],
        ['a.2', 2],
        ['b.1', 3],
        ['b.2', 4],
        ['c.1', 5],
      ] as [string, number][]),
      ...([
        ['d.1', 6],
        ['e.1', 7],
      ] as [string, number][]),
    ])
    expect(ids(leading(all))).toEqual(['a.1', 'a.2', 'b.1', 'c.1', 'd.1', 'e.1'])
    expect(ids(leading(all, ['b.2']))).toEqual(['a.1', 'b.1', 'b.2', 'c.1', 'd.1', 'e.1'])
  })
})

describe('the plan board', () => {
  const row = (
    change: Partial<PlanRow> & { goal?: number; from?: number; unit?: string },
  ): PlanRow => {
    const { goal = 100, from = 0, unit = '{site}', value = null, ...rest } = change
    const name = { zh: `目标${goal}`, en: `target ${goal}` }
    const target = { value: goal, unit, due: '2025-12-31', baseline: { value: from }, name }
    const gap = value === null ? null : gapTo(target as PlanRow['target'], value)
    return {
      kpi: null,
      reading: null,
      expected: null,
      status: null,
      n: null,
      value,
      gap,
      ...rest,
      target,
    } as PlanRow
  }

  it('says the gap in the notation of the row, and none below a target that should become less', () => {
    expect(gapText(row({ goal: 100_000, value: 93_835 }))).toBe('差6,165座')
    expect(gapText(row({ goal: 0.95, value: 0.9123, unit: '1' }))).toBe('差3.8个百分点')
    expect(gapText(row({ goal: 100, value: 120 }))).toBe('已达到')
    expect(gapText(row({ goal: 20, from: 60, value: 25 }))).toBe('差5座')
    expect(gapText(row({}))).toBe('')
    lang.value = 'en'
    expect(gapText(row({ goal: 100_000, value: 93_835 }))).toBe('6,165 sites short')
  })

  it('tells in a sentence what all of them come to, with the largest gap', () => {
    const rows = [
      row({ goal: 200, value: 191, status: 'behind' }),
      row({ goal: 1_000, value: 990, status: 'on-track' }),
      row({ goal: 50, value: 60, status: 'met' }),
      row({ goal: 51, status: 'warming-up' }),
    ]
    expect(headline(4, tally(rows))).toBe(
      '4项官方目标：1达成或超前 · 1按规划 · 1落后 · 1未知，最大差距 目标200 差9座',
    )
    lang.value = 'en'
    expect(headline(1, tally(rows.slice(2, 3)))).toBe(
      '1 official targets: 1 met or ahead · 0 on track · 0 behind',
    )
  })

  it('sorts by the relative gap, the due day or the status, and leaves the document’s order else', () => {
    const rows = [
      row({ goal: 1_000, value: 990, status: 'on-track' }),
      row({ goal: 200, status: 'no-data' }),
      row({ goal: 10, value: 5, status: 'behind' }),
    ]
    const goals = (order: PlanOrder) => sorted(rows, order).map(({ target }) => target.value)
    expect(goals('gap')).toEqual([10, 1_000, 200])
    expect(goals('status')).toEqual([10, 1_000, 200])
    expect(goals('document')).toEqual([1_000, 200, 10])
  })
})
