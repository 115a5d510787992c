// Who decides what a junction does next: the operator, what is broken, the adaptive controller or the timetable.
import { cityTimeOfDay, HOUR_MS } from '../../../../infra/time.ts'
import type { SimulationContext, StateWalk } from '../../../simulation/simulator.ts'
import { MODES } from '../event.ts'
import type { SignalParameters } from '../parameters.ts'
import { type Layout, MAX_STAGES } from '../street/layout.ts'
import type { Disturbances } from './disturbances.ts'
import { Episodes } from './episodes.ts'
import type { Order } from './orders.ts'
import type { Plans } from './plans.ts'
import type { Progression } from './progression.ts'
import { adaptiveCycle, type Limits, splitGreen } from './timing.ts'

export const [ADAPTIVE, FIXED, MANUAL, FLASHING, OFFLINE] = MODES.map((_, k) => k)

/** A controller that runs no cycle reports at least this often, s. */
const LONGEST_REPORT_S = 3600

/** Amber has no cycle; its lamps are looked at in turns of this length. */
const AMBER_S = 60

type Holding = Exclude<Order, { kind: 'restore' | 'wave' }> & { until: number }

/** What runs now, by junction: set at the start of a cycle, read until its end. */
export class Controllers {
  /** Index into MODES. */
  readonly mode: Uint8Array
  readonly plan: Uint8Array
  /** Until the next report, s: the length of the cycle, or the time between two reports where the hub sees none. */
  readonly intervalS: Uint16Array
  /** The cycle that the lamps repeat until another begins, and the second of the cell's time at which it began. */
  readonly cycleS: Uint8Array
  readonly beganS: Int32Array
  /** Effective green per stage, s, at junction · MAX_STAGES + stage. */
  readonly greens: Uint8Array
  /** 1 while no lamp says who goes: drivers give way. */
  readonly givesWay: Uint8Array
  readonly #demand: SimulationContext['demand']
  readonly #parameters: SignalParameters
  readonly #layout: Layout
  readonly #plans: Plans
  /** Not saved: who gave it saves it. */
  readonly #progression: Progression
  readonly #episodes: Episodes
  /** Not saved: likewise. */
  readonly #disturbances: Disturbances
  readonly #reportS: number
  /** Stage from 1 that an operator holds green all the interval; 0 = none. */
  readonly #locked: Uint8Array
  readonly #holding: (Holding | undefined)[]
  /** Cycle that the adaptive controller steps from, and its smoothed flow ratios. */
  readonly #steeredS: Float64Array
  readonly #measured: Float64Array
  /** Not saved: filled anew for each decision. */
  readonly #limits: Limits

  constructor(
    context: SimulationContext,
    layout: Layout,
    plans: Plans,
    progression: Progression,
    disturbances: Disturbances,
    start: number,
  ) {
    const { assets, cadence, demand } = context
    const size = assets.length
    this.#demand = demand
    this.#parameters = context.parameters as SignalParameters
    this.#layout = layout
    this.#plans = plans
    this.#progression = progression
    this.#episodes = new Episodes(context, start)
    this.#disturbances = disturbances
    this.#reportS = Math.min(Math.max(Math.round(cadence.everyMs / 1000), 1), LONGEST_REPORT_S)
    this.mode = new Uint8Array(size)
    this.plan = new Uint8Array(size)
    this.#limits = { ...this.#parameters.timing }
    this.intervalS = new Uint16Array(size)
    this.cycleS = new Uint8Array(size)
    this.beganS = new Int32Array(size)
    this.greens = new Uint8Array(size * MAX_STAGES)
    this.givesWay = new Uint8Array(size)
    this.#locked = new Uint8Array(size)
    this.#holding = new Array(size)
    this.#steeredS = new Float64Array(size)
    this.#measured = new Float64Array(size * MAX_STAGES)
    for (let j = 0; j < size; j++) this.#settle(j, start)
  }

  state(walk: StateWalk): void {
    walk.part(this.#episodes)
    walk.numbers(this.mode)
    walk.numbers(this.plan)
    walk.numbers(this.intervalS)
    walk.numbers(this.cycleS)
    walk.numbers(this.beganS)
    walk.numbers(this.greens)
    walk.numbers(this.givesWay)
    walk.numbers(this.#locked)
    walk.list(this.#holding, undefined, (order) => walk.plain(order))
    walk.numbers(this.#steeredS)
    walk.numbers(this.#measured)
  }

  /** Decides what junction `j` does from `time` on, second `second` of its cell; ask with rising times. */
  begin(j: number, time: number, second: number): void {
    const episode = this.#episodes.at(j, time)
    let order = this.#holding[j]
    if (order && order.until <= time) order = this.#holding[j] = undefined
    this.beganS[j] = second
    this.#disturbances.read(j, time)
    const power = this.#disturbances.powerOf(j, time)
    if (episode === 'offline') {
      // The hub sees nothing; the controller runs on by its own clock and timetable.
      this.#runPlan(j, OFFLINE, this.#planAt(time), time)
      this.intervalS[j] = this.#reportS
      if (power !== 'mains') this.givesWay[j] = 1
      this.#disturbances.isUnseen(j)
    } else if (power !== 'mains')
      this.#flash(j, this.#reportS, power === 'none' ? OFFLINE : FLASHING)
    else if (order) this.#obey(j, order, time)
    else if (episode === 'flashing') this.#flash(j, this.#reportS)
    else if (episode === 'manual') this.#runByHand(j, this.#planAt(time))
    else if (this.#layout.adaptive[j] === 1 && episode !== 'detector') this.#runAdaptive(j, time)
    else this.#runPlan(j, FIXED, this.#planAt(time), time)
  }

  /** The detectors' word on a cycle that ended: flow ratio that each stage's traffic wanted. */
  measure(j: number, stage: number, flowRatio: number): void {
    const at = j * MAX_STAGES + stage
    const { smoothing } = this.#parameters.adaptive
    this.#measured[at] += smoothing * (flowRatio - this.#measured[at])
  }

  /** Takes an operator's order that holds from `from` on. */
  take(j: number, order: Exclude<Order, { kind: 'wave' }>, from: number): void {
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
    const row = this.#rowOf(j, this.#planAt(start))
    this.#steeredS[j] = this.#plans.ownCycleS[row]
    const { demand } = this.#parameters.plans[this.#planAt(start) - 1]
    for (let k = 0; k < this.#layout.stages[j]; k++) {
      this.#measured[j * MAX_STAGES + k] = this.#layout.ratios[j * MAX_STAGES + k] * demand
    }
  }

  #rowOf(j: number, number: number): number {
    return j * this.#plans.count + number - 1
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

  #run(j: number, how: number, number: number, cycleS: number): void {
    this.mode[j] = how
    this.plan[j] = number
    this.intervalS[j] = cycleS
    this.cycleS[j] = cycleS
    this.#locked[j] = 0
    this.givesWay[j] = 0
  }

  #flash(j: number, seconds: number, how = FLASHING): void {
    this.#run(j, how, 0, AMBER_S)
    this.intervalS[j] = seconds
    this.givesWay[j] = 1
  }

  /** Cycle of plan `number`: in step with the row where that runs in step, else the junction's own. */
  #planCycleS(j: number, number: number, time: number): number {
    const row = this.#rowOf(j, number)
    if (!this.#isInStep(j, time)) return this.#plans.ownCycleS[row]
    const { rowCycleS, offsetS } = this.#plans
    const { lostPerStageS, minGreenS } = this.#parameters.timing
    const leastS = this.#layout.stages[j] * (lostPerStageS + minGreenS)
    return this.#progression.stepS(this.beganS[j] - offsetS[row], rowCycleS[row], leastS)
  }

  /** Keeps step with its row: as long as the centre sets its clock. */
  #isInStep(j: number, time: number): boolean {
    if (!this.#progression.isInStep(j, time)) return false
    if (!this.#disturbances.isOnItsOwn(j)) return true
    this.#disturbances.fellBack(j)
    return false
  }

  #runPlan(j: number, how: number, number: number, time: number): void {
    this.#run(j, how, number, this.#planCycleS(j, number, time))
    this.#splitByPlan(j, number)
  }

  #runByHand(j: number, number: number): void {
    const { manualCycleFactor, timing } = this.#parameters
    const cycleS = Math.round(this.#plans.ownCycleS[this.#rowOf(j, number)] * manualCycleFactor)
    this.#run(j, MANUAL, number, Math.min(cycleS, timing.maxCycleS))
    this.#splitByPlan(j, number)
  }

  #splitByPlan(j: number, number: number): void {
    const { timing } = this.#parameters
    const from = this.#rowOf(j, number) * MAX_STAGES
    const stages = this.#layout.stages[j]
    splitGreen(
      this.cycleS[j],
      stages,
      this.#plans.ratios,
      from,
      timing,
      this.greens,
      j * MAX_STAGES,
    )
  }

  /** Greens as the detectors have it; the cycle too where the junction need not keep step with a row. */
  #runAdaptive(j: number, time: number): void {
    if (this.#disturbances.isOnItsOwn(j)) {
      this.#disturbances.fellBack(j)
      this.#runPlan(j, FIXED, this.#planAt(time), time)
      return
    }
    const { adaptive, timing } = this.#parameters
    const at = j * MAX_STAGES
    const stages = this.#layout.stages[j]
    let cycleS: number
    if (this.#isInStep(j, time)) {
      cycleS = this.#planCycleS(j, this.#planAt(time), time)
      this.#steeredS[j] = cycleS
    } else {
      let ratio = 0
      for (let k = 0; k < stages; k++) ratio += this.#measured[at + k]
      const lostS = stages * timing.lostPerStageS
      const { target, stepS } = adaptive
      const limits = this.#limits
      limits.minCycleS = this.#plans.leastCycleS[this.#rowOf(j, this.#planAt(time))]
      cycleS = adaptiveCycle(this.#steeredS[j], ratio, lostS, target, stepS, limits)
      this.#steeredS[j] = cycleS
    }
    this.#run(j, ADAPTIVE, 0, cycleS)
    splitGreen(cycleS, stages, this.#measured, at, timing, this.greens, at)
  }

  #obey(j: number, order: Holding, time: number): void {
    const { maxCycleS } = this.#parameters.timing
    const seconds = Math.min(this.#reportS, Math.max(1, Math.round((order.until - time) / 1000)))
    if (order.kind === 'plan') this.#runPlan(j, FIXED, order.plan, time)
    else if (order.kind === 'flash') this.#flash(j, seconds)
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
