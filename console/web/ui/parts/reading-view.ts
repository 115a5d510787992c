// Turns a KPI's readings into what a tile, a table cell or a plan row shows: value, trust, age, comparison.
import type { KpiReading } from '../../../messages.ts'
import { compact, hourMinute, quantity, span } from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'
import {
  achieved,
  type Confidence,
  comparesCount,
  confidence,
  type DeclaredKpi,
  type PlanTarget,
  windowKind,
} from '../../store/kpi/measures.ts'
import type { PageStore } from '../../store/store.ts'

/** The reading that speaks for a KPI on the screen. */
export function shownReading(store: PageStore, kpi: DeclaredKpi): KpiReading | null {
  if (windowKind(kpi) === 'day') return store.readings.latest(kpi.id, 'day').value
  return latestWindow(store, kpi)
}

/** The newest window; of what is summed over it the last closed one, because the open one holds few events yet. */
export function latestWindow(store: PageStore, kpi: DeclaredKpi): KpiReading | null {
  const newest = store.readings.latest(kpi.id, 'window').value
  const { kind } = kpi.measure
  if (newest?.final || (kind !== 'ratio' && kind !== 'count')) return newest
  return store.readings.finals(kpi.id).value.at(-1) ?? newest
}

export type Shown = {
  reading: KpiReading | null
  confidence: Confidence
  /** In `unit`; null when there is nothing to show. */
  value: number | null
  unit: string
  n: number | null
  target: PlanTarget | null
}

/** What to show for `scope`; targets belong to the city alone. */
export function shown(store: PageStore, kpi: DeclaredKpi, scope: string, city: string): Shown {
  const reading = shownReading(store, kpi)
  const target = scope === city ? (kpi.targets[0] ?? null) : null
  const cell = reading?.scopes[scope]
  const counted = target !== null && comparesCount(kpi, target)
  const value =
    !reading || !cell ? null : counted ? achieved(kpi, target, reading, scope) : cell.value
  return {
    reading,
    confidence: confidence(kpi, reading, scope),
    value,
    unit: counted ? target.unit : kpi.measure.unit,
    n: cell?.n ?? null,
    target,
  }
}

/** Value and unit as texts, or the word that says why there is none. */
export function shownText(view: Shown): { value: string; unit: string; word: boolean } {
  if (view.value === null || view.confidence === 'warming-up' || view.confidence === 'no-data') {
    const key = view.confidence === 'no-data' ? 'conf.no-data' : 'conf.warming-up'
    return { value: t(key), unit: '', word: true }
  }
  return { ...quantity(view.value, view.unit, lang.value), word: false }
}

/** How old a reading is: horizon − watermark, in words. */
export function ageText(store: PageStore, reading: KpiReading | null): string {
  const clock = store.clock.value
  if (!reading || !clock) return ''
  const age = clock.horizon - Date.parse(reading.watermark)
  if (age < 2_000) return t('age.now')
  return t('age.ago', { age: span(age, lang.value) })
}

export const nText = (n: number | null): string =>
  n === null ? '' : t('tile.n', { n: compact(n, lang.value, 1) })

/** From when on a count counts: the city's midnight, or the start of the run on its first day. */
export function sinceText(kpi: DeclaredKpi, reading: KpiReading | null): string {
  if (kpi.measure.kind !== 'count' || reading?.window.kind !== 'day') return ''
  return t('tile.since', { time: hourMinute(Date.parse(reading.window.start), lang.value) })
}

/** Small charts: one number per final window, in the unit that is shown. */
export function series(
  store: PageStore,
  kpi: DeclaredKpi,
  scope: string,
  city: string,
): (number | null)[] {
  const target = scope === city ? (kpi.targets[0] ?? null) : null
  const counted = target !== null && comparesCount(kpi, target)
  return store.readings
    .finals(kpi.id)
    .value.map((r) =>
      counted ? achieved(kpi, target, r, scope) : (r.scopes[scope]?.value ?? null),
    )
}
