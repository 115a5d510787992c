// What is under way at the start: as many, as old and as long as a long run would have left.
import { expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import type { LocalDemand } from '../../../producers/simulation/local-demand.ts'
import type { SimulationContext } from '../../../producers/simulation/simulator.ts'
import { createStays } from '../../../producers/simulation/stays.ts'
import { createStreams } from '../../../producers/simulation/streams.ts'
import { createUnderWay } from '../../../producers/simulation/under-way.ts'

const level: LocalDemand = {
  curve: () => ({ level: () => 1, expected: () => 1, peak: 1 }),
  level: () => 1,
  expected: () => 1,
  peak: () => 1,
  placeOf: () => 0,
}
const stays = createStays(60, 0.5)
const steady = createUnderWay(level, 'any', stays, 0)
const COUNT = 4000
const { present } = createStreams(
  {
    assets: Uint32Array.from({ length: COUNT }, (_, i) => i),
    catalogue: { ids: Array.from({ length: COUNT }, (_, i) => `a-${i}`) },
    scenario: { seed: 5 },
  } as unknown as SimulationContext,
  ['present'],
)
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

it('is as many as arrive within the mean stay (Little’s law)', () => {
  const perMs = 4 / stays.meanMs
  const counts = Array.from({ length: COUNT }, (_, i) => steady.count(present, i, perMs))
  expect(Math.abs(mean(counts) - 4)).toBeLessThan(0.15)
})

it('never exceeds what fits', () => {
  const counts = Array.from({ length: COUNT }, (_, i) =>
    steady.count(present, i, 4 / stays.meanMs, 3),
  )
  expect(Math.max(...counts)).toBe(3)
})

it('has lasted half its length on average, and longer ones are met more often', () => {
  const drawn = Array.from({ length: COUNT }, (_, i) => ({ ...steady.draw(present, i) }))
  for (const { ageMs, stayMs } of drawn) expect(stayMs).toBeGreaterThan(ageMs)
  expect(Math.abs(mean(drawn.map(({ ageMs, stayMs }) => ageMs / stayMs)) - 0.5)).toBeLessThan(0.03)
  expect(mean(drawn.map(({ stayMs }) => stayMs))).toBeGreaterThan(stays.meanMs + 5 * MINUTE_MS)
  expect(Math.max(...drawn.map(({ ageMs }) => ageMs))).toBeLessThan(48 * HOUR_MS)
})
