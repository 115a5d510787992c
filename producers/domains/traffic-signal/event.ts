// What a signal controller reports: one `cycle` event at the end of each signal cycle. Out: its schema and type.
import { type Static, Type } from 'typebox'

/** `closed`: the road is, whatever the controller does; only an incident closes one. */
export const MODES = ['adaptive', 'fixed', 'manual', 'flashing', 'offline', 'closed'] as const

export const cycleSchema = Type.Object({
  /** `offline`: the hub's own report, once a cadence, of a controller it has lost; all numbers in it are 0. */
  mode: Type.Enum([...MODES], { type: 'string' }),
  /** Number of the fixed plan in force; 0 when the controller times itself or no cycle runs. */
  plan: Type.Integer({ minimum: 0 }),
  /** Length of the cycle that ends, s: greens and lost times. 0 when none runs (flashing, offline). */
  cycleS: Type.Integer({ minimum: 0, maximum: 150 }),
  /** Effective green of each stage, s, in the order of running; empty when no cycle runs. */
  stages: Type.Array(
    Type.Object({ no: Type.Integer({ minimum: 1 }), greenS: Type.Integer({ minimum: 0 }) }),
  ),
  /** Vehicles that crossed the stop lines during the cycle. */
  volume: Type.Integer({ minimum: 0 }),
  /** Vehicles waiting at the stop lines at the cycle's end. */
  queue: Type.Integer({ minimum: 0 }),
  /** Mean wait per vehicle of `volume`, s, 1 decimal; waiting of a cycle that served nobody counts in the next. */
  delayS: Type.Number({ minimum: 0 }),
  /** Degree of saturation of the busiest approach, 2 decimals: vehicles that wanted through / that could pass. */
  saturation: Type.Number({ minimum: 0 }),
})

export type Cycle = Static<typeof cycleSchema>
export type Mode = Cycle['mode']

/** Index in the declaration's `events`. */
export const CYCLE = 0
