// Merge = function(P partials of one domain and window, the plan): no other memory than which windows wait and which are done.
import type { Descriptor, Partial } from '../../producers/contract/records.ts'
import type { City } from '../../seeds/contract.ts'
import type { Alert, KpiReading } from '../contract/types.ts'
import { Alerts } from './alerts.ts'
import { DomainMerge } from './domain-merge.ts'
import type { MergeStart } from './merge-start.ts'
import { compileReadings } from './reading.ts'

export class Merge {
  readonly #epoch: number
  readonly #alerts: Alerts
  readonly #domains = new Map<string, DomainMerge>()
  #readings: KpiReading[] = []
  #changedAlerts: Alert[] = []

  /**
   * `rebuilding`: old windows come first, in any order, until `rebuilt` is called. Throws one Problem when the plan
   * lacks planned numbers.
   */
  constructor(descriptor: Descriptor, city: City, epoch: number, rebuilding = false) {
    const programs = compileReadings(descriptor, city)
    this.#epoch = epoch
    this.#alerts = new Alerts(programs, rebuilding)
    for (const [domain, { measures }] of Object.entries(descriptor.declarations)) {
      const own = measures.map((m) => programs.get(`${domain}.${m.name}`)!)
      this.#domains.set(domain, new DomainMerge(epoch, descriptor, own))
    }
  }

  /** Of one that is `rebuilding`: goes on behind what was final, and judges alerts by its readings. */
  resume({ finalEnds, readings }: Pick<MergeStart, 'finalEnds' | 'readings'>): void {
    for (const [domain, end] of finalEnds) this.#domains.get(domain)?.resume(end)
    for (const reading of readings) this.#changedAlerts.push(...this.#alerts.take(reading, true))
  }

  /** A task's final or provisional that the run can have (read-partial.ts); one of another epoch is ignored. */
  partial(partial: Partial): void {
    if (partial.provisional) this.#domainOf(partial)?.putProvisional(partial)
    else this.#add('partials', partial)
  }

  /** Truth of a window that the run can have. */
  truth(partial: Partial): void {
    this.#add('truths', partial)
  }

  /**
   * Finals since the last call, window and day of each KPI, and the alerts they opened or closed. A window that becomes
   * complete after a later one (compaction has moved its partials) gets its own final and touches neither day nor alerts.
   */
  take(): { readings: KpiReading[]; alerts: Alert[] } {
    const taken = { readings: this.#readings, alerts: this.#changedAlerts }
    this.#readings = []
    this.#changedAlerts = []
    return taken
  }

  /** What there was at the beginning has been merged: alerts are judged, in the windows' order, from now on. */
  rebuilt(): void {
    this.#changedAlerts.push(...this.#alerts.rebuilt())
  }

  /** Readings of the open window of each domain of which every task has said something, if changed since the last call. */
  provisional(): KpiReading[] {
    return [...this.provisionals()].flat()
  }

  /** The same domain by domain, each as it is when its turn comes. */
  *provisionals(): Generator<KpiReading[]> {
    for (const domain of this.#domains.values()) yield domain.provisional()
  }

  #add(side: 'partials' | 'truths', partial: Partial): void {
    const final = this.#domainOf(partial)?.add(side, partial)
    if (!final) return
    this.#readings.push(...final.readings)
    for (const reading of final.readings) {
      if (reading.window.kind === 'day') continue
      this.#changedAlerts.push(...this.#alerts.take(reading, final.isNewest))
    }
  }

  #domainOf({ epoch, domain }: Partial): DomainMerge | undefined {
    return epoch === this.#epoch ? this.#domains.get(domain) : undefined
  }
}
