// Signalised junctions as they work: vehicles queue second by second, controllers time the stages.
// In: catalogue, demand, parameters. Out: one cycle event at the end of each cycle, simulated when it ends.
import { roundTo } from '../../../infra/maths.ts'
import type { Emit, SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { MomentaryStream } from '../../simulation/streams.ts'
import { Controllers, FLASHING, OFFLINE } from './controllers.ts'
import { CYCLE, type Cycle, MODES } from './event.ts'
import { type Layout, layOut, MAX_STAGES } from './layout.ts'
import { orderOf } from './orders.ts'
import type { SignalParameters } from './parameters.ts'
import { Traffic, type VehicleTally } from './traffic.ts'

/** Cycles that run unseen before the first report, so that queues and timings have settled. */
const WARM_UP_CYCLES = 4

/** Throws a Problem for a junction of a class that the parameters do not list. */
export function createSignalSimulator(context: SimulationContext): Junctions {
  return new Junctions(context)
}

class Junctions implements Simulator {
  readonly #context: SimulationContext
  readonly #layout: Layout
  readonly #controllers: Controllers
  readonly #traffic: Traffic
  readonly #nextWake: Float64Array
  readonly #cycle: Cycle = { ...LOST, mode: 'fixed' }

  constructor(context: SimulationContext) {
    const { assets, scenario } = context
    this.#context = context
    this.#layout = layOut(context)
    this.#controllers = new Controllers(context, this.#layout)
    this.#traffic = new Traffic(context, this.#layout, this.#controllers)
    const phases = new MomentaryStream(scenario.seed)
    this.#nextWake = Float64Array.from(assets, (_, j) => this.#open(j, phases))
  }

  first(j: number): number {
    return this.#nextWake[j]
  }

  wake(j: number, time: number, emit: Emit): number {
    if (this.#controllers.mode[j] === OFFLINE) {
      emit(CYCLE, LOST)
    } else {
      this.#traffic.pass(j, time)
      emit(CYCLE, this.#describe(j))
    }
    if (time >= this.#context.scenario.start) this.#controllers.begin(j, time)
    this.#nextWake[j] = time + this.#controllers.intervalS[j] * 1000
    return this.#nextWake[j]
  }

  command(j: number, name: string, args: Record<string, unknown>): number | string {
    const { assets, catalogue, parameters } = this.#context
    if (this.#controllers.mode[j] === OFFLINE) {
      return `${catalogue.ids[assets[j]]}: offline, expected a controller in reach; wait until it is back`
    }
    const { plans } = parameters as SignalParameters
    const order = orderOf(name, args, plans.length, this.#layout.stages[j])
    if (typeof order === 'string') return order
    // The running cycle ends as it began.
    this.#controllers.take(j, order, this.#nextWake[j])
    return this.#nextWake[j]
  }

  tally(j: number): VehicleTally {
    return { ...this.#traffic.tally(j) }
  }

  /** Runs the junction in unseen and returns the end of its first reported cycle. */
  #open(j: number, phases: MomentaryStream): number {
    const { assets, catalogue, scenario } = this.#context
    const { start } = scenario
    for (let k = 0; k < WARM_UP_CYCLES; k++) {
      this.#controllers.begin(j, start)
      this.#traffic.pass(j, start)
    }
    this.#controllers.begin(j, start)
    const intervalMs = this.#controllers.intervalS[j] * 1000
    const commissioned = catalogue.commissionedAt[assets[j]]
    if (commissioned > start) return commissioned + intervalMs
    // Somewhere in the cycle that runs over the start; that one keeps the timing of the one reported before.
    phases.begin(catalogue.ids[assets[j]], 'phase')
    const census = start - 1 - Math.floor(phases.uniform() * intervalMs)
    return Math.max(census, Math.min(commissioned, start - 1))
  }

  /** Describes the interval that just passed; one object serves all junctions, its `stages` are new. */
  #describe(j: number): Cycle {
    const { mode, plan, intervalS, greens } = this.#controllers
    const { volume, saturation } = this.#traffic.seen
    const cycling = mode[j] !== FLASHING && mode[j] !== OFFLINE
    const cycle = this.#cycle
    cycle.mode = MODES[mode[j]]
    cycle.plan = plan[j]
    cycle.cycleS = cycling ? intervalS[j] : 0
    cycle.stages = []
    for (let k = 0; cycling && k < this.#layout.stages[j]; k++) {
      cycle.stages.push({ no: k + 1, greenS: greens[j * MAX_STAGES + k] })
    }
    cycle.volume = volume
    cycle.queue = this.#traffic.tally(j).queue
    cycle.delayS = roundTo(this.#traffic.takeDelayS(j), 1)
    cycle.saturation = roundTo(saturation, 2)
    return cycle
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
