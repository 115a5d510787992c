// What interrupts usual control by the clock: police at the posts that have some, on workdays' peaks; amber by night.
import { expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../../../infra/time.ts'
import { Episodes } from '../../../../../producers/domains/traffic-signal/control/episodes.ts'
import { trafficSignal } from '../../../../../producers/domains/traffic-signal/domain.ts'
import { simulatedCity } from '../../../simulated-city.ts'
import { CALM, junctions } from '../town.ts'

const WEDNESDAY = '2025-06-18T00:00:00+08:00'
const SATURDAY = '2025-06-21T00:00:00+08:00'
/** A third each of arterials, collectors and local streets. */
const COUNT = 900

/** By hour of a day: indices of the junctions that are in the episode at some look, every ten minutes. */
function hoursOf(kind: string, start: string, episodes: object) {
  const assets = junctions(COUNT)
  const parameters = { episodes: { ...CALM, ...episodes } }
  const context = simulatedCity({ domain: trafficSignal, assets, start, parameters })
  const found = new Episodes(context, context.scenario.start)
  return Array.from({ length: 24 }, (_, hour) => {
    const there = new Set<number>()
    for (let minute = 5; minute < 60; minute += 10) {
      for (let j = 0; j < COUNT; j++) {
        const time = context.scenario.start + hour * HOUR_MS + minute * MINUTE_MS
        if (found.at(j, time) === kind) there.add(j)
      }
    }
    return there
  })
}

const busy = (hours: Set<number>[]) => hours.flatMap(({ size }, hour) => (size > 0 ? [hour] : []))

const police = {
  police: {
    posts: { arterial: 0.5 },
    hours: [
      [7, 9],
      [17, 19],
    ],
    chance: 0.6,
  },
}

it('has police at some posts in the peaks of a workday, each peak drawn anew', () => {
  const hours = hoursOf('manual', WEDNESDAY, police)
  expect(busy(hours)).toEqual([7, 8, 17, 18])
  const [morning, evening] = [hours[7], hours[17]]
  expect(hours[8]).toEqual(morning)
  for (const j of morning) expect(j % 3, 'arterials only').toBe(0)
  // Three tenths of 300: 4 standard deviations.
  expect(Math.abs(morning.size - 90)).toBeLessThan(32)
  const both = [...morning].filter((j) => evening.has(j)).length
  expect(both / morning.size).toBeGreaterThan(0.4)
  expect(both / morning.size).toBeLessThan(0.8)
})

it('has none at weekends', () => {
  expect(busy(hoursOf('manual', SATURDAY, police))).toEqual([])
})

it('flashes amber by night at its share of small streets, from their own minute on', () => {
  const hours = hoursOf('flashing', WEDNESDAY, { night: { share: { local: 0.5 }, hours: [23, 6] } })
  expect(busy(hours)).toEqual([0, 1, 2, 3, 4, 5, 23])
  for (const j of hours[2]) expect(j % 3, 'local streets only').toBe(2)
  expect(Math.abs(hours[2].size - 150)).toBeLessThan(35)
  for (let hour = 0; hour < 5; hour++) expect(hours[hour]).toEqual(hours[2])
  // Those that began in the first 55 minutes, and those that had not ended five minutes into the last hour.
  for (const hour of [5, 23]) {
    expect(hours[hour].size).toBeGreaterThan(0.8 * hours[2].size)
    expect(hours[hour].size).toBeLessThan(hours[2].size)
  }
})
