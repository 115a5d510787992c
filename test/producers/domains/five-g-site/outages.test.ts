// Spells of trouble: as often as asked, never longer than a day, the same whoever asks.
import { expect, it } from 'vitest'
import { createTroubles } from '../../../../producers/domains/five-g-site/outages.ts'
import { createDailySpells, NO_SPELL } from '../../../../producers/simulation/spells.ts'

const DAY = 86_400_000
const START = Date.parse('2025-06-18T16:00:00.000Z')
const long = { perDay: 0.5, medianHours: 20, sigma: 2 }

it('last at most 24 hours and begin on their day', () => {
  const troubles = createTroubles(1, long, long)
  const shared = createDailySpells(1, 'mains', long)
  let seen = 0
  let longest = 0
  for (let i = 0; i < 300; i++) {
    for (const spell of [troubles(`site-${i}`, START).outage, shared(`feeder-${i}`, START)]) {
      if (spell === NO_SPELL) continue
      seen++
      longest = Math.max(longest, spell.to - spell.from)
      expect(spell.from).toBeGreaterThanOrEqual(START)
      expect(spell.from).toBeLessThan(START + DAY)
    }
  }
  expect(seen).toBeGreaterThan(200)
  expect(seen).toBeLessThan(400)
  expect(longest).toBe(DAY)
})

it('are the same in any order of asking', () => {
  const sites = ['a', 'b', 'c', 'd']
  const ask = (order: string[]) => {
    const troubles = createTroubles(7, long, long)
    const shared = createDailySpells(7, 'mains', long)
    return new Map(
      order.map((site) => [site, { ...troubles(site, START), mains: shared(site, START) }]),
    )
  }
  const there = ask(sites)
  const back = ask([...sites].reverse())
  for (const site of sites) expect(back.get(site)).toEqual(there.get(site))
})
