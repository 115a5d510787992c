// Simulates the plan's slow indicators: each reports its newest figure once a day, and a new one when it comes out.
// In: catalogue, parameters. Out: `report` events.
import { roundTo } from '../../../infra/maths.ts'
import { cityDate, DAY_MS, lastPeriod } from '../../../infra/time.ts'
import { createPeriodicEvents } from '../../simulation/periodic.ts'
import { checkEntries, collector } from '../../simulation/problems.ts'
import type { SimulationContext, Simulator } from '../../simulation/simulator.ts'
import { createTrajectory } from '../../simulation/trajectory.ts'
import { REPORT, type Report } from './event.ts'
import { VALUE_DECIMALS } from './measures.ts'
import type { IndicatorParameters } from './parameters.ts'

type Figures = Pick<IndicatorParameters['indicators'][string], 'every' | 'lagDays'>

/** Nothing is drawn: an indicator is what it is, whatever the seed; only the time of day differs. */
export function createIndicatorSimulator(context: SimulationContext): Simulator {
  const p = context.parameters as IndicatorParameters
  const { assets, catalogue } = context
  requireIndicators(context, p)
  const reports = createPeriodicEvents(context)
  const indicators = Array.from(
    assets,
    (number) => p.indicators[String(catalogue.attributes[number].slug)],
  )
  const fill = Array.from(assets, (number, i) => {
    const { unit } = catalogue.attributes[number]
    const { path, step, every, lagDays } = indicators[i]
    const trajectory = createTrajectory(path)
    return (time: number, data: Report) => {
      const { name, end } = lastPeriod(every, time - lagDays * DAY_MS)
      // Counted by steps from zero, so that a count of things never falls back by rounding.
      const steps = Math.floor(trajectory(end - DAY_MS) / step + 1e-9)
      data.value = roundTo(steps * step, VALUE_DECIMALS)
      data.unit = String(unit)
      data.period = name
      data.published = cityDate(end + lagDays * DAY_MS)
    }
  })
  // Not saved: filled anew for each event, `emit` reads it at once.
  const data: Report = { value: 0, unit: '1', period: '', published: '' }
  return {
    first: (i) => reports.first(i),
    wake(i, time, emit) {
      fill[i](time, data)
      emit(REPORT, data)
      return Math.min(reports.next(i, time), nextFigure(indicators[i], time))
    },
    /** An indicator is what it is at a time: there is nothing to remember. */
    state() {},
  }
}

/** More days than one period has, and fewer than two. */
const PERIOD_DAYS = { year: 367, quarter: 93, month: 32 }

/** When the next figure comes out, after `time`. */
function nextFigure({ every, lagDays }: Figures, time: number): number {
  const { end } = lastPeriod(every, time - lagDays * DAY_MS)
  return lastPeriod(every, end + PERIOD_DAYS[every] * DAY_MS).end + lagDays * DAY_MS
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
