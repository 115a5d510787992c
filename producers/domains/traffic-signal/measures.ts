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
    thresholds: [{ below: 0.9, windows: 3, severity: 'critical', scope: 'city' }],
    headline: 1,
  },
  {
    name: 'usage',
    label: { zh: '自适应控制使用率', en: 'Adaptive control in use' },
    short: { zh: '自适应', en: 'Adaptive' },
    rule: {
      zh: '以自适应方式运行的周期数 ÷ 全部周期数（含离线路口的中心报告）',
      en: 'Cycles run in adaptive mode / all cycles (the hub\u2019s reports of offline junctions included)',
    },
    kind: 'ratio',
    on: ['cycle'],
    unit: '1',
    decimals: 0,
    used: iff(eq('mode', 'adaptive'), 1, 0),
    of: 1,
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
    thresholds: [
      // The second is level of service F of the Highway Capacity Manual, the first a little below its E (55 s).
      { above: 50, windows: 3, severity: 'warning', scope: 'district' },
      { above: 80, windows: 3, severity: 'critical', scope: 'district' },
    ],
    headline: 2,
  },
]
