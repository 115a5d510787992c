// When a site's own power and equipment fail.
import { dayNumber, drawSpell, NO_SPELL, type SpellOdds } from '../../simulation/spells.ts'
import { MomentaryStream } from '../../simulation/streams.ts'

/**
 * A site's own loss of power and own equipment trouble of one day. Nothing but (seed, site, day) enters: whoever
 * asks, from whichever process and in whichever order, gets the same answer.
 */
export function createTroubles(seed: number, outage: SpellOdds, degraded: SpellOdds) {
  const stream = new MomentaryStream(seed)
  // Not saved: filled anew for each question.
  const found = { outage: NO_SPELL, degraded: NO_SPELL }
  return (site: string, dayStart: number) => {
    stream.begin(site, `trouble-${dayNumber(dayStart)}`)
    found.outage = drawSpell(stream, dayStart, outage)
    found.degraded = drawSpell(stream, dayStart, degraded)
    return found
  }
}
