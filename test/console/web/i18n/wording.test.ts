// Formulas and losses in words.
import { beforeEach, describe, expect, it } from 'vitest'
import type { BrokenView, LedgerBreak, RunView } from '../../../../console/messages.ts'
import { lang, t } from '../../../../console/web/i18n/i18n.ts'
import type { DeclaredKpi, DeclaredMeasure } from '../../../../console/web/store/kpi/measures.ts'
import { formulaText } from '../../../../console/web/ui/lineage/formula.ts'
import { fieldLabel, valueText } from '../../../../console/web/ui/parts/words.ts'
import { brokenText, missingText } from '../../../../console/web/ui/proof/missing.ts'

beforeEach(() => {
  lang.value = 'en'
})

const words = (text: string) => ({ zh: `${text}中`, en: text })

describe('a formula', () => {
  const fields = {
    mode: {
      label: words('mode'),
      values: { adaptive: words('self-timed'), out: words('out of order') },
    },
    volume: { label: words('volume') },
    delay: { label: words('delay') },
  }
  const kpi = (measure: Partial<DeclaredMeasure>): DeclaredKpi =>
    ({ measure, declaration: { events: [{ name: 'e', fields }] } }) as unknown as DeclaredKpi
  const f = (name: string) => ({ field: name })

  it('names fields by their labels, and a ratio of events by their number', () => {
    const used = { if: [{ eq: [f('mode'), 'adaptive'] }, 1, 0] }
    const ratio = kpi({ kind: 'ratio', used, of: 1 } as Partial<DeclaredMeasure>)
    expect(formulaText(ratio)).toBe('Σ [1 when mode = self-timed] ÷ number of events')
    lang.value = 'zh'
    expect(formulaText(ratio)).toBe('Σ [mode中 = self-timed中 计 1] ÷ 事件数')
  })

  it('has words for codes on either side and by themselves, and keeps what nobody has a word for', () => {
    const either = { or: [{ ne: ['out', f('mode')] }, { eq: [f('mode'), 'new-code'] }] }
    expect(formulaText(kpi({ kind: 'share', counts: either } as Partial<DeclaredMeasure>))).toBe(
      'assets with “(out of order ≠ mode) or (mode = new-code)” ÷ planned number',
    )
    const alone = { if: [{ gt: [f('volume'), 0] }, 'adaptive', 'closed'] }
    expect(formulaText(kpi({ kind: 'level', value: alone } as Partial<DeclaredMeasure>))).toBe(
      'Σ [self-timed when volume > 0, else closed]',
    )
  })

  it('puts brackets where a sum stands beside something', () => {
    const used = { mul: [f('volume'), { sub: [f('delay'), -1.5] }] }
    expect(
      formulaText(kpi({ kind: 'gauge', used, of: f('volume') } as Partial<DeclaredMeasure>)),
    ).toBe('Σ volume × (delay − −1.5) ÷ Σ volume')
    const value = { sub: [f('volume'), f('delay')] }
    expect(formulaText(kpi({ kind: 'level', value } as Partial<DeclaredMeasure>))).toBe(
      'Σ (volume − delay)',
    )
  })

  it('says which assets a share counts, and against what', () => {
    expect(formulaText(kpi({ kind: 'share', counts: true }))).toBe(
      'assets with “reported lately” ÷ planned number',
    )
    const counts = { and: [{ not: { eq: [f('mode'), 'out'] } }, { gt: [f('unknown'), 0] }] }
    expect(formulaText(kpi({ kind: 'share', counts } as Partial<DeclaredMeasure>))).toBe(
      'assets with “(not (mode = out of order)) and (unknown > 0)” ÷ planned number',
    )
  })

  it('spells a choice out', () => {
    const value = { if: [{ le: [f('delay'), 3] }, f('volume'), 2] }
    expect(formulaText(kpi({ kind: 'count', value } as Partial<DeclaredMeasure>))).toBe(
      'Σ [volume when delay ≤ 3, else 2]',
    )
    const literal = { if: [true, f('volume'), f('volume')] }
    expect(formulaText(kpi({ kind: 'count', value: literal } as Partial<DeclaredMeasure>))).toBe(
      'Σ volume',
    )
    expect(formulaText(kpi({ kind: 'count', value: 1 }))).toBe('number of events')
  })
})

describe('what an asset says', () => {
  const declaration = {
    events: [
      {
        fields: {
          mode: { label: words('mode'), values: { auto: words('self-timed') } },
          stages: { label: words('greens') },
        },
      },
    ],
    attributes: { class: { label: words('road class'), values: { local: words('side street') } } },
    layer: { states: [{ code: 'out', label: words('out of order') }] },
  } as unknown as DeclaredKpi['declaration']
  const text = (name: string, value: unknown) => valueText(declaration, name, value)

  it('is said in words: codes of events, attributes and states, yes and no', () => {
    lang.value = 'zh'
    expect([text('mode', 'auto'), text('class', 'local'), text('state', 'out')]).toEqual([
      'self-timed中',
      'side street中',
      'out of order中',
    ])
    expect([text('open', true), text('open', false), text('load', 12_345.5)]).toEqual([
      '是',
      '否',
      '12,345.5',
    ])
    expect([fieldLabel(declaration, 'class'), fieldLabel(declaration, 'feeder')]).toEqual([
      'road class中',
      'feeder',
    ])
  })

  it('is said without brackets where it is a list', () => {
    const stages = [
      { no: 1, greenS: 30 },
      { no: 2, greenS: 25 },
    ]
    expect([text('stages', stages), text('stages', []), text('x', null)]).toEqual([
      '1: 30 · 2: 25',
      '',
      '–',
    ])
  })
})

describe('a loss', () => {
  const scopes = [{ code: '1', name: words('East') }]
  const lost = (change: Partial<LedgerBreak> = {}): LedgerBreak => ({
    ...{ from: '2025-06-18T08:30:00.000Z', to: '2025-06-18T08:30:10.000Z' },
    ...{ expected: 10, got: 9, unexplained: 1, altered: false, returned: 0, missing: [] },
    ...change,
  })
  const named = (seq: number) => ({
    ...{ asset: 'lamp-7', district: '1', seq, after: null },
    before: '2025-06-18T08:31:05.000Z',
  })

  it('is a number until its asset reports again, and then has a name', () => {
    expect(missingText(lost(), scopes, 3)).toEqual(['1 named when their asset reports again'])
    expect(missingText(lost({ missing: [named(9)] }), scopes, 3)).toEqual([
      'East lamp-7 no. 9 (after –, before 16:31:05)',
    ])
  })

  it('lists a few and counts the rest', () => {
    const many = lost({ got: 3, unexplained: 7, returned: 1, missing: [1, 2, 3].map(named) })
    const lines = missingText(many, scopes, 2)
    expect(lines.slice(2)).toEqual([
      ...['1 more', '1 delivered after all', '3 named when their asset reports again'],
    ])
  })

  it('is not what came too much or was altered', () => {
    expect(missingText(lost({ unexplained: -2 }), scopes, 3)[0]).toContain('2 too many')
    expect(missingText(lost({ altered: true, unexplained: 0 }), scopes, 3)[0]).toContain('bytes')
  })

  it('fits the header in two lines: what and when, then whose', () => {
    const run = { scopes, declarations: { lamp: { label: words('Lamps') } } } as unknown as RunView
    const place: BrokenView = {
      ...{ domain: 'lamp', partition: 7, unexplained: 1, named: null },
      ...{ from: '2025-06-18T08:30:00.000Z', to: '2025-06-18T08:30:10.000Z' },
    }
    expect(brokenText(place, run)).toEqual({
      what: '1 missing 16:30:00–16:30:10',
      where: 'Lamps partition 7, asset not named yet',
    })
    lang.value = 'zh'
    expect(brokenText({ ...place, named: named(9) }, run).where).toBe('East中 lamp-7 第 9 条')
    expect(brokenText({ ...place, unexplained: -1 }, run).what).toContain('多 1 条')
    expect(brokenText({ ...place, unexplained: 0 }, run).what).toContain('内容不符')
  })
})

describe('the ledger’s hint', () => {
  it('states the equation of the proof view, in both languages', () => {
    const terms = ['produced', 'folded', 'late', 'held', 'lost'] as const
    for (const language of ['en', 'zh'] as const) {
      lang.value = language
      const [produced, ...rest] = terms.map((term) => t(`proof.${term}`).toLowerCase())
      const equation = t('ledger.hint').toLowerCase().split(/[;；]/)[0]
      expect(equation).toBe(`${produced} = ${rest.join(' + ')}`)
    }
  })
})
