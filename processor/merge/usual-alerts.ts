// Alerts against usual: final windows of the city held against the same of the twin in which nothing happens.
import type { Descriptor } from '../../producers/contract/records.ts'
import type { City } from '../../seeds/contract.ts'
import type { AgainstUsual, Alert, KpiReading } from '../contract/types.ts'
import { compileReadings, type ReadingProgram } from './reading.ts'
import { Streaks, watchedScopes } from './streaks.ts'
import { type PairSide, WindowPairs } from './window-pairs.ts'

/** A final window's values by scope. */
type FinalValues = { at: string; values: Record<string, number | null> }
type Watched = ReadingProgram & { pairs: WindowPairs<FinalValues> }

export class UsualAlerts {
  readonly #epoch: number
  /** KPIs with a threshold against usual. */
  readonly #watched = new Map<string, Watched>()
  readonly #streaks = new Streaks()

  constructor(descriptor: Descriptor, city: City, epoch: number) {
    this.#epoch = epoch
    const { start, window } = descriptor
    for (const [kpi, program] of compileReadings(descriptor, city)) {
      const { thresholds = [] } = program.measure
      if (!thresholds.some(({ againstUsual }) => againstUsual)) continue
      const pairs = new WindowPairs<FinalValues>(Date.parse(start) + window, window)
      this.#watched.set(kpi, { ...program, pairs })
    }
  }

  isWatched(kpi: string): boolean {
    return this.#watched.has(kpi)
  }

  /** Alerts that this reading of one side opened or closed; only final windows count, in whatever order they come. */
  take(side: PairSide, { kpi, window, final, scopes }: KpiReading): Alert[] {
    const watched = this.#watched.get(kpi)
    if (!watched || !final || window.kind === 'day') return []
    const values: FinalValues['values'] = {}
    for (const [scope, { value }] of Object.entries(scopes)) values[scope] = value
    const at = window.end
    return this.#judge(watched, watched.pairs.put(side, Date.parse(at), { at, values }))
  }

  /** A side has said all that it had up to its newest window. */
  settle(side: PairSide): Alert[] {
    const all = [...this.#watched.values()]
    return all.flatMap((watched) => this.#judge(watched, watched.pairs.settle(side)))
  }

  /** Whether a window of this side waits for the other. */
  waits(side: PairSide): boolean {
    return [...this.#watched.values()].some(({ pairs }) => pairs.waits(side))
  }

  #judge({ kpi, measure, scopes }: Watched, pairs: [FinalValues, FinalValues][]): Alert[] {
    const changed: Alert[] = []
    for (const [{ at, values }, usually] of pairs) {
      measure.thresholds?.forEach((threshold, i) => {
        const unit = threshold.againstUsual
        if (!unit) return
        for (const scope of watchedScopes(scopes, threshold)) {
          const [value, usual] = [values[scope], usually.values[scope]]
          const difference = differenceOf(value, usual, unit)
          const against = { usual, difference, unit }
          const judged = { epoch: this.#epoch, kpi, scope, value, at, bounded: difference, against }
          const alert = this.#streaks.judge(judged, threshold, i)
          if (alert) changed.push(alert)
        }
      })
    }
    return changed
  }
}

/** Six decimals, as readings have; null where there is nothing to compare. */
export function differenceOf(
  value: number | null,
  usual: number | null,
  unit: AgainstUsual['unit'],
): number | null {
  if (value === null || usual === null) return null
  const difference = value - usual
  if (difference === 0 || unit === 'kpi') return Math.round(difference * 1e6) / 1e6
  return usual === 0 ? null : Math.round((difference / usual) * 1e6) / 1e6
}
