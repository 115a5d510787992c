// How health sentinels present themselves: labels, layer, states, fields and the operator's command.
import { Type } from 'typebox'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { type Declaration, measureOf } from '../../simulation/declare.ts'
import {
  type StageChange,
  stageChangeSchema,
  type VisitReport,
  visitReportSchema,
} from './event.ts'
import { FRESH_MS, measures } from './measures.ts'
import { SENTINEL_KINDS, STAGE_WORDS } from './words.ts'

export const DEPLOY = 'health.deploy'

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
  commands: [
    {
      name: DEPLOY,
      label: { zh: '启动处置', en: 'Deploy the response' },
      args: Type.Object(
        {
          for: Type.String({
            title: '处置时长 / deploy for',
            description: 'ISO 8601 duration, PT1M to PT24H',
            default: 'PT12H',
          }),
        },
        { additionalProperties: false },
      ),
      effect: {
        zh: '该哨点进入处置阶段（分诊、采样、流调、社区告知）：约 90 分钟后，疫情带来的额外发热就诊减半，直到处置结束；平常的就诊不变。近24小时的流感样占比随后一天内回落',
        en: 'The sentinel goes to the stage deploy (triage, samples, tracing, advice to the neighbourhood): after some 90 min the additional visits with fever fall by half until it ends, the usual ones stay; the share of the last 24 h follows within a day',
      },
      reach: 'asset',
      moves: [
        {
          kpi: 'health-sentinel.deployed',
          where: 'target',
          direction: 'up',
          least: 1,
          most: 1,
          unit: 'kpi',
          when: { zh: '任何时候', en: 'at any time' },
          afterMs: 0,
          forMs: HOUR_MS,
        },
        {
          kpi: 'health-sentinel.fever-visits',
          where: 'target',
          direction: 'down',
          least: 0.1,
          most: 0.6,
          unit: 'reading',
          when: {
            zh: '疫情使该哨点发热就诊至少翻倍时',
            en: 'while illness at least doubles the visits with fever there',
          },
          afterMs: 90 * MINUTE_MS,
          forMs: 6 * HOUR_MS,
        },
      ],
    },
  ],
}
