// Alerts are detected, not told: n abnormal final windows in a row open one, as many normal ones close it.
import type { Threshold } from '../../producers/contract/measures.ts'
import type { Alert, KpiReading } from '../contract/types.ts'
import type { ReadingProgram } from './reading.ts'

export interface Alerts {
  /** Alerts that this final window reading opened or closed. Readings of a KPI come in window order. */
  take(reading: KpiReading): Alert[]
  open(): Alert[]
}

/** Streaks of one (KPI, threshold, scope). */
type Watch = { abnormal: number; normal: number; alert: Alert | null }

export function createAlerts(programs: ReadonlyMap<string, ReadingProgram>): Alerts {
  const watches = new Map<string, Watch>()

  function judge(
    reading: KpiReading,
    threshold: Threshold,
    index: number,
    scope: string,
  ): Alert | null {
    const { value } = reading.scopes[scope]
    // 0/0 is no evidence either way.
    if (value === null) return null
    const key = `${reading.kpi}|${index}|${scope}`
    const watch = watches.get(key) ?? { abnormal: 0, normal: 0, alert: null }
    watches.set(key, watch)
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

  return {
    take(reading) {
      const program = programs.get(reading.kpi)!
      const changed: Alert[] = []
      program.measure.thresholds?.forEach((threshold, i) => {
        const [city, ...districts] = program.scopes
        for (const scope of threshold.scope === 'city' ? [city] : districts) {
          const alert = judge(reading, threshold, i, scope)
          if (alert) changed.push(alert)
        }
      })
      return changed
    },
    open: () => [...watches.values()].flatMap((w) => w.alert ?? []),
  }
}
