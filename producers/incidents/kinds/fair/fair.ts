// A trade fair: every day of it people come in the morning and leave in the evening, most of them by car.
import { Type } from 'typebox'
import { cityTimeOfDay, HOUR_MS, MINUTE_MS } from '../../../../infra/time.ts'
import type { BySeverity, IncidentKind } from '../../incident.ts'

/** What is added to the usual demand at its height (demo assumption). */
const ADDED: BySeverity = { blue: 0.5, yellow: 1, orange: 2, red: 3 }

export const fair: IncidentKind = {
  kind: 'fair',
  label: { zh: '展会', en: 'Trade fair' },
  about: {
    zh: '展期内每日客商往返，周边车位外溢，错时共享启用',
    en: 'Visitors by day: car parks around it overflow, shared spaces fill',
  },
  parameters: Type.Object(
    {
      opens: Type.Optional(
        Type.Number({
          minimum: 0,
          maximum: 24,
          default: 9,
          title: '开馆（几点） / opens, hour of day',
        }),
      ),
      closes: Type.Optional(
        Type.Number({
          minimum: 0,
          maximum: 24,
          default: 18,
          title: '闭馆（几点） / closes, hour of day',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  route: false,
  stepMs: 10 * MINUTE_MS,
  aftermathMs: 0,
  effects({ from, until, severity, parameters }) {
    const { opens = 9, closes = 18 } = parameters as { opens?: number; closes?: number }
    const at = (time: number) => {
      const hour = cityTimeOfDay(time) / HOUR_MS
      // Two hours of coming and of leaving.
      const there = Math.min(1, (hour - opens + 1) / 2, (closes + 1 - hour) / 2)
      return ADDED[severity] * Math.max(0, there)
    }
    return [{ condition: 'crowd', from, until, at }]
  },
}
