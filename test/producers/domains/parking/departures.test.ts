// Cars leave in the order of their times, whichever came first.
import { describe, expect, it } from 'vitest'
import { below, stream } from '../../../../infra/random.ts'
import { createDepartures } from '../../../../producers/domains/parking/departures.ts'

const ORIGIN = Date.parse('2025-06-18T08:30:00Z')

describe('createDepartures', () => {
  it('lets cars leave in time order, each with its own stay, as a sorted list would', () => {
    const words = stream(1, 'park-test', 'any')
    const capacities = [50, 1, 200]
    const cars = createDepartures(capacities, ORIGIN)
    const lists: { time: number; stayMin: number }[][] = [[], [], []]
    let moves = 0
    for (let k = 0; k < 20_000; k++) {
      const lot = below(words, 0, 3)
      const list = lists[lot]
      if (list.length < capacities[lot] && below(words, 0, 2) === 0) {
        const time = ORIGIN + below(words, 0, 86_400_000)
        const stayMin = below(words, 0, 2_000)
        cars.add(lot, time, stayMin * 60_000)
        list.push({ time, stayMin })
        list.sort((a, b) => a.time - b.time || a.stayMin - b.stayMin)
      } else if (list.length > 0) {
        expect(cars.next(lot)).toBe(list[0].time)
        expect(cars.leave(lot)).toBe(list.shift()!.stayMin)
        moves++
      }
      expect(cars.size(lot)).toBe(list.length)
    }
    expect(moves).toBeGreaterThan(5_000)
  })

  it('keeps neighbouring lots apart when one is full', () => {
    const cars = createDepartures([2, 2], ORIGIN)
    cars.add(1, ORIGIN + 5, 60_000)
    cars.add(0, ORIGIN + 9, 60_000)
    cars.add(0, ORIGIN + 7, 60_000)
    expect(cars.next(0)).toBe(ORIGIN + 7)
    expect(cars.next(1)).toBe(ORIGIN + 5)
  })

  it('says Infinity for an empty lot', () => {
    expect(createDepartures([3], ORIGIN).next(0)).toBe(Number.POSITIVE_INFINITY)
  })
})
