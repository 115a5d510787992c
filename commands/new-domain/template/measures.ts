// What is counted about sample points: how many report, how much is done, how well, and what waits.
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Measure, measureOf } from '../../../producers/simulation/declare.ts'
import type { SampleDomainClosed, SampleDomainStatus } from './event.ts'

const status = measureOf<SampleDomainStatus>()
const closed = measureOf<SampleDomainClosed>()

/** Three status periods: one lost report does not make a point dark. */
export const FRESH_MS = 15 * MINUTE_MS

export const measures: Measure[] = [
  {
    name: 'coverage',
    label: { zh: '示例接入率', en: 'Sample points reporting' },
    short: { zh: '示例接入', en: 'Reporting' },
    rule: {
      zh: '15 分钟内有任一事件的点位数 ÷ 规划数',
      en: 'Points with any event within 15 min / planned number',
    },
    kind: 'share',
    on: ['closed', 'status'],
    unit: '1',
    decimals: 0,
    counts: true,
    freshForMs: FRESH_MS,
    good: 'up',
    thresholds: [{ below: 0.9, windows: 3, severity: 'critical', scope: 'city' }],
  },
  {
    name: 'volume',
    label: { zh: '示例办结数', en: 'Sample cases closed' },
    short: { zh: '示例办结', en: 'Cases closed' },
    rule: { zh: '窗口内办结的件数', en: 'Number of cases closed in the window' },
    kind: 'count',
    on: ['closed'],
    unit: '{case}',
    decimals: 0,
    value: 1,
    good: null,
    headline: 99,
  },
  {
    name: 'solved',
    label: { zh: '示例办成率', en: 'Sample cases solved' },
    short: { zh: '示例办成', en: 'Cases solved' },
    rule: { zh: '办成的件数 ÷ 办结的件数', en: 'Cases solved / cases closed' },
    kind: 'ratio',
    on: ['closed'],
    unit: '1',
    decimals: 0,
    used: closed.iff(closed.eq('outcome', 'solved'), 1, 0),
    of: 1,
    good: 'up',
  },
  {
    name: 'waiting',
    label: { zh: '示例待办数', en: 'Sample cases waiting' },
    short: { zh: '示例待办', en: 'Cases waiting' },
    rule: {
      zh: '15 分钟内上报的点位的待办件数，合计',
      en: 'Sum of cases waiting over the points that reported within 15 min',
    },
    kind: 'level',
    on: ['closed', 'status'],
    unit: '{case}',
    decimals: 0,
    value: status.field('waiting'),
    freshForMs: FRESH_MS,
    good: 'down',
  },
]
