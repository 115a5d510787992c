// What is counted about parking (design.md §6). All three events carry the lot's state, so each updates all measures.
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Measure, measureOf } from '../../simulation/declare.ts'
import type { LotState } from './event.ts'

const { field, sub } = measureOf<LotState>()

/** Three status periods: one lost report does not make a lot dark. */
export const FRESH_MS = 15 * MINUTE_MS
const ANY_EVENT = ['entry', 'exit', 'status']

export const measures: Measure[] = [
  {
    name: 'coverage',
    label: { zh: '停车场接入率', en: 'Parking lots reporting' },
    short: { zh: '停车接入', en: 'Lots reporting' },
    rule: {
      zh: '15 分钟内有任一事件（入场、出场、状态）的停车场数 ÷ 规划数',
      en: 'Lots with any event (entry, exit, status) within 15 min / planned number',
    },
    kind: 'share',
    on: ANY_EVENT,
    unit: '1',
    decimals: 0,
    counts: true,
    freshForMs: FRESH_MS,
    good: 'up',
    thresholds: [
      { below: 0.8, windows: 3, severity: 'critical', scope: 'city' },
      // A district whose gateway is cut off goes silent as a whole; the city's share hardly moves.
      {
        ...{ below: -0.05, againstUsual: 'kpi', windows: 3 },
        ...{ severity: 'warning', scope: 'district' },
      },
    ],
  },
  {
    name: 'usage',
    label: { zh: '泊位占用率', en: 'Parking occupancy' },
    short: { zh: '停车占用', en: 'Occupancy' },
    rule: {
      zh: '15 分钟内上报的停车场：在场车辆数 ÷ 泊位数',
      en: 'Of the lots that reported within 15 min: cars inside / spaces',
    },
    kind: 'gauge',
    on: ANY_EVENT,
    unit: '1',
    decimals: 0,
    used: field('occupied'),
    of: field('capacity'),
    freshForMs: FRESH_MS,
    good: null,
    thresholds: [
      { above: 0.92, windows: 3, severity: 'warning', scope: 'district' },
      // Half full at that hour and filling: a crowd comes by car long before the district is full.
      {
        ...{ above: 0.05, againstUsual: 'kpi', windows: 5, severity: 'warning', scope: 'district' },
      },
    ],
    headline: 4,
    shading: { from: 0, to: 1 },
  },
  {
    name: 'free',
    label: { zh: '空余泊位', en: 'Free parking spaces' },
    short: { zh: '停车余位', en: 'Free spaces' },
    rule: {
      zh: '15 分钟内上报的停车场：泊位数 − 在场车辆数，合计',
      en: 'Sum of spaces − cars inside over the lots that reported within 15 min',
    },
    kind: 'level',
    on: ANY_EVENT,
    unit: '{space}',
    decimals: 0,
    value: sub('capacity', 'occupied'),
    freshForMs: FRESH_MS,
    good: 'up',
    headline: 3,
  },
]
