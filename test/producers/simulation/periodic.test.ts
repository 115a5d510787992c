// When periodic events are due: the census before the start, then at the cadence, aligned or spread.
import { expect, it } from 'vitest'
import { createPeriodicEvents } from '../../../producers/simulation/periodic.ts'
import type { SimulationContext } from '../../../producers/simulation/simulator.ts'

const MINUTE = 60_000
const START = Date.parse('2025-06-18T08:30:00.000Z')

function reports(commissionedAt: number, phase: 'aligned' | 'spread') {
  return createPeriodicEvents({
    scenario: { seed: 1, start: START },
    cadence: { everyMs: 15 * MINUTE, phase },
    catalogue: { ids: ['a'], commissionedAt: [commissionedAt] },
    assets: Uint32Array.of(0),
  } as unknown as SimulationContext)
}

it('reports its last report before the start as its census, and then every cadence', () => {
  const { first, next } = reports(0, 'aligned')
  expect(first(0)).toBe(START - 15 * MINUTE)
  expect(next(0, first(0))).toBe(START)
  expect(next(0, START)).toBe(START + 15 * MINUTE)
})

it.each(['aligned', 'spread'] as const)(
  'never reports before it went into service (%s)',
  (phase) => {
    for (const at of [START - 14 * MINUTE, START - 7 * MINUTE, START - 1, START, START + MINUTE]) {
      const { first } = reports(at, phase)
      expect(first(0)).toBeGreaterThanOrEqual(Math.min(at, START - 1))
      if (at > START) expect(first(0)).toBe(at)
      else expect(first(0)).toBeLessThan(START)
    }
  },
)
