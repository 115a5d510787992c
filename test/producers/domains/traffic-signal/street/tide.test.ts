// Commuters' tide: into the city's middle in the morning, out of it in the evening, and nobody's on cross roads.
import { expect, it } from 'vitest'
import { HOUR_MS } from '../../../../../infra/time.ts'
import { INBOUND, OUTBOUND } from '../../../../../producers/domains/traffic-signal/street/layout.ts'
import { tideFactor, turnAt } from '../../../../../producers/domains/traffic-signal/street/tide.ts'

const at = (hour: number, k: number) => tideFactor(k, turnAt(hour * HOUR_MS), 0.3)

it('runs inwards at 8 h: all of the flow comes in, three tenths less goes out', () => {
  expect(at(8, INBOUND)).toBeCloseTo(1, 9)
  expect(at(8, OUTBOUND)).toBeCloseTo(0.7, 9)
})

it('runs outwards at 20 h', () => {
  expect(at(20, INBOUND)).toBeCloseTo(0.7, 9)
  expect(at(20, OUTBOUND)).toBeCloseTo(1, 9)
})

it('turns in between, for both ways alike, and takes from both as much over the day', () => {
  for (const hour of [2, 14]) expect(at(hour, INBOUND)).toBeCloseTo(at(hour, OUTBOUND), 9)
  const mean = (k: number) => {
    let sum = 0
    for (let hour = 0; hour < 24; hour++) sum += at(hour, k)
    return sum / 24
  }
  expect(mean(INBOUND)).toBeCloseTo(0.85, 9)
  expect(mean(OUTBOUND)).toBeCloseTo(0.85, 9)
})

it('leaves cross roads alone', () => {
  for (const hour of [2, 8, 14, 20]) {
    for (const k of [2, 3]) expect(at(hour, k)).toBe(1)
  }
})
