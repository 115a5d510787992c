// What is counted about the slow indicators: each asset's latest value is a KPI of its own (design.md §6).
import { HOUR_MS } from '../../../infra/time.ts'
import { type Measure, measureOf } from '../../simulation/declare.ts'
import type { Report } from './event.ts'

const { field } = measureOf<Report>()

/** Decimals of every reported value: a share of GDP needs four. */
export const VALUE_DECIMALS = 4

export const measures: Measure[] = [
  {
    name: 'value',
    label: { zh: '指标最新值', en: 'Latest value of an indicator' },
    short: { zh: '指标', en: 'Indicator' },
    rule: {
      zh: '最近 72 小时内报送的最新值；年度、季度、月度数据取已公布的最近一期',
      en: 'Latest value reported within 72 h; of figures by year, quarter or month the newest that is out',
    },
    kind: 'level',
    on: ['report'],
    unit: '1',
    decimals: VALUE_DECIMALS,
    value: field('value'),
    freshForMs: 72 * HOUR_MS,
    per: 'asset',
    good: 'up',
  },
]
