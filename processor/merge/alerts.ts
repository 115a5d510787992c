// Alerts are detected, not announced: n abnormal final windows in a row open one, as many normal ones close it.
import type { Threshold } from '../../producers/contract/measures.ts'
import type { Alert, KpiReading } from '../contract/types.ts'
import type { ReadingProgram } from './reading.ts'

/** Streaks of one (KPI, threshold, scope). */
type Watch = { abnormal: number; normal: number; alert: Alert | null }

export class Alerts {
  readonly #programs: ReadonlyMap<string, ReadingProgram>
  readonly #watches = new Map<string, Watch>()
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

  /** Judges what waited, in the windows' order. */
  rebuilt(): Alert[] {
    const waiting = this.#unjudged ?? []
    this.#unjudged = null
    waiting.sort((a, b) => Date.parse(a.window.end) - Date.parse(b.window.end))
    return waiting.flatMap((reading) => this.#judge(reading))
  }

  #judge(reading: KpiReading): Alert[] {
    const { measure, scopes } = this.#programs.get(reading.kpi)!
    const changed: Alert[] = []
    measure.thresholds?.forEach((threshold, i) => {
      const [city, ...districts] = scopes
      for (const scope of threshold.scope === 'city' ? [city] : districts) {
        const alert = this.#judgeScope(reading, threshold, i, scope)
        if (alert) changed.push(alert)
      }
    })
    return changed
  }

  #judgeScope(
    reading: KpiReading,
    threshold: Threshold,
    index: number,
    scope: string,
  ): Alert | null {
    const { value } = reading.scopes[scope]
    // 0/0 is no evidence either way.
    if (value === null) return null
    const key = `${reading.kpi}|${index}|${scope}`
    const watch = this.#watches.get(key) ?? { abnormal: 0, normal: 0, alert: null }
    this.#watches.set(key, watch)
    const { below, above } = threshold
    const isBelow = below !== undefined && value < below
    const isAbove = above !== undefined && value > above
    const abnormal = isBelow || isAbove
    watch.abnormal = abnormal ? watch.abnormal + 1 : 0
    watch.normal = abnormal ? 0 : watch.normal + 1
    const at = reading.window.end
    if (!watch.alert && watch.abnormal >= threshold.windows) {
      watch.alert = {
        epoch: reading.epoch,
        id: `a-${reading.kpi}-${scope}-${threshold.severity}-${at}`,
        kpi: reading.kpi,
        scope,
        severity: threshold.severity,
        openedAt: at,
        closedAt: null,
        value,
        threshold: isBelow ? below : above!,
        windows: threshold.windows,
      }
      return watch.alert
    }
    if (watch.alert && watch.normal >= threshold.windows) {
      const closed = { ...watch.alert, closedAt: at, value }
      watch.alert = null
      return closed
    }
    return null
  }
}
