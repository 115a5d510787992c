// What is counted about traffic signals (design.md §6).
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Measure, measureOf } from '../../simulation/declare.ts'
import type { Cycle } from './event.ts'

const { eq, ne, field, iff, mul } = measureOf<Cycle>()

/** Four of the longest cycles. */
export const FRESH_MS = 10 * MINUTE_MS

export const measures: Measure[] = [
  {
    name: 'coverage',
    label: { zh: '信号路口在线率', en: 'Signal junctions online' },
    short: { zh: '信号接入', en: 'Signals online' },
    rule: {
      zh: '10 分钟内上报且未离线的路口数 ÷ 规划数',
      en: 'Junctions that reported within 10 min and are not offline / planned number',
    },
    kind: 'share',
    on: ['cycle'],
    unit: '1',
    decimals: 0,
    counts: ne('mode', 'offline'),
    freshForMs: FRESH_MS,
    good: 'up',
    thresholds: [
      { below: 0.8, windows: 3, severity: 'critical', scope: 'city' },
      // Junctions without power come by the feeder; the city's share is long unmoved.
      {
        ...{ below: -0.05, againstUsual: 'kpi', windows: 3 },
        ...{ severity: 'warning', scope: 'district' },
      },
    ],
    headline: 1,
  },
  {
    name: 'usage',
    label: { zh: '自适应控制使用率', en: 'Adaptive control in use' },
    short: { zh: '自适应', en: 'Adaptive' },
    rule: {
      zh: '以自适应方式运行的周期数 ÷ 全部周期数（含离线路口的中心报告，不计封闭路口）',
      en: 'Cycles run in adaptive mode / all cycles (the hub\u2019s reports of offline junctions included, closed junctions left out)',
    },
    kind: 'ratio',
    on: ['cycle'],
    unit: '1',
    decimals: 0,
    used: iff(eq('mode', 'adaptive'), 1, 0),
    of: iff(ne('mode', 'closed'), 1, 0),
    good: 'up',
  },
  {
    name: 'delay',
    label: { zh: '路口平均延误', en: 'Mean delay at junctions' },
    short: { zh: '平均延误', en: 'Mean delay' },
    rule: {
      zh: 'Σ 通过车辆数 × 车均延误 ÷ Σ 通过车辆数',
      en: 'Sum of vehicles served × mean wait / sum of vehicles served',
    },
    kind: 'ratio',
    on: ['cycle'],
    unit: 's',
    decimals: 1,
    used: mul('volume', 'delayS'),
    of: field('volume'),
    good: 'down',
    difference: {
      label: { zh: '车辆延误总量', en: 'Vehicle delay' },
      unit: '{vehicle}.h',
      of: 'used',
      per: 3600,
    },
    thresholds: [
      // Level of service F of the Highway Capacity Manual. Below it a bad evening needs no cause: E (55 s) comes by itself.
      { above: 80, windows: 3, severity: 'critical', scope: 'district' },
      // What a closed road or a rain front does first: less than half a queue more than usual, all over the district.
      {
        ...{ above: 10, againstUsual: 'kpi', windows: 3, severity: 'warning', scope: 'district' },
      },
    ],
    headline: 2,
    shading: { from: 0, to: 60 },
  },
]
