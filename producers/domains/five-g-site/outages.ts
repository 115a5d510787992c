// When sites lose power or equipment: spells that are pure functions of (seed, feeder or site, day).
import { logNormal, seedStream, streamTable, uniform } from '../../../infra/random.ts'
import { DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import type { SpellParameters } from './parameters.ts'

/** [from, to) in ms; from = Infinity: none that day. */
export type Spell = { from: number; to: number }

export const NO_SPELL: Spell = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY }

const REMEMBERED = 50_000
const words = streamTable(1)

/**
 * Draws the spell that begins on the city day starting at `dayStart`, or NO_SPELL, from the stream at word 0.
 * Lasts at most 24 h, so that looking one day back is enough.
 */
function drawSpell(dayStart: number, p: SpellParameters): Spell {
  const happens = uniform(words, 0) < p.perDay
  const at = uniform(words, 0)
  if (!happens) return NO_SPELL
  const from = dayStart + Math.floor(at * DAY_MS)
  const hours = logNormal(words, 0, p.medianHours, p.sigma)
  return { from, to: from + Math.min(DAY_MS, Math.ceil(hours * HOUR_MS)) }
}

/**
 * A site's own loss of power and own equipment trouble of one day. Nothing but (seed, site, day) enters: whoever
 * asks, from whichever process and in whichever order, gets the same answer.
 */
export function createTroubles(seed: number, outage: SpellParameters, degraded: SpellParameters) {
  const found = { outage: NO_SPELL, degraded: NO_SPELL }
  return (site: string, dayStart: number) => {
    seedStream(words, 0, seed, site, `trouble-${Math.ceil(dayStart / DAY_MS)}`)
    found.outage = drawSpell(dayStart, outage)
    found.degraded = drawSpell(dayStart, degraded)
    return found
  }
}

/** Losses of mains by feeder and day, remembered because every site of a feeder asks for the same ones. */
export function createMains(seed: number, p: SpellParameters) {
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
      seedStream(words, 0, seed, feeder, `mains-${Math.ceil(dayStart / DAY_MS)}`)
      spell = drawSpell(dayStart, p)
      known.set(key, spell)
      size++
    }
    return spell
  }
}
