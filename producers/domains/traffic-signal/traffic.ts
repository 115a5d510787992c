// The vehicles of every junction: what an interval lets through, what waits, and what the detectors make of it.
import { sin } from '../../../infra/maths.ts'
import { cityTimeOfDay, DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createPartStreams } from '../../simulation/streams.ts'
import { type Controllers, FLASHING } from './controllers.ts'
import { type Layout, MAX_APPROACHES, MAX_STAGES } from './layout.ts'
import type { SignalParameters } from './parameters.ts'
import { type Approaches, type Passage, passCycle } from './queue.ts'

/** Part of a standing queue that an adaptive controller wants to clear in the next cycle. */
const CLEARING = 0.25
/** The tide turns with the clock: strongest into the centre at 08:00, out of it at 20:00. */
const TIDE_ZERO_MS = 2 * HOUR_MS

/** Vehicles at a junction so far: arrived − served = queue, refused went elsewhere. */
export type VehicleTally = { arrived: number; served: number; refused: number; queue: number }

export class Traffic {
  /** What the detectors saw of the interval that passed last: vehicles served, and the busiest approach's saturation. */
  readonly seen = { volume: 0, saturation: 0 }
  readonly #demand: SimulationContext['demand']
  readonly #parameters: SignalParameters
  readonly #layout: Layout
  readonly #controllers: Controllers
  readonly #approaches: Approaches
  readonly #leftBehind: Uint32Array
  /** Waiting that no reported vehicle has carried away yet, vehicle-seconds. */
  readonly #waitedS: Float64Array
  readonly #tallies: VehicleTally[]
  readonly #passage: Passage = { arrived: 0, served: 0, refused: 0, waitedS: 0, left: 0 }

  constructor(context: SimulationContext, layout: Layout, controllers: Controllers) {
    const { assets, demand } = context
    this.#demand = demand
    this.#parameters = context.parameters as SignalParameters
    this.#layout = layout
    this.#controllers = controllers
    this.#approaches = createApproaches(context)
    this.#leftBehind = new Uint32Array(assets.length * MAX_APPROACHES)
    this.#waitedS = new Float64Array(assets.length)
    this.#tallies = Array.from(assets, () => ({ arrived: 0, served: 0, refused: 0, queue: 0 }))
  }

  tally(j: number): Readonly<VehicleTally> {
    return this.#tallies[j]
  }

  /** Mean wait of the vehicles seen last, s; waiting of an interval that served nobody counts in the next. */
  takeDelayS(j: number): number {
    if (this.seen.volume === 0) return 0
    const delayS = this.#waitedS[j] / this.seen.volume
    this.#waitedS[j] = 0
    return delayS
  }

  /** Lets the traffic of the interval that ends at `time` pass junction `j`; writes `seen`. */
  pass(j: number, time: number): void {
    const parameters = this.#parameters
    const layout = this.#layout
    const controllers = this.#controllers
    const middle = time - controllers.intervalS[j] * 500
    const level = this.#demand.curve(parameters.curve, middle)
    const turn = sin(((cityTimeOfDay(middle) - TIDE_ZERO_MS) / DAY_MS) * 2 * Math.PI)
    this.seen.volume = 0
    this.seen.saturation = 0
    this.#tallies[j].queue = 0
    let stage = 0
    let wanted = 0
    for (let k = 0; k < layout.approaches[j]; k++) {
      if (layout.stageOf[j * MAX_APPROACHES + k] !== stage) {
        controllers.measure(j, stage, wanted)
        wanted = 0
        stage++
      }
      // The two ways of the main road take turns at carrying the tide.
      const ebb = k === 0 ? (1 - turn) / 2 : k === 1 ? (1 + turn) / 2 : 0
      wanted = Math.max(
        wanted,
        this.#passApproach(j, k, stage, level * (1 - parameters.tide * ebb)),
      )
    }
    controllers.measure(j, stage, wanted)
  }

  /** One approach for one interval; returns the flow ratio that its traffic wanted. */
  #passApproach(j: number, k: number, stage: number, level: number): number {
    const layout = this.#layout
    const controllers = this.#controllers
    const passage = this.#passage
    const a = j * MAX_APPROACHES + k
    const cycleS = controllers.intervalS[j]
    const flashing = controllers.mode[j] === FLASHING
    const rate = layout.saturationFlow[a] * (flashing ? this.#parameters.flashingFlow : 1)
    const greenS = flashing ? cycleS : controllers.greens[j * MAX_STAGES + stage]
    const from = flashing ? 0 : controllers.greenStartS(j, stage)
    const flow = layout.meanFlow[a] * level
    const storage = layout.storage[a]
    passCycle(this.#approaches, a, cycleS, from, from + greenS, flow, rate, storage, passage)

    const grown = Math.max(0, passage.left - this.#leftBehind[a])
    this.#leftBehind[a] = passage.left
    if (greenS > 0) {
      const saturation = (passage.served + grown) / (rate * greenS)
      this.seen.saturation = Math.max(this.seen.saturation, saturation)
    }
    this.seen.volume += passage.served
    this.#waitedS[j] += passage.waitedS
    const tally = this.#tallies[j]
    tally.arrived += passage.arrived
    tally.served += passage.served
    tally.refused += passage.refused
    tally.queue += this.#approaches.queue[a]
    return (passage.served + grown + CLEARING * passage.left) / (layout.saturationFlow[a] * cycleS)
  }
}

/** Empty approaches, each with an arrival stream of its own. */
function createApproaches(context: SimulationContext): Approaches {
  const count = context.assets.length * MAX_APPROACHES
  const arrivals = createPartStreams(context, 'arrival', MAX_APPROACHES)
  return {
    queue: new Uint32Array(count),
    gap: Float64Array.from({ length: count }, (_, a) => arrivals.exponential(a, 1)),
    credit: new Float64Array(count),
    arrivals,
  }
}
