// Simulates the plan's slow indicators: each reports once a day where its path has got to.
// In: catalogue, parameters. Out: `report` events.
import { roundTo } from '../../../infra/maths.ts'
import { createPeriodicEvents } from '../../simulation/periodic.ts'
import { checkEntries, collector } from '../../simulation/problems.ts'
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
  const reports = createPeriodicEvents(context)
  const valueAt = Array.from(assets, (number) => {
    const { path, step } = p.indicators[String(catalogue.attributes[number].slug)]
    const trajectory = createTrajectory(path)
    // Counted by steps from zero, so that a count of things never falls back by rounding.
    return (time: number) =>
      roundTo(Math.floor(trajectory(time) / step + 1e-9) * step, VALUE_DECIMALS)
  })
  const data: Report = { value: 0, unit: '1' }
  return {
    first: (i) => reports.first(i),
    wake(i, time, emit) {
      data.value = valueAt[i](time)
      data.unit = String(catalogue.attributes[assets[i]].unit)
      emit(REPORT, data)
      return reports.next(i, time)
    },
  }
}

const LARGEST = Number.MAX_SAFE_INTEGER / 10 ** VALUE_DECIMALS

/** Every indicator needs a path, and values whose scaled integer stays exact. */
function requireIndicators(context: SimulationContext, p: IndicatorParameters): void {
  const section = { domain: 'indicator-report', attribute: 'slug', section: 'indicators' }
  const problems = collector()
  for (const [slug, { path }] of Object.entries(p.indicators)) {
    for (const [date, value] of path) {
      if (Math.abs(value) <= LARGEST) continue
      problems.add(
        `seeds/${context.city.id}/indicator-report.json: simulation.indicators.${slug} on ${date}`,
        `${value}`,
        `at most ${LARGEST}, so that sums stay exact at ${VALUE_DECIMALS} decimals`,
        'report it in a larger unit',
      )
    }
  }
  checkEntries(context, section, problems)
  problems.throwIfAny('indicator-report cannot be simulated')
}
