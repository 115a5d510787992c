// Alerts are detected, not announced: final windows of the city held against the thresholds that their KPIs declare.
import type { Alert, KpiReading } from '../contract/types.ts'
import type { ReadingProgram } from './reading.ts'
import { Streaks, watchedScopes } from './streaks.ts'

export class Alerts {
  readonly #programs: ReadonlyMap<string, ReadingProgram>
  readonly #streaks = new Streaks()
  /** Readings that wait for `rebuilt`; null once they are judged as they come. */
  #unjudged: KpiReading[] | null

  constructor(programs: ReadonlyMap<string, ReadingProgram>, rebuilding: boolean) {
    this.#programs = programs
    this.#unjudged = rebuilding ? [] : null
  }

  /**
   * Alerts that this final window reading opened or closed. One that is not its KPI's newest changes no streak, except
   * while the merge is rebuilt, when windows come in any order and none is judged yet.
   */
  take(reading: KpiReading, isNewest: boolean): Alert[] {
    if (!this.#unjudged) return isNewest ? this.#judge(reading) : []
    if (this.#programs.get(reading.kpi)!.measure.thresholds) this.#unjudged.push(reading)
    return []
  }

  /**
   * Judges what waited, in the windows' order; of each alert its newest state: one that was closed long ago must not be
   * told as open again, not even until the next record.
   */
  rebuilt(): Alert[] {
    const waiting = this.#unjudged ?? []
    this.#unjudged = null
    waiting.sort((a, b) => Date.parse(a.window.end) - Date.parse(b.window.end))
    const changed = waiting.flatMap((reading) => this.#judge(reading))
    return [...new Map(changed.map((alert) => [alert.id, alert])).values()]
  }

  #judge({ epoch, kpi, window, scopes: readings }: KpiReading): Alert[] {
    const { measure, scopes } = this.#programs.get(kpi)!
    const changed: Alert[] = []
    measure.thresholds?.forEach((threshold, i) => {
      // What is usual the merge does not know: usual-alerts.ts.
      if (threshold.againstUsual) return
      for (const scope of watchedScopes(scopes, threshold)) {
        const { value } = readings[scope]
        const judged = { epoch, kpi, scope, value, at: window.end, bounded: value }
        const alert = this.#streaks.judge(judged, threshold, i)
        if (alert) changed.push(alert)
      }
    })
    return changed
  }
}
