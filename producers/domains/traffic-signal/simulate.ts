// Signalised junctions as they work: vehicles queue second by second, controllers time the stages.
// In: catalogue, demand, parameters. Out: one cycle event at the end of each cycle, simulated when it ends.
import { roundTo, sin } from '../../../infra/maths.ts'
import { exponential, seedStream, stream, streamTable, uniform } from '../../../infra/random.ts'
import { cityTimeOfDay, DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import type { SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { createControllers, FLASHING, OFFLINE } from './controllers.ts'
import { CYCLE, type Cycle, MODES } from './event.ts'
import { layOut, MAX_APPROACHES, MAX_STAGES } from './layout.ts'
import { orderOf } from './orders.ts'
import type { SignalParameters } from './parameters.ts'
import { type Approaches, type Passage, passCycle } from './queue.ts'

/** Cycles that run unseen before the first report, so that queues and timings have settled. */
const WARM_UP_CYCLES = 4
/** Part of a standing queue that an adaptive controller wants to clear in the next cycle. */
const CLEARING = 0.25
/** The tide turns with the clock: strongest into the centre at 08:00, out of it at 20:00. */
const TIDE_ZERO_MS = 2 * HOUR_MS

export type SignalSimulator = Simulator & {
  /** Vehicles at junction `j` so far: arrived − served = queue, refused went elsewhere. */
  tally(j: number): { arrived: number; served: number; refused: number; queue: number }
}

/** Throws a Problem for a junction of a class that the parameters do not list. */
export function createSignalSimulator(context: SimulationContext): SignalSimulator {
  const { assets, catalogue, demand, scenario } = context
  const parameters = context.parameters as SignalParameters
  const layout = layOut(context)
  const controllers = createControllers(context, layout)
  const approaches = createApproaches(context)
  const leftBehind = new Uint32Array(assets.length * MAX_APPROACHES)
  /** Waiting that no reported vehicle has carried away yet, vehicle-seconds. */
  const waitedS = new Float64Array(assets.length)
  const nextWake = new Float64Array(assets.length)
  const tallies = Array.from(assets, () => ({ arrived: 0, served: 0, refused: 0, queue: 0 }))
  const passage: Passage = { arrived: 0, served: 0, refused: 0, waitedS: 0, left: 0 }
  const seen = { volume: 0, saturation: 0 }
  for (let j = 0; j < assets.length; j++) nextWake[j] = open(j)

  /** Runs the junction in unseen and returns the end of its first reported cycle. */
  function open(j: number): number {
    const { start } = scenario
    for (let k = 0; k < WARM_UP_CYCLES; k++) {
      controllers.begin(j, start)
      passInterval(j, start)
    }
    controllers.begin(j, start)
    const intervalMs = controllers.intervalS[j] * 1000
    const commissioned = catalogue.commissionedAt[assets[j]]
    if (commissioned > start) return commissioned + intervalMs
    // Somewhere in the cycle that runs over the start; that one keeps the timing of the one reported before.
    const phase = uniform(stream(scenario.seed, catalogue.ids[assets[j]], 'phase'), 0)
    const census = start - 1 - Math.floor(phase * intervalMs)
    return Math.max(census, Math.min(commissioned, start - 1))
  }

  /** Lets the traffic of the interval that ends at `time` pass junction `j`; writes `seen`. */
  function passInterval(j: number, time: number): void {
    const middle = time - controllers.intervalS[j] * 500
    const level = demand.curve(parameters.curve, middle)
    const turn = sin(((cityTimeOfDay(middle) - TIDE_ZERO_MS) / DAY_MS) * 2 * Math.PI)
    const tally = tallies[j]
    seen.volume = 0
    seen.saturation = 0
    tally.queue = 0
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
      wanted = Math.max(wanted, passApproach(j, k, stage, level * (1 - parameters.tide * ebb)))
    }
    controllers.measure(j, stage, wanted)
  }

  /** One approach for one interval; returns the flow ratio that its traffic wanted. */
  function passApproach(j: number, k: number, stage: number, level: number): number {
    const a = j * MAX_APPROACHES + k
    const cycleS = controllers.intervalS[j]
    const flashing = controllers.mode[j] === FLASHING
    const rate = layout.saturationFlow[a] * (flashing ? parameters.flashingFlow : 1)
    const greenS = flashing ? cycleS : controllers.greens[j * MAX_STAGES + stage]
    const from = flashing ? 0 : greenStart(j, stage)
    const flow = layout.meanFlow[a] * level
    passCycle(approaches, a, cycleS, from, from + greenS, flow, rate, layout.storage[a], passage)

    const grown = Math.max(0, passage.left - leftBehind[a])
    leftBehind[a] = passage.left
    if (greenS > 0) {
      seen.saturation = Math.max(seen.saturation, (passage.served + grown) / (rate * greenS))
    }
    seen.volume += passage.served
    waitedS[j] += passage.waitedS
    const tally = tallies[j]
    tally.arrived += passage.arrived
    tally.served += passage.served
    tally.refused += passage.refused
    tally.queue += approaches.queue[a]
    return (passage.served + grown + CLEARING * passage.left) / (layout.saturationFlow[a] * cycleS)
  }

  /** Second of the cycle at which a stage turns green: after those before it and their lost times. */
  function greenStart(j: number, stage: number): number {
    if (controllers.locked[j] > 0) return 0
    let at = 0
    for (let k = 0; k < stage; k++) {
      at += controllers.greens[j * MAX_STAGES + k] + parameters.timing.lostPerStageS
    }
    return at
  }

  const cycle: Cycle = { ...LOST, mode: 'fixed' }
  /** Describes the interval that just passed; one object serves all junctions, its `stages` are new. */
  function describe(j: number): Cycle {
    const mode = controllers.mode[j]
    const cycling = mode !== FLASHING && mode !== OFFLINE
    cycle.mode = MODES[mode]
    cycle.plan = controllers.plan[j]
    cycle.cycleS = cycling ? controllers.intervalS[j] : 0
    cycle.stages = []
    for (let k = 0; cycling && k < layout.stages[j]; k++) {
      cycle.stages.push({ no: k + 1, greenS: controllers.greens[j * MAX_STAGES + k] })
    }
    cycle.volume = seen.volume
    cycle.queue = tallies[j].queue
    cycle.delayS = 0
    cycle.saturation = roundTo(seen.saturation, 2)
    if (seen.volume > 0) {
      cycle.delayS = roundTo(waitedS[j] / seen.volume, 1)
      waitedS[j] = 0
    }
    return cycle
  }

  return {
    first: (j) => nextWake[j],
    wake(j, time, emit) {
      if (controllers.mode[j] === OFFLINE) {
        emit(CYCLE, LOST)
      } else {
        passInterval(j, time)
        emit(CYCLE, describe(j))
      }
      if (time >= scenario.start) controllers.begin(j, time)
      nextWake[j] = time + controllers.intervalS[j] * 1000
      return nextWake[j]
    },
    command(j, name, args) {
      if (controllers.mode[j] === OFFLINE) {
        return `${catalogue.ids[assets[j]]}: offline, expected a controller in reach; wait until it is back`
      }
      const order = orderOf(name, args, parameters.plans.length, layout.stages[j])
      if (typeof order === 'string') return order
      // The running cycle ends as it began.
      controllers.take(j, order, nextWake[j])
      return nextWake[j]
    },
    tally: (j) => ({ ...tallies[j] }),
  }
}

/** The hub's own report of a controller it has lost; its traffic is not followed meanwhile. */
const LOST: Cycle = {
  mode: 'offline',
  plan: 0,
  cycleS: 0,
  stages: [],
  volume: 0,
  queue: 0,
  delayS: 0,
  saturation: 0,
}

/** Empty approaches, each with an arrival stream of its own. */
function createApproaches({ assets, catalogue, scenario }: SimulationContext): Approaches {
  const count = assets.length * MAX_APPROACHES
  const words = streamTable(count)
  const gap = new Float64Array(count)
  for (let a = 0; a < count; a++) {
    const id = catalogue.ids[assets[Math.floor(a / MAX_APPROACHES)]]
    seedStream(words, 4 * a, scenario.seed, id, `arrival-${a % MAX_APPROACHES}`)
    gap[a] = exponential(words, 4 * a, 1)
  }
  return {
    queue: new Uint32Array(count),
    gap,
    credit: new Float64Array(count),
    words,
  }
}
