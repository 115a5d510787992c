// How health sentinels present themselves: labels, layer, states and fields.
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Declaration, measureOf } from '../../simulation/declare.ts'
import { commands } from './commands.ts'
import {
  type StageChange,
  stageChangeSchema,
  type VisitReport,
  visitReportSchema,
} from './event.ts'
import { FRESH_MS, measures } from './measures.ts'
import { SENTINEL_KINDS, STAGE_WORDS } from './words.ts'

const { eq, field, iff, ne, text } = measureOf<VisitReport | StageChange>()

const sentinelLabels = {
  stage: { label: { zh: '响应阶段', en: 'Stage' }, values: STAGE_WORDS },
  open: { label: { zh: '开诊', en: 'Open' } },
  dayVisits: { label: { zh: '近24小时就诊', en: 'Visits, 24 h' }, unit: '{visit}' },
  dayFever: { label: { zh: '近24小时发热', en: 'Fever, 24 h' }, unit: '{visit}' },
  recentFever: { label: { zh: '近数小时发热', en: 'Fever, last hours' }, unit: '{visit}' },
  usualFever: { label: { zh: '平常同时段发热', en: 'Fever, usual then' }, unit: '{visit}' },
}

export const declaration: Declaration = {
  domain: 'health-sentinel',
  label: { zh: '公共卫生哨点', en: 'Health sentinels' },
  asset: { zh: '哨点', en: 'sentinel' },
  cityWide: false,
  cadenceMs: 15 * MINUTE_MS,
  events: [
    {
      name: 'visit-report',
      type: 'city.health-sentinel.visit-report.v1',
      periodic: true,
      label: { zh: '就诊上报', en: 'visit report' },
      schema: visitReportSchema,
      fields: {
        ...sentinelLabels,
        visits: { label: { zh: '就诊人次', en: 'Visits' }, unit: '{visit}' },
        feverVisits: { label: { zh: '发热（流感样）', en: 'With fever' }, unit: '{visit}' },
      },
    },
    {
      name: 'stage-change',
      type: 'city.health-sentinel.stage-change.v1',
      periodic: false,
      label: { zh: '阶段变更', en: 'change of stage' },
      schema: stageChangeSchema,
      fields: {
        ...sentinelLabels,
        before: { label: { zh: '原阶段', en: 'Stage before' }, values: STAGE_WORDS },
      },
    },
  ],
  attributes: {
    kind: { label: { zh: '机构类型', en: 'Kind' }, values: SENTINEL_KINDS },
    team: { label: { zh: '处置队', en: 'Response team' } },
    visitsPerDay: { label: { zh: '日均就诊', en: 'Visits a day' }, unit: '{visit}' },
  },
  layer: {
    shape: 'bar',
    order: 7,
    on: ['visit-report', 'stage-change'],
    states: [
      { code: 'sense', label: STAGE_WORDS.sense, tone: 'normal' },
      { code: 'shut', label: { zh: '未开诊', en: 'not open' }, tone: 'muted' },
      { code: 'assess', label: STAGE_WORDS.assess, tone: 'warning' },
      { code: 'deploy', label: STAGE_WORDS.deploy, tone: 'critical' },
      { code: 'close', label: STAGE_WORDS.close, tone: 'muted' },
    ],
    state: iff(ne('stage', 'sense'), 'stage', iff(eq('open', true), text('sense'), text('shut'))),
    value: field('recentFever'),
    valueScale: 1,
    valueLabel: { zh: '近数小时发热', en: 'Fever, last hours' },
    valueUnit: '{visit}',
    freshForMs: FRESH_MS,
  },
  units: {
    '{visit}': { zh: '人次', en: 'visits' },
    '{sentinel}': { zh: '个', en: 'sentinels' },
  },
  measures,
  commands,
}
