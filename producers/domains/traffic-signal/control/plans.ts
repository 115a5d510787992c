// The fixed plans of every junction: cycle and greens, alone and in step with the row that it belongs to.
import { HOUR_MS } from '../../../../infra/time.ts'
import type { SignalParameters } from '../parameters.ts'
import type { JunctionRow } from '../street/corridors.ts'
import { INBOUND, type Layout, MAX_APPROACHES, MAX_STAGES, OUTBOUND } from '../street/layout.ts'
import { tideFactor, turnAt } from '../street/tide.ts'
import { bestOffset } from './offsets.ts'
import { splitGreen, websterCycle } from './timing.ts'

/** Columns by plan: junction · plans + number − 1. */
export type Plans = {
  count: number
  /** Cycle that suits the junction alone, and the one that its whole row keeps; they are equal without a row. */
  ownCycleS: Uint8Array
  rowCycleS: Uint8Array
  /** Shortest cycle while the plan's hours last. */
  leastCycleS: Uint8Array
  /** Second of the row's common cycle at which the junction's begins. */
  offsetS: Uint8Array
  /** Flow ratios that greens are shared by, at row · MAX_STAGES. */
  ratios: Float64Array
}

export function makePlans(
  layout: Layout,
  rows: JunctionRow[],
  parameters: SignalParameters,
): Plans {
  const size = layout.stages.length
  const count = parameters.plans.length
  const plans: Plans = {
    count,
    ownCycleS: new Uint8Array(size * count),
    rowCycleS: new Uint8Array(size * count),
    leastCycleS: new Uint8Array(size * count),
    offsetS: new Uint8Array(size * count),
    ratios: new Float64Array(size * count * MAX_STAGES),
  }
  for (let j = 0; j < size; j++) {
    for (let p = 0; p < count; p++) planAlone(plans, layout, j, p, parameters)
  }
  for (const { junctions, waysS } of rows) {
    for (let p = 0; p < count; p++) planRow(plans, layout, junctions, waysS, p, parameters)
  }
  return plans
}

/** Webster's timing for the flows that were surveyed once, or newly where the plan is new. */
function planAlone(
  plans: Plans,
  layout: Layout,
  j: number,
  p: number,
  { plans: list, timing }: SignalParameters,
): void {
  const stages = layout.stages[j]
  const row = j * plans.count + p
  const ratios = list[p].resurveyed === true ? layout.ratios : layout.surveyed
  let total = 0
  for (let k = 0; k < stages; k++) {
    const ratio = ratios[j * MAX_STAGES + k]
    plans.ratios[row * MAX_STAGES + k] = ratio
    total += ratio
  }
  const { demand, walking } = list[p]
  const walkS = Math.round(layout.leastCycleS[j] * walking)
  const leastS = Math.max(walkS, stages * (timing.lostPerStageS + timing.minGreenS))
  plans.leastCycleS[row] = Math.min(Math.max(leastS, timing.minCycleS), timing.maxCycleS)
  const limits = { ...timing, minCycleS: plans.leastCycleS[row] }
  const cycleS = websterCycle(total * demand, stages * timing.lostPerStageS, limits)
  plans.ownCycleS[row] = cycleS
  plans.rowCycleS[row] = cycleS
}

/** The busiest junction's cycle for all of the row, and offsets for the tide of the plan's hours. */
function planRow(
  plans: Plans,
  layout: Layout,
  junctions: number[],
  waysS: number[],
  p: number,
  parameters: SignalParameters,
): void {
  const { plans: list, timing, tide } = parameters
  const { demand } = list[p]
  const row = (j: number) => j * plans.count + p
  let cycleS = 0
  for (const j of junctions) {
    let total = 0
    for (let k = 0; k < layout.stages[j]; k++) total += layout.ratios[j * MAX_STAGES + k]
    const lostS = layout.stages[j] * timing.lostPerStageS
    const least = plans.leastCycleS[row(j)]
    cycleS = Math.max(cycleS, least, websterCycle(total * demand, lostS, timing))
  }
  const turn = turnAt(hourOf(p, parameters) * HOUR_MS)
  const greens = new Uint8Array(MAX_STAGES)
  const greenS = junctions.map((j) => {
    splitGreen(cycleS, layout.stages[j], layout.ratios, j * MAX_STAGES, timing, greens, 0)
    return greens[0]
  })
  const way = (k: number, from: number, to: number) => {
    const a = junctions[from] * MAX_APPROACHES + k
    const flow = layout.meanFlow[a] * demand * tideFactor(k, turn, tide)
    const busy = (flow * cycleS) / (layout.saturationFlow[a] * greenS[from])
    return { flow, sendingS: Math.min(1, busy) * greenS[from], greenS: greenS[to] }
  }
  let offset = 0
  for (const [k, j] of junctions.entries()) {
    if (k > 0) {
      const there = way(INBOUND, k - 1, k)
      offset += bestOffset(cycleS, waysS[k - 1], there, way(OUTBOUND, k, k - 1))
    }
    plans.rowCycleS[row(j)] = cycleS
    plans.offsetS[row(j)] = offset % cycleS
  }
}

/** Middle of the hours that the timetable has the plan for; of those of a plan for the same demand where it has none. */
function hourOf(p: number, { plans: list, schedule }: SignalParameters): number {
  for (const [k, [from, number]] of schedule.workday.entries()) {
    if (number !== p + 1 && list[number - 1].demand !== list[p].demand) continue
    const to = schedule.workday[k + 1]?.[0] ?? 24
    return (from + to) / 2
  }
  return 12
}
