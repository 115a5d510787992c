// The city in one sentence: every kind of state in both languages, and never "all well" without knowing it.
import { beforeEach, describe, expect, it } from 'vitest'
import type { AlertView, FindingView, RunView } from '../../../../../console/messages.ts'
import { lang } from '../../../../../console/web/i18n/i18n.ts'
import type { DeclaredKpi } from '../../../../../console/web/store/kpi/measures.ts'
import { findingText } from '../../../../../console/web/ui/alerts/finding-text.ts'
import {
  type Doubt,
  type VerdictFacts,
  verdictOf,
  verdictSentence,
} from '../../../../../console/web/ui/alerts/verdict-sentence.ts'

const declaration = {
  domain: 'lamp',
  asset: { zh: '路灯', en: 'lamp' },
  label: { zh: '路灯', en: 'lamps' },
  attributes: {
    string: {
      label: { zh: '灯串', en: 'String' },
      together: { zh: '一串灯断电', en: 'one string dark' },
    },
    maker: { label: { zh: '厂商', en: 'Maker' } },
  },
  layer: { states: [{ code: 'dark', label: { zh: '不亮', en: 'dark' }, tone: 'critical' }] },
}
const run = {
  scopes: [
    { code: '0', name: { zh: '全市', en: 'City' } },
    { code: '1', name: { zh: '东区', en: 'East' } },
    { code: '2', name: { zh: '西区', en: 'West' } },
    { code: '3', name: { zh: '南区', en: 'South' } },
  ],
  declarations: { lamp: declaration },
} as unknown as RunView
const kpi = {
  id: 'lamp.delay',
  measure: { label: { zh: '平均延误', en: 'mean delay' }, unit: 's' },
} as unknown as DeclaredKpi

const alert = (more: Partial<AlertView> = {}): AlertView => ({
  ...{ epoch: 1, id: 'a', group: 'a', kpi: 'lamp.delay', scope: '1', severity: 'critical' },
  ...{ openedAt: '2025-06-18T08:40:00.000Z', closedAt: null, value: 81, threshold: 60, windows: 3 },
  ...more,
})
const finding = (more: Partial<FindingView> = {}): FindingView => ({
  ...{ epoch: 1, id: 'f', domain: 'lamp', attribute: 'string', value: 'string-7', state: 'dark' },
  ...{ count: 146, of: 150, usual: 0.01, since: '2025-06-18T08:43:00.000Z', sinceAtLatest: false },
  ...{ until: null, districts: [{ code: '2', count: 146 }], lon: 113, lat: 23, km: 1 },
  ...more,
})
const calm: VerdictFacts = {
  ...{ run, doubt: null, chosen: null, alerts: [], findings: [], incidents: [], deviations: [] },
  plan: { total: 3, met: 1, track: 1, behind: ['甲'] },
}
const sentence = (more: Partial<VerdictFacts>) => verdictSentence(verdictOf({ ...calm, ...more }))
const lead = (more: Partial<VerdictFacts>) => verdictOf({ ...calm, ...more }).lead

beforeEach(() => {
  lang.value = 'zh'
})

describe('the verdict', () => {
  it('says that all is well, against what it was judged, and the plan', () => {
    expect(verdictOf(calm)).toEqual({
      tone: 'normal',
      lead: '全市运行平稳：3 区均在常态内',
      parts: [
        {
          ...{
            key: 'plan',
            to: { kind: 'plan' },
            text: '规划 3 项：1 达成 · 1 按规划 · 1 落后（甲）',
          },
          spoken: '规划 3 项：1 项达成或超前，1 项按规划，1 项落后',
        },
      ],
    })
    expect(lead({ deviations: null })).toBe('全市运行平稳：3 区均无告警')
    lang.value = 'en'
    expect(sentence({ plan: null })).toBe('All normal: 3 districts as usual')
    expect(lead({ deviations: null })).toBe('All normal: no alert in 3 districts')
  })

  it('never says so of what it does not know', () => {
    const doubts: [Doubt, string][] = [
      ['lost', '连接已断开，以下为最后已知'],
      ['stale', '数据停滞，以下为最后已知'],
      ['ended', '本次运行已结束，以下为结束时'],
      ['warming', '预热中，尚不能下结论'],
    ]
    for (const [doubt, said] of doubts) {
      expect(verdictOf({ ...calm, doubt })).toMatchObject({ tone: 'offline', lead: said })
    }
    expect(verdictOf({ ...calm, run: null, doubt: 'connecting' })).toEqual({
      ...{ tone: 'offline', lead: '正在连接城市…', parts: [] },
    })
    // What is wrong is known before all is.
    expect(lead({ doubt: 'warming', findings: [finding()] })).toBe('总体平稳，1 区需关注')
    expect(lead({ doubt: 'stale', findings: [finding()] })).toBe('数据停滞，以下为最后已知')
  })

  it('names the worst first, where, how much and against what', () => {
    const facts: Partial<VerdictFacts> = {
      alerts: [
        { alert: alert(), kpi },
        { alert: alert({ id: 'a2' }), kpi },
        { alert: alert({ id: 'a3', scope: '2' }), kpi },
        {
          kpi,
          alert: alert({
            ...{ id: 'b', group: 'b', scope: '3', severity: 'warning' },
            against: { usual: 27, difference: 10, unit: 'kpi' },
          }),
        },
      ],
      plan: null,
    }
    expect(verdictOf({ ...calm, ...facts })).toMatchObject({ tone: 'critical', lead: '3 区告警' })
    expect(sentence(facts)).toBe(
      '3 区告警；东区 平均延误 81秒，阈值 60秒，同组共 3 项；南区 平均延误 81秒，常态 27秒',
    )
    lang.value = 'en'
    expect(sentence(facts)).toBe(
      'Alerts in 3; East mean delay 81 s, threshold 60 s, 3 in its group; South mean delay 81 s, usually 27 s',
    )
  })

  it('counts districts once, and says when they are most of the city', () => {
    const deviations = ['1', '2'].map((code) => ({ code, kpi, value: 38, by: '+10秒' }))
    expect(lead({ deviations, findings: [finding()] })).toBe('2 区需关注')
    expect(sentence({ deviations: deviations.slice(0, 1), plan: null })).toBe(
      '总体平稳，1 区需关注；东区 平均延误 38秒，差于常态 +10秒',
    )
  })

  it('leaves room for the plan: three links at most', () => {
    const deviations = ['1', '2', '3'].map((code) => ({ code, kpi, value: 38, by: '+10秒' }))
    const keys = verdictOf({ ...calm, deviations }).parts.map(({ key }) => key)
    expect(keys).toEqual(['district 1', 'district 2', 'plan'])
    expect(verdictOf({ ...calm, deviations, plan: null }).parts).toHaveLength(3)
  })

  it('is of the district that is looked at', () => {
    const facts = { chosen: '1', findings: [finding()], plan: null }
    expect(sentence(facts)).toBe('东区平稳：各项均在常态内')
    expect(lead({ ...facts, chosen: '2' })).toBe('西区需关注')
    expect(lead({ chosen: '1', alerts: [{ alert: alert(), kpi }] })).toBe('东区告警')
    // One whose group began elsewhere is this district's as well.
    const both = [alert(), alert({ id: 'a2', scope: '2' })].map((one) => ({ alert: one, kpi }))
    expect(lead({ chosen: '2', alerts: both })).toMatch(/告警$/)
    expect(lead({ ...facts, deviations: null })).toBe('东区平稳：无告警')
    lang.value = 'en'
    expect(lead({ ...facts, chosen: '2' })).toBe('Watch West')
  })

  it('says of an incident without a district that it is in the city', () => {
    const incident = { id: 'i', from: '2025-06-18T09:00:00.000Z' } as never
    const facts = {
      incidents: [{ incident, where: '塔', kind: '暴雨', district: null }],
      plan: null,
    }
    expect(sentence(facts)).toBe('全市有事件；塔 暴雨（17:00 起）')
  })

  it('says what of the plan is not known', () => {
    const plan = { total: 13, met: 7, track: 3, behind: ['甲', '乙', '丙'] }
    expect(verdictOf({ ...calm, plan: { ...plan, track: 2 } }).parts[0].text).toBe(
      '规划 13 项：7 达成 · 2 按规划 · 3 落后 · 1 未知（甲、乙…）',
    )
    const none = { total: 13, met: 0, track: 0, behind: [] }
    expect(verdictOf({ ...calm, plan: none }).parts).toEqual([])
    expect(verdictOf({ ...calm, plan }).parts[0].text).toBe(
      '规划 13 项：7 达成 · 3 按规划 · 3 落后（甲、乙…）',
    )
  })
})

describe('a finding in words', () => {
  it('says what it comes to only where most of the group is abnormal', () => {
    expect(findingText(finding(), run)).toBe('西区 一串灯断电：146 个路灯不亮（16:43 起）')
    expect(findingText(finding({ count: 60 }), run)).toBe(
      '西区 灯串 7 异常：150 个路灯中 60 个不亮（16:43 起）',
    )
    expect(findingText(finding({ attribute: 'maker', value: 'M 1', state: 'silent' }), run)).toBe(
      '西区 厂商 M 1 异常：150 个路灯中 146 个超时未报（16:43 起）',
    )
  })

  it('says from when to when, and when nobody knows since when', () => {
    const until = '2025-06-18T09:00:00.000Z'
    expect(findingText(finding({ until }), run)).toContain('（16:43 至 17:00）')
    expect(findingText(finding({ sinceAtLatest: true }), run)).toContain('（16:43 前起）')
    lang.value = 'en'
    expect(findingText(finding({ until }), run)).toBe(
      'West one string dark: 146 of its lamps dark from 16:43 to 17:00',
    )
  })

  it('is one sentence for several of a kind', () => {
    const other = finding({
      ...{ id: 'g', count: 54, since: '2025-06-18T08:41:00.000Z' },
      districts: [{ code: '1', count: 54 }],
    })
    const facts = { findings: [finding(), other], plan: null }
    expect(sentence(facts)).toBe('2 区需关注；西区等 2 区 2 处灯串异常：200 个路灯不亮（16:41 起）')
    lang.value = 'en'
    expect(sentence(facts)).toBe(
      '2 districts to watch; West and others, 2 districts 2 × String abnormal: 200 lamps dark since 16:41',
    )
  })
})
