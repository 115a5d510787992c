// n abnormal windows in a row open an alert, as many normal ones close it; whatever it is that is held against the bounds.
import type { Threshold } from '../../producers/contract/measures.ts'
import type { AgainstUsual, Alert } from '../contract/types.ts'

/** One scope of a final window. */
export type JudgedWindow = Pick<Alert, 'epoch' | 'kpi' | 'scope' | 'value'> & {
  /** Its end. */
  at: string
  /** Held against the bounds; null is no evidence either way. */
  bounded: number | null
  against?: AgainstUsual
}

/** Of one (KPI, threshold, scope). */
type Watch = { abnormal: number; normal: number; alert: Alert | null }

export class Streaks {
  readonly #watches = new Map<string, Watch>()

  /** The alert that this window opened or closed; windows come in their order. `index`: the threshold's in its measure. */
  judge(window: JudgedWindow, threshold: Threshold, index: number): Alert | null {
    const { bounded, at, epoch, kpi, scope, value, against } = window
    if (bounded === null) return null
    const watch = this.#watchOf(`${kpi}|${index}|${scope}`)
    const { below, above, windows, severity } = threshold
    const isBelow = below !== undefined && bounded < below
    const isAbove = above !== undefined && bounded > above
    const isAbnormal = isBelow || isAbove
    watch.abnormal = isAbnormal ? watch.abnormal + 1 : 0
    watch.normal = isAbnormal ? 0 : watch.normal + 1
    if (!watch.alert && watch.abnormal >= windows) {
      // Two thresholds of one measure may open in one window.
      const which = against ? `usual${index}-${severity}` : severity
      watch.alert = {
        ...{ epoch, id: `a-${kpi}-${scope}-${which}-${at}`, kpi, scope, severity },
        ...{ openedAt: at, closedAt: null, value, threshold: isBelow ? below : above! },
        ...{ windows, ...(against && { against }) },
      }
      return watch.alert
    }
    if (watch.alert && watch.normal >= windows) {
      const closed = { ...watch.alert, closedAt: at, value, ...(against && { against }) }
      watch.alert = null
      return closed
    }
    return null
  }

  #watchOf(key: string): Watch {
    const known = this.#watches.get(key)
    if (known) return known
    const watch = { abnormal: 0, normal: 0, alert: null }
    this.#watches.set(key, watch)
    return watch
  }
}

/** Where a threshold looks; the whole city comes first among a KPI's scopes. */
export function watchedScopes([city, ...districts]: string[], { scope }: Threshold): string[] {
  return scope === 'city' ? [city] : districts
}
