// When sites lose power or equipment: spells that are pure functions of (seed, feeder or site, day).
import { DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import { MomentaryStream } from '../../simulation/streams.ts'
import type { SpellParameters } from './parameters.ts'

/** [from, to) in ms; from = Infinity: none that day. */
export type Spell = { from: number; to: number }

export const NO_SPELL: Spell = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY }

const REMEMBERED = 50_000

/**
 * Draws the spell that begins on the city day starting at `dayStart`, or NO_SPELL, from a stream that was begun for it.
 * Lasts at most 24 h, so that looking one day back is enough.
 */
function drawSpell(stream: MomentaryStream, dayStart: number, p: SpellParameters): Spell {
  const happens = stream.uniform() < p.perDay
  const at = stream.uniform()
  if (!happens) return NO_SPELL
  const from = dayStart + Math.floor(at * DAY_MS)
  const hours = stream.logNormal(p.medianHours, p.sigma)
  return { from, to: from + Math.min(DAY_MS, Math.ceil(hours * HOUR_MS)) }
}

/**
 * A site's own loss of power and own equipment trouble of one day. Nothing but (seed, site, day) enters: whoever
 * asks, from whichever process and in whichever order, gets the same answer.
 */
export function createTroubles(seed: number, outage: SpellParameters, degraded: SpellParameters) {
  const stream = new MomentaryStream(seed)
  const found = { outage: NO_SPELL, degraded: NO_SPELL }
  return (site: string, dayStart: number) => {
    stream.begin(site, `trouble-${Math.ceil(dayStart / DAY_MS)}`)
    found.outage = drawSpell(stream, dayStart, outage)
    found.degraded = drawSpell(stream, dayStart, degraded)
    return found
  }
}

/** Losses of mains by feeder and day, remembered because every site of a feeder asks for the same ones. */
export function createMains(seed: number, p: SpellParameters) {
  const stream = new MomentaryStream(seed)
  let known = new Map<string, Spell>()
  let size = 0
  return (feeder: string, dayStart: number): Spell => {
    if (size > REMEMBERED) {
      known = new Map()
      size = 0
    }
    const key = `${feeder}/${dayStart}`
    let spell = known.get(key)
    if (spell === undefined) {
      stream.begin(feeder, `mains-${Math.ceil(dayStart / DAY_MS)}`)
      spell = drawSpell(stream, dayStart, p)
      known.set(key, spell)
      size++
    }
    return spell
  }
}
