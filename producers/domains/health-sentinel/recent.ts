// What one sentinel has seen of late: sums over the reports of a day, and over those of the last hours.
import { DAY_MS } from '../../../infra/time.ts'
import type { StateWalk } from '../../simulation/simulator.ts'

export type CountedVisits = {
  visits: number
  fever: number
  /** What was to be expected of `fever` on a usual day. */
  usual: number
  /** Of `fever`, what an incident brought. */
  brought: number
}

const NO_REPORT = { at: 0, visits: 0, fever: 0, usual: 0, brought: 0 }

export class RecentVisits {
  /** Oldest first; those from `#hours` on are of the last hours. */
  readonly #reports: (CountedVisits & { at: number })[] = []
  readonly #hoursMs: number
  #hours = 0
  dayVisits = 0
  dayFever = 0
  dayBrought = 0
  fever = 0

  constructor(hoursMs: number) {
    this.#hoursMs = hoursMs
  }

  state(walk: StateWalk): void {
    walk.list(this.#reports, NO_REPORT, ({ at, visits, fever, usual, brought }) => ({
      at: walk.number(at),
      visits: walk.number(visits),
      fever: walk.number(fever),
      usual: walk.number(usual),
      brought: walk.number(brought),
    }))
    this.#hours = walk.number(this.#hours)
    this.dayVisits = walk.number(this.dayVisits)
    this.dayFever = walk.number(this.dayFever)
    this.dayBrought = walk.number(this.dayBrought)
    this.fever = walk.number(this.fever)
  }

  add(at: number, seen: CountedVisits): void {
    const reports = this.#reports
    reports.push({ at, ...seen })
    this.#countDay(seen, 1)
    this.fever += seen.fever
    while (reports[this.#hours].at <= at - this.#hoursMs) this.fever -= reports[this.#hours++].fever
    while (reports[0].at <= at - DAY_MS) {
      this.#countDay(reports.shift()!, -1)
      this.#hours--
    }
  }

  /** Of the last hours. Summed anew each time: a running sum of fractions would not forget. */
  get usual(): number {
    let sum = 0
    for (let k = this.#hours; k < this.#reports.length; k++) sum += this.#reports[k].usual
    return sum
  }

  #countDay({ visits, fever, brought }: CountedVisits, sign: 1 | -1): void {
    this.dayVisits += sign * visits
    this.dayFever += sign * fever
    this.dayBrought += sign * brought
  }
}
