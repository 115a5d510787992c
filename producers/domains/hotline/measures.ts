// What is counted about the hotline: how much comes and by which way, how fast it is forwarded and closed, what waits.
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Measure, measureOf } from '../../simulation/declare.ts'
import type { HotlineClosed, HotlineForwarded, HotlineReceived, HotlineStatus } from './event.ts'

const status = measureOf<HotlineStatus>()
const received = measureOf<HotlineReceived>()
const forwarded = measureOf<HotlineForwarded>()
const closed = measureOf<HotlineClosed>()

/** Three status periods: one lost report does not make a unit dark. */
export const FRESH_MS = 15 * MINUTE_MS
const ANY_EVENT = ['received', 'forwarded', 'closed', 'status']

export const measures: Measure[] = [
  {
    name: 'coverage',
    label: { zh: '热线承办单位接入率', en: 'Hotline units reporting' },
    short: { zh: '热线接入', en: 'Units reporting' },
    rule: {
      zh: '15 分钟内有任一事件的承办单位数 ÷ 规划数',
      en: 'Units with any event within 15 min / planned number',
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
    name: 'received',
    label: { zh: '12345 热线受理量', en: 'Hotline items received' },
    short: { zh: '热线受理', en: 'Hotline items' },
    rule: { zh: '窗口内受理的件数', en: 'Items received in the window' },
    kind: 'count',
    on: ['received'],
    unit: '{item}',
    decimals: 0,
    value: 1,
    good: null,
    headline: 11,
  },
  {
    name: 'online',
    label: { zh: '热线互联网受理占比', en: 'Hotline items by internet' },
    short: { zh: '网上受理', en: 'By internet' },
    rule: { zh: '互联网渠道受理件数 ÷ 受理件数', en: 'Items by internet / items received' },
    kind: 'ratio',
    on: ['received'],
    unit: '1',
    decimals: 0,
    used: received.iff(received.eq('channel', 'internet'), 1, 0),
    of: 1,
    good: null,
  },
  {
    name: 'answered',
    label: { zh: '热线即时答复率', en: 'Hotline items answered at once' },
    short: { zh: '即时答复', en: 'Answered at once' },
    rule: { zh: '当场答复的件数 ÷ 受理件数', en: 'Items answered on the spot / items received' },
    kind: 'ratio',
    on: ['received'],
    unit: '1',
    decimals: 0,
    used: received.iff(received.eq('answered', true), 1, 0),
    of: 1,
    good: 'up',
  },
  {
    name: 'urgent-in-time',
    label: { zh: '热线紧急件及时转派率', en: 'Urgent hotline items forwarded in time' },
    short: { zh: '紧急转派', en: 'Urgent in time' },
    rule: {
      zh: '时限内转派的紧急件数 ÷ 转派的紧急件数',
      en: 'Urgent items forwarded within the limit / urgent items forwarded',
    },
    kind: 'ratio',
    on: ['forwarded'],
    unit: '1',
    decimals: 0,
    used: forwarded.iff(
      forwarded.and(forwarded.eq('urgent', true), forwarded.eq('inTime', true)),
      1,
      0,
    ),
    of: forwarded.iff(forwarded.eq('urgent', true), 1, 0),
    good: 'up',
  },
  {
    name: 'closed-in-time',
    label: { zh: '热线按期办结率', en: 'Hotline items closed in time' },
    short: { zh: '按期办结', en: 'Closed in time' },
    rule: {
      zh: '时限内办结的件数 ÷ 办结的件数',
      en: 'Items closed within their limit / items closed',
    },
    kind: 'ratio',
    on: ['closed'],
    unit: '1',
    decimals: 0,
    used: closed.iff(closed.eq('inTime', true), 1, 0),
    of: 1,
    good: 'up',
  },
  {
    name: 'waiting',
    label: { zh: '热线待办件数', en: 'Hotline items waiting' },
    short: { zh: '热线待办', en: 'Items waiting' },
    rule: {
      zh: '15 分钟内上报的承办单位的待办件数，合计',
      en: 'Sum of items waiting over the units that reported within 15 min',
    },
    kind: 'level',
    on: ANY_EVENT,
    unit: '{item}',
    decimals: 0,
    value: status.field('waiting'),
    freshForMs: FRESH_MS,
    good: 'down',
  },
  {
    name: 'overdue',
    label: { zh: '热线超期待办占比', en: 'Hotline items overdue' },
    short: { zh: '超期待办', en: 'Overdue' },
    rule: {
      zh: '15 分钟内上报的承办单位：超期待办件数 ÷ 待办件数',
      en: 'Of the units that reported within 15 min: items past their limit / items waiting',
    },
    kind: 'gauge',
    on: ['status'],
    unit: '1',
    decimals: 0,
    used: status.field('overdue'),
    of: status.field('waiting'),
    difference: {
      label: { zh: '热线超期待办', en: 'Hotline items overdue' },
      unit: '{item}',
      of: 'used',
    },
    freshForMs: FRESH_MS,
    good: 'down',
    thresholds: [{ above: 0.2, windows: 3, severity: 'warning', scope: 'district' }],
  },
]
