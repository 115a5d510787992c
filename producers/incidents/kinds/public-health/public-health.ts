// An outbreak: fever visits rise as it spreads, and fall after its height.
import { Type } from 'typebox'
import { exp } from '../../../../infra/maths.ts'
import { HOUR_MS } from '../../../../infra/time.ts'
import type { BySeverity, IncidentKind } from '../../incident.ts'

/** What is added to the usual fever visits at its height (demo assumption). */
const ADDED: BySeverity = { blue: 0.5, yellow: 1, orange: 2, red: 4 }
/** Width of the wave, as a part of its whole length. */
const WIDTH = 0.18

export const publicHealth: IncidentKind = {
  kind: 'public-health',
  label: { zh: '公共卫生事件', en: 'Public-health event' },
  about: { zh: '发热就诊逐日上升后回落', en: 'Fever visits rise day by day, and fall again' },
  parameters: Type.Object({}, { additionalProperties: false }),
  route: false,
  stepMs: HOUR_MS,
  aftermathMs: 0,
  effects({ from, until, planned, severity }) {
    const at = (time: number) => {
      const x = ((time - from) / planned - 0.5) / WIDTH
      return ADDED[severity] * exp(-(x * x) / 2)
    }
    return [{ condition: 'illness', from, until, at }]
  },
}
