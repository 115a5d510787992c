// Storms that break feeders: when the weather has one, in patches a few kilometres wide. Pure in (seed, date, place).
import { blended } from '../../../infra/maths.ts'
import { DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import { dayNumber, drawLength, NO_SPELL, type Spell } from '../../simulation/spells.ts'
import { MomentaryStream } from '../../simulation/streams.ts'
import type { StormParameters } from './parameters.ts'

/** Rain of a storm in a district (scope) in the hour that `time` lies in, mm; 0 where there is no storm. */
export type StormRain = (time: number, scope: number) => number

/** One stretch of the mains and where it lies: its sites are lost together. */
export type Feeder = { name: string; scope: number; lon: number; lat: number }

const HOURS = 24
const KM_PER_DEGREE = 111.2
/** Feeders fail from an hour before the storm's heaviest rain to two hours after it. */
const LEAD_MS = HOUR_MS
const SPREAD_MS = 3 * HOUR_MS

/** The loss of mains that a storm brings a feeder on a day, or NO_SPELL. */
export type Storms = (feeder: Feeder, dayStart: number) => Spell

/**
 * On a day with a storm the patches of a smooth random field
 * (knots `patchKm` apart, the same for neighbouring districts) that reach over a bound are hit, and
 * each feeder there is lost with the chance `feederShare`.
 */
export function createStorms(seed: number, p: StormParameters, rain: StormRain): Storms {
  const stream = new MomentaryStream(seed)
  const heaviest = createHeaviest(rain)
  const step = p.patchKm / KM_PER_DEGREE

  function knot(x: number, y: number, day: number): number {
    stream.begin(`${x}/${y}`, `storm-${day}`)
    return stream.uniform()
  }

  /** In [0, 1]. */
  const field = ({ lon, lat }: Feeder, day: number) =>
    blended(lon / step, lat / step, (x, y) => knot(x, y, day))

  return (feeder, dayStart) => {
    const worst = heaviest(feeder.scope, dayStart)
    if (worst.mmH === 0) return NO_SPELL
    const day = dayNumber(dayStart)
    if (field(feeder, day) < p.hitAbove) return NO_SPELL
    stream.begin(feeder.name, `storm-${day}`)
    if (stream.uniform() >= p.feederShare) return NO_SPELL
    const moved = worst.at - LEAD_MS + Math.floor(stream.uniform() * SPREAD_MS)
    const from = Math.min(Math.max(moved, dayStart), dayStart + DAY_MS - 1)
    return { from, to: from + drawLength(stream, p) }
  }
}

type Heaviest = { at: number; mmH: number }

/** The hour of a district's heaviest storm rain on a day, remembered for the days asked about of late. */
function createHeaviest(rain: StormRain): (scope: number, dayStart: number) => Heaviest {
  // Not saved: pure in the weather; found again.
  const known: (Map<number, Heaviest> | undefined)[] = []
  return (scope, dayStart) => {
    let days = known[scope]
    if (days === undefined || days.size > 32) {
      days = new Map()
      known[scope] = days
    }
    let found = days.get(dayStart)
    if (found === undefined) {
      found = { at: dayStart, mmH: 0 }
      for (let hour = 0; hour < HOURS; hour++) {
        const at = dayStart + hour * HOUR_MS + HOUR_MS / 2
        const mmH = rain(at, scope)
        if (mmH > found.mmH) found = { at, mmH }
      }
      days.set(dayStart, found)
    }
    return found
  }
}
