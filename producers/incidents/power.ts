// Stretches of mains that an incident breaks: which, when, and until they are mended.
import { HOUR_MS } from '../../infra/time.ts'
import { IncidentChance } from './chance.ts'
import type { Incident, IncidentEffect, IncidentWorld } from './incident.ts'

/** Nobody is without mains for longer than this. */
export const LONGEST_REPAIR_MS = 12 * HOUR_MS

export type Breakage = {
  /** Chance of each stretch in the area. */
  share: number
  /** When it breaks, given its place and a chance in [0, 1); NaN = it does not. */
  at(lon: number, lat: number, chance: number): number
  /** Hours until it is mended: log-normal. */
  medianHours: number
  sigma: number
}

/** `mains` is 1 at all that hangs on a broken stretch; one whose time would come after the incident's end stays whole. */
export function brokenMains(
  incident: Incident,
  { seed, feeders }: IncidentWorld,
  { share, at, medianHours, sigma }: Breakage,
): IncidentEffect {
  const chance = new IncidentChance(seed, incident.id)
  const from = new Float64Array(feeders.length).fill(Number.POSITIVE_INFINITY)
  const to = new Float64Array(feeders.length)
  feeders.forEach(({ name, lon, lat }, f) => {
    const drawn = chance.about(name)
    if (drawn.uniform() >= share) return
    const breaks = Math.ceil(at(lon, lat, drawn.uniform()))
    const hours = drawn.logNormal(medianHours, sigma)
    if (!(breaks < incident.until)) return
    from[f] = breaks
    to[f] = breaks + Math.min(LONGEST_REPAIR_MS, Math.ceil(hours * HOUR_MS))
  })
  return {
    condition: 'mains',
    from: incident.from,
    until: incident.until + LONGEST_REPAIR_MS,
    at: (time, { feeder }) => (feeder >= 0 && time >= from[feeder] && time < to[feeder] ? 1 : 0),
  }
}
