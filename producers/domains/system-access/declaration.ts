// How the industries' access to the hub presents itself: labels, states and fields. City-wide: no points on the map.
import { MINUTE_MS } from '../../../infra/time.ts'
import type { Declaration } from '../../simulation/declare.ts'
import { measureOf } from '../../simulation/declare.ts'
import { type Heartbeat, heartbeatSchema } from './event.ts'
import { measures } from './measures.ts'

const { field, ge, gt, iff, text } = measureOf<Heartbeat>()

export const declaration: Declaration = {
  domain: 'system-access',
  label: { zh: '行业接入', en: 'Hub access' },
  asset: { zh: '行业', en: 'industry' },
  cityWide: true,
  cadenceMs: MINUTE_MS,
  events: [
    {
      name: 'heartbeat',
      type: 'city.system-access.heartbeat.v1',
      periodic: true,
      label: { zh: '心跳', en: 'heartbeat' },
      schema: heartbeatSchema,
      fields: {
        systems: { label: { zh: '系统数', en: 'Systems' }, unit: '{system}' },
        connected: { label: { zh: '已接入', en: 'Connected' }, unit: '{system}' },
        calls: { label: { zh: '调用次数', en: 'Calls' }, unit: '{call}' },
        served: { label: { zh: '成功应答', en: 'Served' }, unit: '{call}' },
      },
    },
  ],
  attributes: {
    slug: { label: { zh: '代号', en: 'Code' } },
  },
  layer: {
    shape: 'diamond',
    order: null,
    on: ['heartbeat'],
    states: [
      { code: 'connected', label: { zh: '全部接入', en: 'all connected' }, tone: 'normal' },
      { code: 'partly', label: { zh: '部分接入', en: 'partly connected' }, tone: 'warning' },
      { code: 'unconnected', label: { zh: '未接入', en: 'not connected' }, tone: 'offline' },
    ],
    state: iff(
      ge('connected', field('systems')),
      text('connected'),
      iff(gt('connected', 0), text('partly'), text('unconnected')),
    ),
    value: field('connected'),
    valueScale: 1,
    valueLabel: { zh: '已接入系统', en: 'Systems connected' },
    valueUnit: '{system}',
    freshForMs: 15 * MINUTE_MS,
  },
  units: {
    '{system}': { zh: '个', en: 'systems' },
    '{call}': { zh: '次', en: 'calls' },
  },
  measures,
  commands: [],
}
