// How sample points present themselves: labels, layer, states and fields.
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Declaration, measureOf } from '../../../producers/simulation/declare.ts'
import { closedSchema, type SampleDomainStatus, statusSchema } from './event.ts'
import { FRESH_MS, measures } from './measures.ts'

const { field, gt, iff, text } = measureOf<SampleDomainStatus>()

const pointLabels = {
  waiting: { label: { zh: '待办', en: 'Waiting' }, unit: '{case}' },
}

export const declaration: Declaration = {
  domain: 'sample-domain',
  label: { zh: '示例', en: 'Sample' },
  asset: { zh: '点位', en: 'point' },
  cityWide: false,
  cadenceMs: 5 * MINUTE_MS,
  events: [
    {
      name: 'closed',
      type: 'city.sample-domain.closed.v1',
      periodic: false,
      label: { zh: '办结', en: 'case closed' },
      schema: closedSchema,
      fields: {
        ...pointLabels,
        tookMin: { label: { zh: '用时', en: 'Took' }, unit: 'min' },
        outcome: {
          label: { zh: '结果', en: 'Outcome' },
          values: { solved: { zh: '办成', en: 'solved' }, failed: { zh: '未办成', en: 'failed' } },
        },
      },
    },
    {
      name: 'status',
      type: 'city.sample-domain.status.v1',
      periodic: true,
      label: { zh: '状态上报', en: 'status report' },
      schema: statusSchema,
      fields: pointLabels,
    },
  ],
  attributes: { operator: { label: { zh: '运营单位', en: 'Operator' } } },
  layer: {
    shape: 'circle',
    order: 99,
    on: ['closed', 'status'],
    states: [
      { code: 'idle', label: { zh: '空闲', en: 'idle' }, tone: 'muted' },
      { code: 'busy', label: { zh: '办理中', en: 'at work' }, tone: 'normal' },
    ],
    state: iff(gt('waiting', 0), text('busy'), text('idle')),
    value: field('waiting'),
    valueScale: 1,
    valueLabel: { zh: '待办', en: 'Waiting' },
    valueUnit: '{case}',
    freshForMs: FRESH_MS,
  },
  units: { '{case}': { zh: '件', en: 'cases' } },
  measures,
  commands: [],
}
