// When a sentinel reports: at its cadence, unless its link is down; what it would have said then is in the report after.
import { createPeriodicEvents, type PeriodicEvents } from '../../simulation/periodic.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import type { SpellOdds } from '../../simulation/spells.ts'
import { SpellsOfAssets } from './spells-of-assets.ts'

export class ReportTimes {
  readonly #context: SimulationContext
  readonly #periodic: PeriodicEvents
  readonly #silences: SpellsOfAssets

  constructor(context: SimulationContext, silences: SpellOdds) {
    this.#context = context
    this.#periodic = createPeriodicEvents(context)
    this.#silences = new SpellsOfAssets(context, 'silence', silences)
  }

  /** The last report before the start that came through, or the commissioning. */
  first(i: number): number {
    const { assets, cadence, catalogue } = this.#context
    const opened = catalogue.commissionedAt[assets[i]]
    const due = this.#periodic.first(i)
    let report = due
    while (report - cadence.everyMs >= opened && this.#silences.isIn(i, report))
      report -= cadence.everyMs
    // A sentinel that is new has a link that works.
    return this.#silences.isIn(i, report) ? due : report
  }

  /** The first report after `time` that comes through. */
  next(i: number, time: number): number {
    let report = this.#periodic.next(i, time)
    while (this.#silences.isIn(i, report)) report = this.#periodic.next(i, report)
    return report
  }
}
