// What a junction is before any vehicle comes: approaches, lanes, stages and mean flows.
import { exp } from '../../../../infra/maths.ts'
import { Problem, problemText, requireEntries } from '../../../simulation/problems.ts'
import type { SimulationContext } from '../../../simulation/simulator.ts'
import { createStreams } from '../../../simulation/streams.ts'
import type { SignalParameters } from '../parameters.ts'

export const MAX_APPROACHES = 4
export const MAX_STAGES = 3
/** Approaches of the main road: into the city's middle, and out of it. */
export const INBOUND = 0
export const OUTBOUND = 1

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
  storage: Uint32Array
  /** Shortest cycle by night, s. */
  leastCycleS: Float64Array
  /** Critical flow ratio of each stage at mean demand, as it is and as a survey once had it, at junction · MAX_STAGES. */
  ratios: Float64Array
  surveyed: Float64Array
}

/** Lays out the context's junctions, each from its own `layout` stream; throws a Problem for an unknown class. */
export function layOut(context: SimulationContext): Layout {
  const { assets, catalogue, city } = context
  const parameters = context.parameters as SignalParameters
  requireEntries(context, { domain: 'traffic-signal', attribute: 'class', section: 'classes' })
  checkTiming(parameters, `seeds/${city.id}/traffic-signal.json`)
  const size = assets.length
  const layout: Layout = {
    approaches: new Uint8Array(size),
    stages: new Uint8Array(size),
    adaptive: new Uint8Array(size),
    stageOf: new Uint8Array(size * MAX_APPROACHES),
    meanFlow: new Float64Array(size * MAX_APPROACHES),
    saturationFlow: new Float64Array(size * MAX_APPROACHES),
    storage: new Uint32Array(size * MAX_APPROACHES),
    leastCycleS: new Float64Array(size),
    ratios: new Float64Array(size * MAX_STAGES),
    surveyed: new Float64Array(size * MAX_STAGES),
  }
  // Not saved: nothing is drawn from it once the junctions are laid out.
  const { layout: stream } = createStreams(context, ['layout'])
  for (let j = 0; j < size; j++) {
    const n = assets[j]
    const { class: name, approaches, adaptive } = catalogue.attributes[n]
    const use = parameters.classes[String(name)]
    const district = city.scopes[catalogue.district[n]].code
    const within = ([low, high]: number[]) => low + stream.uniform(j) * (high - low)
    const ratio = within(use.meanFlowRatio) * (parameters.districtFlow[district] ?? 1)
    const main = within(use.mainShare)
    layout.leastCycleS[j] = within(use.leastCycleS)
    layout.adaptive[j] = adaptive === true ? 1 : 0
    layout.approaches[j] = Number(approaches) < MAX_APPROACHES ? MAX_APPROACHES - 1 : MAX_APPROACHES
    layout.stages[j] = use.splitCross && layout.approaches[j] === MAX_APPROACHES ? MAX_STAGES : 2
    const ratios = stageFlowRatios(ratio, main, layout.stages[j], stream.uniform(j))
    layout.ratios.set(ratios, j * MAX_STAGES)
    for (let k = 0; k < layout.approaches[j]; k++) {
      const a = j * MAX_APPROACHES + k
      const lanes = k < 2 ? use.mainLanes : use.crossLanes
      layout.stageOf[a] = k < 2 ? 0 : layout.stages[j] === 2 ? 1 : k - 1
      layout.saturationFlow[a] = lanes * parameters.saturationPerLane
      layout.meanFlow[a] = ratios[layout.stageOf[a]] * layout.saturationFlow[a]
      layout.storage[a] = lanes * parameters.storagePerLane
    }
    for (let k = 0; k < layout.stages[j]; k++) {
      const error = exp(parameters.surveySigma * stream.normal(j))
      layout.surveyed[j * MAX_STAGES + k] = ratios[k] * error
    }
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

function checkTiming({ timing, plans, schedule }: SignalParameters, file: string): void {
  const least = MAX_STAGES * (timing.lostPerStageS + timing.minGreenS)
  const where = `${file}: simulation.timing`
  if (timing.minCycleS < least || timing.maxCycleS < timing.minCycleS) {
    const got = `cycles of ${timing.minCycleS} to ${timing.maxCycleS} s`
    throw new Problem(
      problemText(where, got, `a shortest of ${least} s or more, and a longest above`),
    )
  }
  for (const [hour, number] of [...schedule.workday, ...schedule.other]) {
    if (number >= 1 && number <= plans.length) continue
    const at = `${file}: simulation.schedule, hour ${hour}`
    throw new Problem(problemText(at, `plan ${number}`, `a plan from 1 to ${plans.length}`))
  }
}
