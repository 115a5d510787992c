// Invented car parks to simulate: of every type, a dozen to a cell, two hundred metres apart.
import { parking } from '../../../../producers/domains/parking/domain.ts'
import type { LotExit } from '../../../../producers/domains/parking/event.ts'
import { createParkingSimulator } from '../../../../producers/domains/parking/simulate.ts'
import type { SimulationContext } from '../../../../producers/simulation/simulator.ts'
import { type CityOptions, drive, type FakeAsset, type Seen } from '../../simulated-city.ts'

export const START = '2025-06-18T16:30:00+08:00'
export const START_MS = Date.parse(START)
const HOUR_MS = 3_600_000
export const TYPES = ['office', 'home', 'mall', 'hospital', 'transport', 'kerb']

export const lots = (count: number, capacity: number | ((n: number) => number), type?: string) =>
  Array.from(
    { length: count },
    (_, n): FakeAsset => ({
      id: `park-440106-${String(n).padStart(5, '0')}`,
      attributes: {
        type: type ?? TYPES[n % TYPES.length],
        capacity: typeof capacity === 'number' ? capacity : capacity(n),
        guided: n % 2 === 0,
        shared: n % 4 === 0,
        operator: `operator ${n % 5}`,
      },
      cell: Math.floor(n / 12),
      lon: 113.3 + 0.002 * (n % 12),
    }),
  )

/** Nobody's gateway is ever down: every car is seen. */
const never = { perDay: 0, medianHours: 1, sigma: 0 }
export const parameters = { silences: { gateway: never, lot: never } }
export const options: CityOptions = {
  domain: parking,
  assets: lots(12, 120),
  start: START,
  parameters,
}
export const lotOf = (s: Seen) => s.data as unknown as LotExit

/** Simulates `hours` and returns the simulator for its tallies. */
export function simulate(context: SimulationContext, hours: number, see: (seen: Seen) => void) {
  const simulator = createParkingSimulator(context)
  drive(simulator, context, context.scenario.start + hours * HOUR_MS, see)
  return simulator
}
