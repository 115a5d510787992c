// When a service point is open: halls keep office hours on workdays, everything else never closes.
import { CITY_OFFSET_MS, DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import type { Demand } from '../../simulation/demand.ts'

const LONGEST_CLOSURE_DAYS = 31

export type OfficeHours = {
  isOpen(time: number): boolean
  /** Earliest open instant ≥ `time`; Infinity when a month has no workday. */
  opensAt(time: number): number
}

/** `hours` are city hours [from, to) of workdays, ascending. */
export function createOfficeHours(demand: Demand, hours: [number, number][]): OfficeHours {
  const spans = hours.map(([from, to]) => ({ from: from * HOUR_MS, to: to * HOUR_MS }))
  const dayStart = (time: number) => time - ((time + CITY_OFFSET_MS) % DAY_MS)
  return {
    isOpen(time) {
      const ofDay = time - dayStart(time)
      if (!spans.some((s) => ofDay >= s.from && ofDay < s.to)) return false
      return demand.dayKind(time) === 'workday'
    },
    opensAt(time) {
      const first = dayStart(time)
      for (let day = first; day <= first + LONGEST_CLOSURE_DAYS * DAY_MS; day += DAY_MS) {
        if (demand.dayKind(day) !== 'workday') continue
        for (const { from, to } of spans) {
          if (day + to > time) return Math.max(time, day + from)
        }
      }
      return Number.POSITIVE_INFINITY
    },
  }
}
