// Storms on feeders: only where the weather has one, near the heaviest hour, in patches, the same whoever asks.
import { expect, it } from 'vitest'
import { fiveGSite } from '../../../../producers/domains/five-g-site/domain.ts'
import type { SiteParameters } from '../../../../producers/domains/five-g-site/parameters.ts'
import { createStorms, type Feeder } from '../../../../producers/domains/five-g-site/storms.ts'
import { NO_SPELL } from '../../../../producers/simulation/spells.ts'
import { seedParameters } from '../../simulated-city.ts'

const HOUR = 3_600_000
const START = Date.parse('2025-06-18T16:00:00.000Z')
const { storm } = seedParameters(fiveGSite) as SiteParameters
const WET = 1

/** A storm from 13 to 17 h, heaviest from 15 to 16 h, in one district. */
const rain = (time: number, scope: number) => {
  const hour = Math.floor((time - START) / HOUR)
  return scope !== WET ? 0 : hour === 15 ? 40 : hour > 12 && hour < 17 ? 12 : 0
}

/** A grid of feeders about 500 m apart. */
function grid(scope: number, side = 40): Feeder[] {
  return Array.from({ length: side * side }, (_, n) => ({
    name: `F${scope}-${n}`,
    scope,
    lon: 113.2 + 0.0045 * (n % side),
    lat: 23.1 + 0.0045 * Math.floor(n / side),
  }))
}

it('hit some of a district’s feeders around the heaviest hour, and none where there is no storm', () => {
  const storms = createStorms(5, storm, rain)
  expect(grid(2).filter((f) => storms(f, START) !== NO_SPELL)).toEqual([])
  const hits = grid(WET)
    .map((f) => storms(f, START))
    .filter((s) => s !== NO_SPELL)
  expect(hits.length / 1600).toBeGreaterThan(0.05)
  expect(hits.length / 1600).toBeLessThan(0.35)
  for (const { from, to } of hits) {
    expect(from).toBeGreaterThanOrEqual(START + 14 * HOUR)
    expect(from).toBeLessThan(START + 18 * HOUR)
    expect(to - from).toBeLessThanOrEqual(24 * HOUR)
  }
})

it('come in patches: a feeder’s neighbour is lost far more often than one far away', () => {
  const side = 40
  let [asked, lost, pairs, near, far] = [0, 0, 0, 0, 0]
  for (let seed = 1; seed <= 40; seed++) {
    const storms = createStorms(seed, storm, rain)
    const hit = grid(WET, side).map((f) => storms(f, START) !== NO_SPELL)
    for (let n = 0; n < hit.length; n++) {
      asked++
      if (hit[n]) lost++
      if (!hit[n] || n % side >= side / 2) continue
      pairs++
      if (hit[n + 1]) near++
      if (hit[n + side / 2]) far++
    }
  }
  const usual = lost / asked
  expect(near / pairs).toBeGreaterThan(2 * usual)
  expect(far / pairs).toBeLessThan(1.4 * usual)
  // In a patch that is hit each feeder has its own chance, `feederShare`.
  expect(near / pairs).toBeLessThan(1.1 * storm.feederShare)
})

it('are the same in any order of asking', () => {
  const feeders = grid(WET, 12)
  const ask = (list: Feeder[]) => {
    const storms = createStorms(9, storm, rain)
    return new Map(list.map((f) => [f.name, storms(f, START)]))
  }
  const there = ask(feeders)
  const back = ask([...feeders].reverse())
  for (const { name } of feeders) expect(back.get(name)).toEqual(there.get(name))
})
