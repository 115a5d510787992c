// City-wide demand: a pure function of (scenario, time, place), computed alike in every process.
import type { City, Scenario } from '../seeds/contract.ts'

export type DayKind = 'workday' | 'weekend' | 'holiday'

export type Demand = {
  dayKind(time: number): DayKind
  /** Multiplier of a named daily curve at `time` (mean over the day about 1), scenario.demand applied. */
  curve(name: string, time: number): number
  /** Upper bound of `curve(name, ·)` over all times: the majorant for thinning. */
  peak(name: string): number
}

export declare function createDemand(city: City, scenario: Scenario): Demand
