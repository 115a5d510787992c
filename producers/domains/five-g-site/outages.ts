// When power, transmission and equipment fail: spells that are pure functions of (seed, what fails, day).
import { DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import { MomentaryStream } from '../../simulation/streams.ts'
import type { SpellParameters } from './parameters.ts'

/** [from, to) in ms; from = Infinity: none that day. */
export type Spell = { from: number; to: number }

export const NO_SPELL: Spell = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY }

/**
 * Draws the spell that begins on the city day starting at `dayStart`, or NO_SPELL, from a stream that was begun for it.
 * Lasts at most 24 h, so that looking one day back is enough.
 */
function drawSpell(stream: MomentaryStream, dayStart: number, p: SpellParameters): Spell {
  const happens = stream.uniform() < p.perDay
  const at = stream.uniform()
  if (!happens) return NO_SPELL
  const from = dayStart + Math.floor(at * DAY_MS)
  return { from, to: from + drawLength(stream, p) }
}

/** Whole ms, at most 24 h. */
export function drawLength(
  stream: MomentaryStream,
  p: Pick<SpellParameters, 'medianHours' | 'sigma'>,
): number {
  const hours = stream.logNormal(p.medianHours, p.sigma)
  return Math.min(DAY_MS, Math.ceil(hours * HOUR_MS))
}

/** A day's name within a purpose: `dayStart` is a city midnight. */
export const dayNumber = (dayStart: number): number => Math.ceil(dayStart / DAY_MS)

/**
 * A site's own loss of power and own equipment trouble of one day. Nothing but (seed, site, day) enters: whoever
 * asks, from whichever process and in whichever order, gets the same answer.
 */
export function createTroubles(seed: number, outage: SpellParameters, degraded: SpellParameters) {
  const stream = new MomentaryStream(seed)
  const found = { outage: NO_SPELL, degraded: NO_SPELL }
  return (site: string, dayStart: number) => {
    stream.begin(site, `trouble-${dayNumber(dayStart)}`)
    found.outage = drawSpell(stream, dayStart, outage)
    found.degraded = drawSpell(stream, dayStart, degraded)
    return found
  }
}

/** What happens to one shared thing (a feeder, a transmission node) on one day, by its name. */
export type SharedSpells = (name: string, dayStart: number) => Spell

export function createSharedSpells(
  seed: number,
  purpose: string,
  p: SpellParameters,
): SharedSpells {
  const stream = new MomentaryStream(seed)
  return (name, dayStart) => {
    stream.begin(name, `${purpose}-${dayNumber(dayStart)}`)
    return drawSpell(stream, dayStart, p)
  }
}
