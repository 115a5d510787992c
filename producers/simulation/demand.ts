// City-wide demand: what is expected of every curve at a time, computed alike in every process.
import { Problem, problemText } from '../../infra/problem.ts'
import type { City, Scenario } from '../../seeds/contract.ts'
import { type CityDay, cityDayOf, createCityDays, type DayKind } from './days/city-days.ts'
import { createExpectedLevels, type ExpectedLevels } from './days/expected-levels.ts'

export type Demand = {
  dayKind(time: number): DayKind
  /** All that the calendar knows of the day that `time` lies in. */
  day(time: number): Readonly<CityDay>
  /** Expected levels of a named daily curve (mean over a workday about 1), scenario.demand applied. */
  levels(name: string): ExpectedLevels
  /** `levels(name).at(time)`. */
  curve(name: string, time: number): number
  /** Upper bound of `curve(name, ·)` over all times. */
  peak(name: string): number
}

/** Demand of one scenario; throws a Problem for a name that `seeds/<city>/demand.json` lacks. */
export function createDemand(city: City, scenario: Scenario): Demand {
  const dayOf = createCityDays(city.calendar)
  const curves = new Map<string, ExpectedLevels>()
  for (const [name, curve] of Object.entries(city.demand)) {
    curves.set(name, createExpectedLevels(curve, scenario.demand[name] ?? 1, dayOf))
  }

  function find(name: string): ExpectedLevels {
    const found = curves.get(name)
    if (found) return found
    const where = `seeds/${city.id}/demand.json`
    throw new Problem(
      problemText(where, `no curve "${name}"`, `one of ${[...curves.keys()].join(', ')}`, 'add it'),
    )
  }

  return {
    dayKind: (time) => dayOf(cityDayOf(time)).kind,
    day: (time) => dayOf(cityDayOf(time)),
    levels: find,
    curve: (name, time) => find(name).at(time),
    peak: (name) => find(name).peak,
  }
}
