// Who decides what a junction does next: the operator, what is broken, the adaptive controller or the timetable.
import { cityTimeOfDay, HOUR_MS } from '../../../infra/time.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createEpisodes } from './episodes.ts'
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
export type Controllers = {
  /** Index into MODES. */
  mode: Uint8Array
  plan: Uint8Array
  /** Length of the cycle, or the time between two reports where none runs, s. */
  intervalS: Uint16Array
  /** Stage from 1 that an operator holds green all the interval; 0 = none. */
  locked: Uint8Array
  /** Effective green per stage, s, at junction · MAX_STAGES + stage. */
  greens: Uint8Array
  /** Decides what junction `j` does from `time` on; ask with rising times. */
  begin(j: number, time: number): void
  /** The detectors' word on a cycle that ended: flow ratio that each stage's traffic wanted. */
  measure(j: number, stage: number, flowRatio: number): void
  /** Takes an operator's order that holds from `from` on. */
  take(j: number, order: Order, from: number): void
}

export function createControllers(context: SimulationContext, layout: Layout): Controllers {
  const { assets, cadence, demand, scenario } = context
  const { timing, adaptive, plans, ...parameters } = context.parameters as SignalParameters
  const size = assets.length
  const reportS = Math.min(Math.max(Math.round(cadence.everyMs / 1000), 1), LONGEST_REPORT_S)
  const episodes = createEpisodes(context)
  const mode = new Uint8Array(size)
  const plan = new Uint8Array(size)
  const intervalS = new Uint16Array(size)
  const locked = new Uint8Array(size)
  const greens = new Uint8Array(size * MAX_STAGES)
  const holding: (Holding | undefined)[] = new Array(size)
  /** Cycle that the adaptive controller steps from, and its smoothed flow ratios. */
  const steeredS = new Float64Array(size)
  const measured = new Float64Array(size * MAX_STAGES)

  for (let j = 0; j < size; j++) {
    const row = rowOf(j, planAt(scenario.start))
    steeredS[j] = layout.planCycleS[row]
    // The detectors' memory before the first cycle: what the plan was made for.
    for (let k = 0; k < layout.stages[j]; k++) {
      const ratio = layout.planGreens[row * MAX_STAGES + k] / layout.planCycleS[row]
      measured[j * MAX_STAGES + k] = ratio * adaptive.target
    }
  }

  function rowOf(j: number, number: number): number {
    return j * plans.length + number - 1
  }

  /** Number of the plan that the timetable has for `time`. */
  function planAt(time: number): number {
    const workday = demand.dayKind(time) === 'workday'
    const table = workday ? parameters.schedule.workday : parameters.schedule.other
    const hour = cityTimeOfDay(time) / HOUR_MS
    let number = table[0][1]
    for (const [from, then] of table) if (from <= hour) number = then
    return number
  }

  function run(j: number, how: number, number: number, seconds: number): void {
    mode[j] = how
    plan[j] = number
    intervalS[j] = seconds
    locked[j] = 0
  }

  function runPlan(j: number, how: number, number: number, factor = 1): void {
    const row = rowOf(j, number)
    const cycleS = Math.min(Math.round(layout.planCycleS[row] * factor), timing.maxCycleS)
    run(j, how, number, cycleS)
    const from = row * MAX_STAGES
    splitGreen(cycleS, layout.stages[j], layout.planGreens, from, timing, greens, j * MAX_STAGES)
  }

  function runAdaptive(j: number): void {
    const at = j * MAX_STAGES
    const stages = layout.stages[j]
    let ratio = 0
    for (let k = 0; k < stages; k++) ratio += measured[at + k]
    const lostS = stages * timing.lostPerStageS
    const { target, stepS } = adaptive
    steeredS[j] = adaptiveCycle(steeredS[j], ratio, lostS, target, stepS, timing)
    run(j, ADAPTIVE, 0, steeredS[j])
    splitGreen(steeredS[j], stages, measured, at, timing, greens, at)
  }

  function obey(j: number, order: Holding, time: number): void {
    const seconds = Math.min(reportS, Math.max(1, Math.round((order.until - time) / 1000)))
    if (order.kind === 'plan') runPlan(j, FIXED, order.plan)
    else if (order.kind === 'flash') run(j, FLASHING, 0, seconds)
    else runLocked(j, order.stage, Math.min(seconds, timing.maxCycleS))
  }

  function runLocked(j: number, stage: number, seconds: number): void {
    run(j, MANUAL, 0, seconds)
    locked[j] = stage
    for (let k = 0; k < layout.stages[j]; k++) {
      greens[j * MAX_STAGES + k] = k === stage - 1 ? seconds : 0
    }
  }

  return {
    mode,
    plan,
    intervalS,
    locked,
    greens,
    begin(j, time) {
      const episode = episodes.at(j, time)
      let order = holding[j]
      if (order && order.until <= time) order = holding[j] = undefined
      if (episode === 'offline') run(j, OFFLINE, 0, reportS)
      else if (order) obey(j, order, time)
      else if (episode === 'flashing') run(j, FLASHING, 0, reportS)
      else if (episode === 'manual') runPlan(j, MANUAL, planAt(time), parameters.manualCycleFactor)
      else if (layout.adaptive[j] === 1 && episode !== 'detector') runAdaptive(j)
      else runPlan(j, FIXED, planAt(time))
    },
    measure(j, stage, flowRatio) {
      const at = j * MAX_STAGES + stage
      measured[at] += adaptive.smoothing * (flowRatio - measured[at])
    },
    take(j, order, from) {
      if (order.kind === 'restore') holding[j] = undefined
      else if (order.kind === 'plan') holding[j] = { ...order, until: Number.POSITIVE_INFINITY }
      else holding[j] = { ...order, until: from + order.forMs }
    },
  }
}
