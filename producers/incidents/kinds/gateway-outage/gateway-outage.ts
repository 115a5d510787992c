// A gateway that is down: what happens behind it is kept, and sent in one burst when it is back.
import { Type } from 'typebox'
import { HOUR_MS } from '../../../../infra/time.ts'
import type { IncidentKind } from '../../incident.ts'

export const gatewayOutage: IncidentKind = {
  kind: 'gateway-outage',
  label: { zh: '网关中断', en: 'Gateway outage' },
  about: {
    zh: '片区数据缓存，恢复后一次补传',
    en: 'Reports of an area are kept and sent in one burst',
  },
  parameters: Type.Object({}, { additionalProperties: false }),
  route: false,
  stepMs: HOUR_MS,
  aftermathMs: 0,
  effects: ({ from, until }) => [{ condition: 'gateway', from, until, at: () => 1 }],
}
