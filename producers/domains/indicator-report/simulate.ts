// Simulates the plan's slow indicators: each reports once a day where its path has got to.
// In: catalogue, parameters. Out: `report` events.
import { roundTo } from '../../../infra/maths.ts'
import { collector } from '../../../infra/problem.ts'
import { createBeats } from '../../simulation/periodic.ts'
import type { SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { createTrajectory } from '../../simulation/trajectory.ts'
import { REPORT, type Report } from './event.ts'
import { VALUE_DECIMALS } from './measures.ts'
import type { IndicatorParameters } from './parameters.ts'

/** Nothing is drawn: an indicator is what it is, whatever the seed; only the time of day differs. */
export function createIndicatorSimulator(context: SimulationContext): Simulator {
  const p = context.parameters as IndicatorParameters
  const { assets, catalogue } = context
  requireIndicators(context, p)
  const beats = createBeats(context)
  const valueAt = Array.from(assets, (number) => {
    const { path, step } = p.indicators[String(catalogue.attributes[number].slug)]
    const trajectory = createTrajectory(path)
    // Counted by steps from zero, so that a count of things never falls back by rounding.
    return (time: number) =>
      roundTo(Math.floor(trajectory(time) / step + 1e-9) * step, VALUE_DECIMALS)
  })
  const data: Report = { value: 0, unit: '1' }
  return {
    first: (i) => beats.first(i),
    wake(i, time, emit) {
      data.value = valueAt[i](time)
      data.unit = String(catalogue.attributes[assets[i]].unit)
      emit(REPORT, data)
      return beats.next(i, time)
    },
  }
}

const LARGEST = Number.MAX_SAFE_INTEGER / 10 ** VALUE_DECIMALS

/** Every indicator needs a path, and values whose scaled integer stays exact. */
function requireIndicators(context: SimulationContext, p: IndicatorParameters): void {
  const { assets, catalogue, city } = context
  const where = `seeds/${city.id}/indicator-report.json: simulation.indicators`
  const problems = collector()
  for (const number of assets) {
    const slug = String(catalogue.attributes[number].slug)
    const indicator = p.indicators[slug]
    if (!indicator) {
      problems.add(where, `no entry "${slug}"`, 'one for every indicator of the catalogue')
      continue
    }
    for (const [date, value] of indicator.path) {
      if (Math.abs(value) <= LARGEST) continue
      problems.add(
        `${where}.${slug} on ${date}`,
        `${value}`,
        `at most ${LARGEST}, so that sums stay exact at ${VALUE_DECIMALS} decimals`,
        'report it in a larger unit',
      )
    }
  }
  problems.throwIfAny('Indicators cannot be simulated')
}
