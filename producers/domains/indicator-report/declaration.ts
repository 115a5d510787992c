// How the plan's slow indicators present themselves. City-wide: no points on the map.
import { DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import type { Declaration } from '../../simulation/declare.ts'
import { measureOf } from '../../simulation/declare.ts'
import { type Report, reportSchema } from './event.ts'
import { measures } from './measures.ts'

const { text } = measureOf<Report>()

export const declaration: Declaration = {
  domain: 'indicator-report',
  label: { zh: '指标报送', en: 'Indicator reports' },
  asset: { zh: '指标', en: 'indicator' },
  cityWide: true,
  cadenceMs: DAY_MS,
  events: [
    {
      name: 'report',
      type: 'city.indicator-report.report.v1',
      periodic: true,
      label: { zh: '报送', en: 'report' },
      schema: reportSchema,
      fields: {
        value: { label: { zh: '数值', en: 'Value' } },
        unit: { label: { zh: '单位', en: 'Unit' } },
        period: { label: { zh: '数据期', en: 'Figure of' } },
        published: { label: { zh: '公布日期', en: 'Published' } },
      },
    },
  ],
  attributes: {
    slug: { label: { zh: '代号', en: 'Code' } },
    target: { label: { zh: '规划目标代号', en: 'Code of the plan target' } },
  },
  layer: {
    shape: 'diamond',
    order: null,
    on: ['report'],
    states: [{ code: 'reported', label: { zh: '已报送', en: 'reported' }, tone: 'normal' }],
    state: text('reported'),
    value: 1,
    valueScale: 1,
    valueLabel: { zh: '已报送', en: 'Reported' },
    valueUnit: '1',
    freshForMs: 72 * HOUR_MS,
  },
  measures,
  commands: [],
}
