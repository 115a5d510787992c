// Values are whole steps of their indicator, and a value on a step is that step, whatever binary fractions say.
import { expect, it } from 'vitest'
import { createIndicatorSimulator } from '../../../../producers/domains/indicator-report/simulate.ts'
import type { SimulationContext } from '../../../../producers/simulation/simulator.ts'

const START = Date.parse('2025-06-17T16:00:00.000Z')

/** What is reported of a path that stands at `value`. */
function reported(value: number, step: number): number {
  const simulator = createIndicatorSimulator({
    city: { id: 'test' },
    scenario: { seed: 1, start: START },
    cadence: { everyMs: 86_400_000, phase: 'aligned' },
    catalogue: { ids: ['a'], commissionedAt: [0], attributes: [{ slug: 'a', unit: '1' }] },
    assets: Uint32Array.of(0),
    parameters: {
      indicators: {
        a: {
          every: 'month',
          lagDays: 0,
          path: [
            ['2025-01-01', value],
            ['2026-01-01', value],
          ],
          step,
        },
      },
    },
  } as unknown as SimulationContext)
  let seen = Number.NaN
  simulator.wake(0, START, (_, data) => {
    seen = (data as { value: number }).value
  })
  return seen
}

it('reports every multiple of a step as itself', () => {
  for (const step of [1, 0.1, 0.01, 0.5]) {
    for (let n = 0; n <= 300; n++) {
      const value = Math.round(n * step * 100) / 100
      expect(reported(value, step), `${n} steps of ${step}`).toBe(value)
    }
  }
})

it('reports what lies between two steps as the lower one', () => {
  expect(reported(38.97, 0.1)).toBe(38.9)
  expect(reported(7.9, 1)).toBe(7)
})
