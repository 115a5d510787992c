// What is counted about 5G sites (design.md §6).
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { type Measure, measureOf } from '../../simulation/declare.ts'
import type { SiteStatus } from './event.ts'

const { eq, ne, and, iff, mul } = measureOf<SiteStatus>()

const BUILT_FRESH_MS = 24 * HOUR_MS
const LIVE_FRESH_MS = 40 * MINUTE_MS

const carriesTraffic = and(ne('state', 'out'), ne('state', 'sleep'))

export const measures: Measure[] = [
  {
    name: 'coverage',
    label: { zh: '5G 基站建成率（全部类型）', en: '5G sites built, all kinds' },
    short: { zh: '5G 建成', en: '5G built' },
    rule: {
      zh: '24 小时内上报过的基站数（室外站、室内分布系统、共享站均计）÷ 规划数',
      en: 'Sites that reported within 24 h (outdoor, indoor and shared alike) / planned number',
    },
    kind: 'share',
    on: ['status'],
    unit: '1',
    decimals: 0,
    counts: true,
    freshForMs: BUILT_FRESH_MS,
    good: 'up',
    headline: 5,
  },
  {
    name: 'coverage-outdoor',
    label: { zh: '5G 基站建成率（仅室外站）', en: '5G sites built, outdoor only' },
    short: { zh: '5G 室外站', en: '5G outdoor' },
    rule: {
      zh: '24 小时内上报过的室外站数 ÷ 规划数；2022 年目标按室外站统计为本演示的假设',
      en: 'Outdoor sites that reported within 24 h / planned number; that the 2022 target counts outdoor sites only is an assumption of this demo',
    },
    kind: 'share',
    on: ['status'],
    unit: '1',
    decimals: 0,
    counts: eq('kind', 'outdoor'),
    freshForMs: BUILT_FRESH_MS,
    good: 'up',
  },
  {
    name: 'availability',
    label: { zh: '5G 基站可用率', en: '5G site availability' },
    short: { zh: '5G 可用', en: '5G available' },
    rule: {
      zh: '最近 40 分钟内上报的基站中未退服（含节能休眠）者的占比',
      en: 'Of the sites that reported within 40 min, the share that is not out; energy-saving sleep is not an outage',
    },
    kind: 'gauge',
    on: ['status'],
    unit: '1',
    decimals: 0,
    used: iff(ne('state', 'out'), 1, 0),
    of: 1,
    freshForMs: LIVE_FRESH_MS,
    good: 'up',
    difference: { label: { zh: '退服基站', en: 'Sites out' }, unit: '{site}', of: 'rest' },
    // Off storms no district falls below 0.97, where one feeder of a small one is out; in a storm the worst reaches 0.85.
    thresholds: [
      { below: 0.95, windows: 3, severity: 'critical', scope: 'district' },
      {
        ...{ below: -0.02, againstUsual: 'kpi', windows: 3 },
        ...{ severity: 'warning', scope: 'district' },
      },
    ],
    headline: 6,
    // Worse is stronger: below nine in ten a district is dark.
    shading: { from: 1, to: 0.9 },
  },
  {
    name: 'usage',
    label: { zh: '5G 无线资源平均利用率', en: '5G mean radio load' },
    short: { zh: '5G 负荷', en: '5G load' },
    rule: {
      zh: '最近 40 分钟内上报、未退服且未休眠的基站的 PRB 利用率平均值',
      en: 'Mean PRB load of the sites that reported within 40 min and are neither out nor asleep',
    },
    kind: 'gauge',
    on: ['status'],
    unit: '1',
    decimals: 3,
    used: iff(carriesTraffic, mul('loadPct', 0.01), 0),
    of: iff(carriesTraffic, 1, 0),
    freshForMs: LIVE_FRESH_MS,
    good: null,
    // Load has no bad level, but a tenth more than usual over a whole district is a crowd.
    thresholds: [
      {
        ...{ above: 0.1, againstUsual: 'reading', windows: 5 },
        ...{ severity: 'warning', scope: 'district' },
      },
    ],
    headline: 10,
  },
]
