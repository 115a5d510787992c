// What a junction is before any vehicle comes: approaches, lanes, stages, mean flows and its fixed plans.
import { exp } from '../../../infra/maths.ts'
import { Problem, problemText, requireEntries } from '../../simulation/problems.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createStreams } from '../../simulation/streams.ts'
import type { SignalParameters } from './parameters.ts'
import { splitGreen, websterCycle } from './timing.ts'

export const MAX_APPROACHES = 4
export const MAX_STAGES = 3

/** Columns by junction; approach columns are indexed junction · MAX_APPROACHES + approach. */
export type Layout = {
  approaches: Uint8Array
  stages: Uint8Array
  adaptive: Uint8Array
  /** Stage (from 0) that gives an approach its green. */
  stageOf: Uint8Array
  /** Flow at mean demand and at green, vehicles per s. */
  meanFlow: Float64Array
  saturationFlow: Float64Array
  storage: Uint16Array
  /** Cycle and greens of plan p (from 1) at (junction · plans + p − 1), greens · MAX_STAGES. */
  planCycleS: Uint8Array
  planGreens: Uint8Array
}

/** Lays out the context's junctions, each from its own `layout` stream; throws a Problem for an unknown class. */
export function layOut(context: SimulationContext): Layout {
  const { assets, catalogue, city } = context
  const parameters = context.parameters as SignalParameters
  requireEntries(context, { domain: 'traffic-signal', attribute: 'class', section: 'classes' })
  checkTiming(parameters, `seeds/${city.id}/traffic-signal.json`)
  const size = assets.length
  const plans = parameters.plans.length
  const layout: Layout = {
    approaches: new Uint8Array(size),
    stages: new Uint8Array(size),
    adaptive: new Uint8Array(size),
    stageOf: new Uint8Array(size * MAX_APPROACHES),
    meanFlow: new Float64Array(size * MAX_APPROACHES),
    saturationFlow: new Float64Array(size * MAX_APPROACHES),
    storage: new Uint16Array(size * MAX_APPROACHES),
    planCycleS: new Uint8Array(size * plans),
    planGreens: new Uint8Array(size * plans * MAX_STAGES),
  }
  const { layout: stream } = createStreams(context, ['layout'])
  for (let j = 0; j < size; j++) {
    const n = assets[j]
    const { class: name, approaches, adaptive } = catalogue.attributes[n]
    const use = parameters.classes[String(name)]
    const district = city.scopes[catalogue.district[n]].code
    const [low, high] = use.meanFlowRatio
    const ratio =
      (low + stream.uniform(j) * (high - low)) * (parameters.districtFlow[district] ?? 1)
    const [least, most] = use.mainShare
    const main = least + stream.uniform(j) * (most - least)
    layout.adaptive[j] = adaptive === true ? 1 : 0
    layout.approaches[j] = Number(approaches) < MAX_APPROACHES ? MAX_APPROACHES - 1 : MAX_APPROACHES
    layout.stages[j] = use.splitCross && layout.approaches[j] === MAX_APPROACHES ? MAX_STAGES : 2
    const stageRatios = stageFlowRatios(ratio, main, layout.stages[j], stream.uniform(j))
    for (let k = 0; k < layout.approaches[j]; k++) {
      const a = j * MAX_APPROACHES + k
      const lanes = k < 2 ? use.mainLanes : use.crossLanes
      layout.stageOf[a] = k < 2 ? 0 : layout.stages[j] === 2 ? 1 : k - 1
      layout.saturationFlow[a] = lanes * parameters.saturationPerLane
      layout.meanFlow[a] = stageRatios[layout.stageOf[a]] * layout.saturationFlow[a]
      layout.storage[a] = lanes * parameters.storagePerLane
    }
    for (let k = 0; k < layout.stages[j]; k++) {
      stageRatios[k] *= exp(parameters.surveySigma * stream.normal(j))
    }
    computePlans(layout, j, stageRatios, parameters)
  }
  return layout
}

/** The main road's share of the flow ratio, the rest to the cross road's one or two stages. */
function stageFlowRatios(ratio: number, main: number, stages: number, draw: number): Float64Array {
  const cross = ratio * (1 - main)
  if (stages === 2) return Float64Array.of(ratio * main, cross)
  const first = 0.4 + 0.2 * draw
  return Float64Array.of(ratio * main, cross * first, cross * (1 - first))
}

/** Webster timings of every plan for the flows that were once surveyed. */
function computePlans(
  layout: Layout,
  j: number,
  surveyed: Float64Array,
  { plans, timing }: SignalParameters,
): void {
  const stages = layout.stages[j]
  let total = 0
  for (let k = 0; k < stages; k++) total += surveyed[k]
  for (let p = 0; p < plans.length; p++) {
    const row = j * plans.length + p
    const cycleS = websterCycle(total * plans[p], stages * timing.lostPerStageS, timing)
    layout.planCycleS[row] = cycleS
    splitGreen(cycleS, stages, surveyed, 0, timing, layout.planGreens, row * MAX_STAGES)
  }
}

function checkTiming({ timing }: SignalParameters, file: string): void {
  const least = MAX_STAGES * (timing.lostPerStageS + timing.minGreenS)
  if (timing.minCycleS >= least && timing.maxCycleS >= timing.minCycleS) return
  const where = `${file}: simulation.timing`
  const got = `cycles of ${timing.minCycleS} to ${timing.maxCycleS} s`
  throw new Problem(
    problemText(where, got, `a shortest of ${least} s or more, and a longest above`),
  )
}
