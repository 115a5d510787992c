// What is counted about cases: how many come, how many are open and past their limit, how fast they are dispatched and closed.
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Measure, measureOf } from '../../simulation/declare.ts'
import type { CaseClosed, CaseDispatched, UnitState } from './event.ts'

const unit = measureOf<UnitState>()
const dispatched = measureOf<CaseDispatched>()
const closed = measureOf<CaseClosed>()

/** Three status periods: one lost report does not make a unit dark. */
export const FRESH_MS = 15 * MINUTE_MS
const ANY_EVENT = ['registered', 'dispatched', 'handled', 'verified', 'closed', 'noted', 'status']

export const measures: Measure[] = [
  {
    name: 'coverage',
    label: { zh: '处置队伍接入率', en: 'Handling units reporting' },
    short: { zh: '队伍接入', en: 'Units reporting' },
    rule: {
      zh: '15 分钟内有任一事件的处置队伍数 ÷ 规划数',
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
    name: 'open',
    label: { zh: '未结案件数', en: 'Open cases' },
    short: { zh: '未结案件', en: 'Open cases' },
    rule: {
      zh: '15 分钟内上报的处置队伍的未结案件数，合计',
      en: 'Sum of open cases over the units that reported within 15 min',
    },
    kind: 'level',
    on: ANY_EVENT,
    unit: '{case}',
    decimals: 0,
    value: unit.field('open'),
    freshForMs: FRESH_MS,
    good: 'down',
    headline: 13,
  },
  {
    name: 'overdue',
    label: { zh: '超期案件数', en: 'Overdue cases' },
    short: { zh: '超期案件', en: 'Overdue' },
    rule: {
      zh: '15 分钟内上报的处置队伍的未结案件中，超过所处环节时限的件数，合计',
      en: 'Of the units that reported within 15 min: open cases past the limit of the step they wait for',
    },
    kind: 'level',
    on: ANY_EVENT,
    unit: '{case}',
    decimals: 0,
    value: unit.field('overdue'),
    freshForMs: FRESH_MS,
    good: 'down',
    // A number of cases is large or small only beside what is usual there at that hour.
    thresholds: [
      { ...{ above: 5, againstUsual: 'kpi', windows: 3, severity: 'warning', scope: 'district' } },
    ],
  },
  {
    name: 'on-time',
    label: { zh: '案件按期结案率', en: 'Cases closed on time' },
    short: { zh: '按期结案', en: 'On time' },
    rule: {
      zh: '时限内结案的件数 ÷ 结案的件数',
      en: 'Cases closed within their limit / cases closed',
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
    name: 'urgent-in-time',
    label: { zh: '紧急案件及时派遣率', en: 'Urgent cases dispatched in time' },
    short: { zh: '紧急派遣', en: 'Urgent in time' },
    rule: {
      zh: '时限内派遣的紧急案件数 ÷ 派遣的紧急案件数',
      en: 'Urgent cases dispatched within the limit / urgent cases dispatched',
    },
    kind: 'ratio',
    on: ['dispatched'],
    unit: '1',
    decimals: 0,
    used: dispatched.iff(
      dispatched.and(dispatched.eq('urgent', true), dispatched.eq('inTime', true)),
      1,
      0,
    ),
    of: dispatched.iff(dispatched.eq('urgent', true), 1, 0),
    good: 'up',
  },
  {
    name: 'registered',
    label: { zh: '立案数', en: 'Cases registered' },
    short: { zh: '立案', en: 'Registered' },
    rule: { zh: '窗口内立案的件数', en: 'Cases registered in the window' },
    kind: 'count',
    on: ['registered'],
    unit: '{case}',
    decimals: 0,
    value: 1,
    good: null,
  },
]
