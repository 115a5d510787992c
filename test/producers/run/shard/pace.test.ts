// What is due by the wall clock, and when an event was meant to be sent.
import { expect, it } from 'vitest'
import { dueSimTime, intendedWallTime, type Pace } from '../../../../producers/run/shard/pace.ts'

const pace = (change: Partial<Pace> = {}): Pace => ({
  h: 2_000_000,
  simAnchor: 1_000_000,
  wallAnchor: 50_000,
  speed: 30,
  hurries: false,
  ...change,
})

it('moves with the wall clock and never past the horizon', () => {
  expect(dueSimTime(pace(), 50_000)).toBe(1_000_000)
  expect(dueSimTime(pace(), 51_000)).toBe(1_030_000)
  expect(dueSimTime(pace(), 500_000_000)).toBe(2_000_000)
})

it('stands still at speed 0', () => {
  expect(dueSimTime(pace({ speed: 0 }), 900_000)).toBe(1_000_000)
  expect(intendedWallTime(pace({ speed: 0 }), 1_500_000, 0)).toBe(50_000)
})

it('means an event for the instant at which its time is due, and the census for the start', () => {
  expect(intendedWallTime(pace(), 1_030_000, 1_000_000)).toBe(51_000)
  expect(intendedWallTime(pace(), 400_000, 1_000_000)).toBe(50_000)
})
