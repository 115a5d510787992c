// What is counted about the industries' access to the hub (design.md §6).
import { MINUTE_MS } from '../../../infra/time.ts'
import { type Measure, measureOf } from '../../simulation/declare.ts'
import type { Heartbeat } from './event.ts'

const { field, gt } = measureOf<Heartbeat>()

export const measures: Measure[] = [
  {
    name: 'coverage',
    label: { zh: '行业接入覆盖率', en: 'Industries connected to the hub' },
    short: { zh: '行业接入', en: 'Hub coverage' },
    rule: {
      zh: '最近 15 分钟内上报且至少接入一个系统的行业数 ÷ 行业总数',
      en: 'Industries that reported within 15 min with at least one system connected / all industries',
    },
    kind: 'share',
    on: ['heartbeat'],
    unit: '1',
    decimals: 0,
    counts: gt('connected', 0),
    freshForMs: 15 * MINUTE_MS,
    good: 'up',
    headline: 9,
  },
  {
    name: 'usage',
    label: { zh: '接口调用成功率', en: 'Calls served' },
    short: { zh: '调用成功', en: 'Calls served' },
    rule: {
      zh: '成功应答的调用次数 ÷ 全部调用次数',
      en: 'Calls that were answered / all calls',
    },
    kind: 'ratio',
    on: ['heartbeat'],
    unit: '1',
    decimals: 0,
    used: field('served'),
    of: field('calls'),
    difference: { label: { zh: '未成功调用', en: 'Calls not served' }, unit: '{call}', of: 'rest' },
    good: 'up',
  },
]
