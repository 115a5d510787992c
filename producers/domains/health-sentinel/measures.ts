// What is counted about the sentinels: visits, how many of them with fever, who reports, and where a response is under way.
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Measure, measureOf } from '../../simulation/declare.ts'
import type { StageChange, VisitReport } from './event.ts'

const report = measureOf<VisitReport>()
/** A change of stage has these fields too. */
const any = measureOf<VisitReport | StageChange>()

/** Two reports and some: one that is lost does not make a sentinel dark. */
export const FRESH_MS = 40 * MINUTE_MS
const ANY_EVENT = ['visit-report', 'stage-change']

export const measures: Measure[] = [
  {
    name: 'coverage',
    label: { zh: '公共卫生哨点在报率', en: 'Health sentinels reporting' },
    short: { zh: '哨点在报', en: 'Sentinels reporting' },
    rule: {
      zh: '40 分钟内有任一事件的哨点数 ÷ 规划数',
      en: 'Sentinels with any event within 40 min / planned number',
    },
    kind: 'share',
    on: ANY_EVENT,
    unit: '1',
    decimals: 0,
    counts: true,
    freshForMs: FRESH_MS,
    good: 'up',
    thresholds: [{ below: 0.8, windows: 3, severity: 'critical', scope: 'city' }],
  },
  {
    name: 'visits',
    label: { zh: '哨点门急诊就诊量', en: 'Visits at health sentinels' },
    short: { zh: '门急诊', en: 'Visits' },
    rule: { zh: '窗口内各次上报的就诊人次之和', en: 'Visits in the reports of the window' },
    kind: 'count',
    on: ['visit-report'],
    unit: '{visit}',
    decimals: 0,
    value: report.field('visits'),
    good: null,
  },
  {
    name: 'fever-visits',
    label: { zh: '发热（流感样）就诊量', en: 'Visits with fever (influenza-like)' },
    short: { zh: '发热就诊', en: 'Fever visits' },
    rule: {
      zh: '窗口内各次上报的发热（流感样）就诊人次之和',
      en: 'Visits with fever in the reports of the window',
    },
    kind: 'count',
    on: ['visit-report'],
    unit: '{visit}',
    decimals: 0,
    value: report.field('feverVisits'),
    good: 'down',
  },
  {
    name: 'fever-share',
    label: { zh: '流感样病例占比（ILI%）', en: 'Influenza-like visits (ILI%)' },
    short: { zh: '流感样占比', en: 'ILI share' },
    rule: {
      zh: '40 分钟内上报的哨点近 24 小时：流感样就诊人次 ÷ 门急诊就诊人次',
      en: 'Of the sentinels that reported within 40 min, last 24 h: visits with fever / all visits',
    },
    kind: 'gauge',
    on: ANY_EVENT,
    unit: '1',
    decimals: 0,
    used: any.field('dayFever'),
    of: any.field('dayVisits'),
    freshForMs: FRESH_MS,
    good: 'down',
    thresholds: [
      // Of the whole city: one clinic among a district's few may have more than a tenth of a night by chance.
      { above: 0.07, windows: 5, severity: 'warning', scope: 'city' },
      { above: 0.1, windows: 5, severity: 'critical', scope: 'city' },
      // Shares of 24 h move slowly: a hundredth more than usual is a third more fever.
      {
        ...{ above: 0.01, againstUsual: 'kpi', windows: 5 },
        ...{ severity: 'warning', scope: 'district' },
      },
      {
        ...{ above: 0.03, againstUsual: 'kpi', windows: 5 },
        ...{ severity: 'critical', scope: 'district' },
      },
    ],
    headline: 12,
  },
  {
    name: 'assessing',
    label: { zh: '研判中的哨点', en: 'Sentinels in assessment' },
    short: { zh: '研判中', en: 'Assessing' },
    rule: {
      zh: '40 分钟内上报且处于研判阶段的哨点数',
      en: 'Sentinels that reported within 40 min and are in the stage assess',
    },
    kind: 'level',
    on: ANY_EVENT,
    unit: '{sentinel}',
    decimals: 0,
    value: any.iff(any.eq('stage', 'assess'), 1, 0),
    freshForMs: FRESH_MS,
    good: 'down',
    // Small outbreaks are one sentinel's and come by themselves; three more at once in a district than usual do not.
    thresholds: [
      { ...{ above: 2, againstUsual: 'kpi', windows: 5, severity: 'warning', scope: 'district' } },
    ],
  },
  {
    name: 'deployed',
    label: { zh: '处置中的哨点', en: 'Sentinels with a response' },
    short: { zh: '处置中', en: 'Deployed' },
    rule: {
      zh: '40 分钟内上报且处于处置阶段的哨点数',
      en: 'Sentinels that reported within 40 min and are in the stage deploy',
    },
    kind: 'level',
    on: ANY_EVENT,
    unit: '{sentinel}',
    decimals: 0,
    value: any.iff(any.eq('stage', 'deploy'), 1, 0),
    freshForMs: FRESH_MS,
    good: null,
  },
]
