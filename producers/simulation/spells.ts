// When things fail: spells that are pure functions of (seed, what fails, day), each begun on a city day and over within another.
import { DAY_MS, HOUR_MS } from '../../infra/time.ts'
import { MomentaryStream } from './streams.ts'

/** How often a day has one, and its log-normal length. */
export type SpellOdds = { perDay: number; medianHours: number; sigma: number }

/** [from, to) in ms; from = Infinity: none that day. */
export type Spell = { from: number; to: number }

export const NO_SPELL: Spell = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY }

/**
 * Draws the spell that begins on the city day starting at `dayStart`, or NO_SPELL, from a stream that was begun for it.
 * Lasts at most 24 h, so that looking one day back is enough.
 */
export function drawSpell(stream: MomentaryStream, dayStart: number, p: SpellOdds): Spell {
  const happens = stream.uniform() < p.perDay
  const at = stream.uniform()
  if (!happens) return NO_SPELL
  const from = dayStart + Math.floor(at * DAY_MS)
  return { from, to: from + drawLength(stream, p) }
}

/** Whole ms, at most 24 h. */
export function drawLength(
  stream: MomentaryStream,
  p: Pick<SpellOdds, 'medianHours' | 'sigma'>,
): number {
  const hours = stream.logNormal(p.medianHours, p.sigma)
  return Math.min(DAY_MS, Math.ceil(hours * HOUR_MS))
}

/** A day's name within a purpose: `dayStart` is a city midnight. */
export const dayNumber = (dayStart: number): number => Math.ceil(dayStart / DAY_MS)

/** What happens to one thing (a site, a feeder, a gateway) on one day, by its name. */
export type DailySpells = (name: string, dayStart: number) => Spell

export function createDailySpells(seed: number, purpose: string, p: SpellOdds): DailySpells {
  const stream = new MomentaryStream(seed)
  return (name, dayStart) => {
    stream.begin(name, `${purpose}-${dayNumber(dayStart)}`)
    return drawSpell(stream, dayStart, p)
  }
}
