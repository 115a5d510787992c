// When a parked car leaves: after a stay of its own length, or when the clock says so (the end of work, the next morning).
import { cityDayStart, DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../infra/time.ts'
import type { Demand } from '../../../simulation/demand.ts'
import { createStays, type Stays } from '../../../simulation/stays.ts'
import type { ClockHours, GroupParameters } from '../parameters.ts'

/** Time (whole ms) at which a car that comes at `time` leaves; `u` in [0, 1) is the car's own chance. */
export type LeavesAt = (time: number, u: number) => number

/** Whoever comes shortly before the hour at which he usually leaves means the next day's. */
const SHORTEST_MS = 10 * MINUTE_MS
/** A car that the clock never moves leaves after so many days: within what an exit can say of a stay. */
const MOST_DAYS = 10
/** The golden ratio's fraction turns a car's chance from day to day, so that each day is drawn evenly by all cars. */
const TURN = 0.6180339887498949

export function leavingOf(group: GroupParameters, demand: Demand): LeavesAt {
  if ('stay' in group) {
    const stays = createStays(group.stay.medianMin, group.stay.sigma)
    return (time, u) => time + stays.quantile(u)
  }
  return byTheClock(demand, tableOf(group.leave.workday), tableOf(group.leave.restday))
}

type ClockTable = { share: number; fromMs: number; after: Stays }

function tableOf({ share, fromHour, medianMin, sigma }: ClockHours): ClockTable {
  return { share, fromMs: fromHour * HOUR_MS, after: createStays(medianMin, sigma) }
}

/** The first hour of leaving after the car came, on the first day on which it is moved at all. */
function byTheClock(demand: Demand, workday: ClockTable, restday: ClockTable): LeavesAt {
  return (time, u) => {
    const earliest = time + SHORTEST_MS
    let day = cityDayStart(earliest)
    let chance = u
    for (let k = 0; k < MOST_DAYS; k++) {
      const { share, fromMs, after } = demand.dayKind(day) === 'workday' ? workday : restday
      if (chance < share) {
        const leaves = day + fromMs + after.quantile(chance / share)
        if (leaves >= earliest) return leaves
      }
      day += DAY_MS
      chance = (chance + TURN) % 1
    }
    return day
  }
}
