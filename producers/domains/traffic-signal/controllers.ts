// Who decides what a junction does next: the operator, what is broken, the adaptive controller or the timetable.
import { cityTimeOfDay, HOUR_MS } from '../../../infra/time.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createEpisodes, type Episodes } from './episodes.ts'
import { MODES } from './event.ts'
import { type Layout, MAX_STAGES } from './layout.ts'
import type { Order } from './orders.ts'
import type { SignalParameters } from './parameters.ts'
import { adaptiveCycle, splitGreen } from './timing.ts'

export const [ADAPTIVE, FIXED, MANUAL, FLASHING, OFFLINE] = MODES.map((_, k) => k)

/** A controller that runs no cycle reports at least this often, s. */
const LONGEST_REPORT_S = 3600

type Holding = Exclude<Order, { kind: 'restore' }> & { until: number }

/** What runs now, by junction: set at the start of a cycle, read at its end. */
export class Controllers {
  /** Index into MODES. */
  readonly mode: Uint8Array
  readonly plan: Uint8Array
  /** Length of the cycle, or the time between two reports where none runs, s. */
  readonly intervalS: Uint16Array
  /** Effective green per stage, s, at junction · MAX_STAGES + stage. */
  readonly greens: Uint8Array
  readonly #demand: SimulationContext['demand']
  readonly #parameters: SignalParameters
  readonly #layout: Layout
  readonly #episodes: Episodes
  readonly #reportS: number
  /** Stage from 1 that an operator holds green all the interval; 0 = none. */
  readonly #locked: Uint8Array
  readonly #holding: (Holding | undefined)[]
  /** Cycle that the adaptive controller steps from, and its smoothed flow ratios. */
  readonly #steeredS: Float64Array
  readonly #measured: Float64Array

  constructor(context: SimulationContext, layout: Layout) {
    const { assets, cadence, demand, scenario } = context
    const size = assets.length
    this.#demand = demand
    this.#parameters = context.parameters as SignalParameters
    this.#layout = layout
    this.#episodes = createEpisodes(context)
    this.#reportS = Math.min(Math.max(Math.round(cadence.everyMs / 1000), 1), LONGEST_REPORT_S)
    this.mode = new Uint8Array(size)
    this.plan = new Uint8Array(size)
    this.intervalS = new Uint16Array(size)
    this.greens = new Uint8Array(size * MAX_STAGES)
    this.#locked = new Uint8Array(size)
    this.#holding = new Array(size)
    this.#steeredS = new Float64Array(size)
    this.#measured = new Float64Array(size * MAX_STAGES)
    for (let j = 0; j < size; j++) this.#settle(j, scenario.start)
  }

  /** Decides what junction `j` does from `time` on; ask with rising times. */
  begin(j: number, time: number): void {
    const episode = this.#episodes.at(j, time)
    let order = this.#holding[j]
    if (order && order.until <= time) order = this.#holding[j] = undefined
    if (episode === 'offline') this.#run(j, OFFLINE, 0, this.#reportS)
    else if (order) this.#obey(j, order, time)
    else if (episode === 'flashing') this.#run(j, FLASHING, 0, this.#reportS)
    else if (episode === 'manual') {
      this.#runPlan(j, MANUAL, this.#planAt(time), this.#parameters.manualCycleFactor)
    } else if (this.#layout.adaptive[j] === 1 && episode !== 'detector') this.#runAdaptive(j)
    else this.#runPlan(j, FIXED, this.#planAt(time))
  }

  /** The detectors' word on a cycle that ended: flow ratio that each stage's traffic wanted. */
  measure(j: number, stage: number, flowRatio: number): void {
    const at = j * MAX_STAGES + stage
    const { smoothing } = this.#parameters.adaptive
    this.#measured[at] += smoothing * (flowRatio - this.#measured[at])
  }

  /** Takes an operator's order that holds from `from` on. */
  take(j: number, order: Order, from: number): void {
    if (order.kind === 'restore') this.#holding[j] = undefined
    else if (order.kind === 'plan') {
      this.#holding[j] = { ...order, until: Number.POSITIVE_INFINITY }
    } else this.#holding[j] = { ...order, until: from + order.forMs }
  }

  /** Second of the cycle at which a stage turns green: after those before it and their lost times. */
  greenStartS(j: number, stage: number): number {
    if (this.#locked[j] > 0) return 0
    let at = 0
    for (let k = 0; k < stage; k++) {
      at += this.greens[j * MAX_STAGES + k] + this.#parameters.timing.lostPerStageS
    }
    return at
  }

  /** The detectors' memory before the first cycle: what the plan was made for. */
  #settle(j: number, start: number): void {
    const { planCycleS, planGreens, stages } = this.#layout
    const row = this.#rowOf(j, this.#planAt(start))
    this.#steeredS[j] = planCycleS[row]
    for (let k = 0; k < stages[j]; k++) {
      const ratio = planGreens[row * MAX_STAGES + k] / planCycleS[row]
      this.#measured[j * MAX_STAGES + k] = ratio * this.#parameters.adaptive.target
    }
  }

  #rowOf(j: number, number: number): number {
    return j * this.#parameters.plans.length + number - 1
  }

  /** Number of the plan that the timetable has for `time`. */
  #planAt(time: number): number {
    const { schedule } = this.#parameters
    const table = this.#demand.dayKind(time) === 'workday' ? schedule.workday : schedule.other
    const hour = cityTimeOfDay(time) / HOUR_MS
    let number = table[0][1]
    for (const [from, then] of table) if (from <= hour) number = then
    return number
  }

  #run(j: number, how: number, number: number, seconds: number): void {
    this.mode[j] = how
    this.plan[j] = number
    this.intervalS[j] = seconds
    this.#locked[j] = 0
  }

  #runPlan(j: number, how: number, number: number, factor = 1): void {
    const { timing } = this.#parameters
    const { planCycleS, planGreens, stages } = this.#layout
    const row = this.#rowOf(j, number)
    const cycleS = Math.min(Math.round(planCycleS[row] * factor), timing.maxCycleS)
    this.#run(j, how, number, cycleS)
    const at = j * MAX_STAGES
    splitGreen(cycleS, stages[j], planGreens, row * MAX_STAGES, timing, this.greens, at)
  }

  #runAdaptive(j: number): void {
    const { adaptive, timing } = this.#parameters
    const at = j * MAX_STAGES
    const stages = this.#layout.stages[j]
    let ratio = 0
    for (let k = 0; k < stages; k++) ratio += this.#measured[at + k]
    const lostS = stages * timing.lostPerStageS
    const { target, stepS } = adaptive
    const cycleS = adaptiveCycle(this.#steeredS[j], ratio, lostS, target, stepS, timing)
    this.#steeredS[j] = cycleS
    this.#run(j, ADAPTIVE, 0, cycleS)
    splitGreen(cycleS, stages, this.#measured, at, timing, this.greens, at)
  }

  #obey(j: number, order: Holding, time: number): void {
    const { maxCycleS } = this.#parameters.timing
    const seconds = Math.min(this.#reportS, Math.max(1, Math.round((order.until - time) / 1000)))
    if (order.kind === 'plan') this.#runPlan(j, FIXED, order.plan)
    else if (order.kind === 'flash') this.#run(j, FLASHING, 0, seconds)
    else this.#runLocked(j, order.stage, Math.min(seconds, maxCycleS))
  }

  #runLocked(j: number, stage: number, seconds: number): void {
    this.#run(j, MANUAL, 0, seconds)
    this.#locked[j] = stage
    for (let k = 0; k < this.#layout.stages[j]; k++) {
      this.greens[j * MAX_STAGES + k] = k === stage - 1 ? seconds : 0
    }
  }
}
