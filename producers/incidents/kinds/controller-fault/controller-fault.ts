// A control centre that is down: controllers of its area are on their own until it is back.
import { Type } from 'typebox'
import { HOUR_MS } from '../../../../infra/time.ts'
import type { IncidentKind } from '../../incident.ts'

export const controllerFault: IncidentKind = {
  kind: 'controller-fault',
  label: { zh: '信号控制中心故障', en: 'Control-centre fault' },
  about: {
    zh: '片区信号机失联，退回本地方案',
    en: 'Controllers of an area lose their centre and fall back',
  },
  parameters: Type.Object({}, { additionalProperties: false }),
  route: false,
  stepMs: HOUR_MS,
  aftermathMs: 0,
  effects: ({ from, until }) => [{ condition: 'control-centre', from, until, at: () => 1 }],
}
