// How the hotline presents itself: labels, layer, states, fields and the operator's command.
import { Type } from 'typebox'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { durationArgument } from '../../simulation/command-args.ts'
import { type Declaration, measureOf } from '../../simulation/declare.ts'
import {
  closedSchema,
  forwardedSchema,
  type HotlineStatus,
  receivedSchema,
  statusSchema,
} from './event.ts'
import { FRESH_MS, measures } from './measures.ts'
import { CATEGORY_WORDS, CHANNEL_WORDS, UNIT_KINDS } from './words.ts'

export const REINFORCE = 'hotline.reinforce'

const { field, gt, iff, mul, text } = measureOf<HotlineStatus>()

const unitLabels = {
  waiting: { label: { zh: '待办', en: 'Waiting' }, unit: '{item}' },
}
const category = { label: { zh: '类别', en: 'Category' }, values: CATEGORY_WORDS }
const urgent = { label: { zh: '紧急', en: 'Urgent' } }
const inTime = { label: { zh: '按期', en: 'In time' } }

export const declaration: Declaration = {
  domain: 'hotline',
  label: { zh: '政务热线', en: 'Hotline' },
  asset: { zh: '承办单位', en: 'unit' },
  cityWide: false,
  cadenceMs: 5 * MINUTE_MS,
  events: [
    {
      name: 'received',
      type: 'city.hotline.received.v1',
      periodic: false,
      label: { zh: '受理', en: 'item received' },
      schema: receivedSchema,
      fields: {
        ...unitLabels,
        category,
        channel: { label: { zh: '渠道', en: 'Channel' }, values: CHANNEL_WORDS },
        urgent,
        answered: { label: { zh: '当场答复', en: 'Answered at once' } },
      },
    },
    {
      name: 'forwarded',
      type: 'city.hotline.forwarded.v1',
      periodic: false,
      label: { zh: '转派', en: 'item forwarded' },
      schema: forwardedSchema,
      fields: {
        ...unitLabels,
        urgent,
        tookMin: { label: { zh: '用时', en: 'Took' }, unit: 'min' },
        inTime,
      },
    },
    {
      name: 'closed',
      type: 'city.hotline.closed.v1',
      periodic: false,
      label: { zh: '办结', en: 'item closed' },
      schema: closedSchema,
      fields: {
        ...unitLabels,
        category,
        tookH: { label: { zh: '用时', en: 'Took' }, unit: 'h' },
        inTime,
      },
    },
    {
      name: 'status',
      type: 'city.hotline.status.v1',
      periodic: true,
      label: { zh: '状态上报', en: 'status report' },
      schema: statusSchema,
      fields: {
        ...unitLabels,
        overdue: { label: { zh: '超期', en: 'Overdue' }, unit: '{item}' },
      },
    },
  ],
  attributes: { kind: { label: { zh: '单位类型', en: 'Kind of unit' }, values: UNIT_KINDS } },
  layer: {
    shape: 'hexagon',
    order: 5,
    on: ['status'],
    states: [
      { code: 'idle', label: { zh: '无待办', en: 'nothing waits' }, tone: 'muted' },
      { code: 'at-work', label: { zh: '办理中', en: 'at work' }, tone: 'normal' },
      { code: 'behind', label: { zh: '超期较多', en: 'behind' }, tone: 'warning' },
    ],
    // Behind: more than a fifth of what waits is past its limit.
    state: iff(
      gt(mul('overdue', 5), field('waiting')),
      text('behind'),
      iff(gt('waiting', 0), text('at-work'), text('idle')),
    ),
    value: field('waiting'),
    valueScale: 1,
    valueLabel: { zh: '待办', en: 'Waiting' },
    valueUnit: '{item}',
    freshForMs: FRESH_MS,
  },
  units: { '{item}': { zh: '件', en: 'items' } },
  measures,
  commands: [
    {
      name: REINFORCE,
      label: { zh: '增派人手', en: 'Reinforce the unit' },
      args: Type.Object(
        {
          for: durationArgument('增派时长 / reinforce for', 'PT4H'),
        },
        { additionalProperties: false },
      ),
      effect: {
        zh: '此期间受理的件，转派与办理用时减半',
        en: 'Items that come meanwhile are forwarded and closed in half the time',
      },
      reach: 'asset',
      moves: [
        {
          kpi: 'hotline.urgent-in-time',
          where: 'target',
          direction: 'up',
          least: 0,
          most: 0.15,
          unit: 'kpi',
          when: { zh: '白天', en: 'By day' },
          afterMs: 0,
          forMs: 4 * HOUR_MS,
        },
      ],
    },
  ],
}
