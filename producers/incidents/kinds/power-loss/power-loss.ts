// Mains lost by the feeder: a substation trips, and what hangs on its feeders goes dark when batteries end.
import { Type } from 'typebox'
import { MINUTE_MS } from '../../../../infra/time.ts'
import type { BySeverity, IncidentKind } from '../../incident.ts'
import { brokenMains, LONGEST_REPAIR_MS } from '../../power.ts'

/** Of the feeders in the area. */
const BROKEN: BySeverity = { blue: 0.25, yellow: 0.5, orange: 0.8, red: 1 }
/** They trip one after the other within so long. */
const CASCADE_MS = 10 * MINUTE_MS

export const powerLoss: IncidentKind = {
  kind: 'power-loss',
  label: { zh: '停电', en: 'Loss of mains' },
  about: {
    zh: '片区馈线相继跳闸，逐条抢修',
    en: 'Feeders of an area trip one after the other and are mended one by one',
  },
  parameters: Type.Object(
    {
      repairHours: Type.Optional(
        Type.Number({
          minimum: 0.25,
          maximum: 12,
          default: 4,
          unit: 'h',
          title: '抢修时长（中位） / median time of repair',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  route: false,
  stepMs: MINUTE_MS,
  aftermathMs: LONGEST_REPAIR_MS,
  effects(incident, world) {
    const { repairHours = 4 } = incident.parameters as { repairHours?: number }
    return [
      brokenMains(incident, world, {
        share: BROKEN[incident.severity],
        at: (_lon, _lat, chance) => incident.from + chance * CASCADE_MS,
        medianHours: repairHours,
        sigma: 0.4,
      }),
    ]
  },
}
