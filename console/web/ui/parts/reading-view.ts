// Turns a KPI's readings into what a tile, a table cell or a plan row shows: value, trust, age, comparison.
import type { KpiReading } from '../../../messages.ts'
import { brief, compact, hourMinute, quantity, span } from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'
import {
  achieved,
  type Confidence,
  comparesCount,
  confidence,
  type DeclaredKpi,
  type PlanTarget,
  reportOf,
} from '../../store/kpi/measures.ts'
import type { ReportPeriod } from '../../store/kpi/report-period.ts'
import { shownReading } from '../../store/kpi/shown-reading.ts'
import type { PageStore } from '../../store/store.ts'
import { notation } from './notation.ts'

/** Samples from here on are given in three figures: how many exactly is in the lineage. */
const MANY = 10_000
/** What is not older is called new. */
const NOW_MS = 2_000

export type Shown = {
  reading: KpiReading | null
  confidence: Confidence
  /** In `unit`; null when there is nothing to show. */
  value: number | null
  unit: string
  n: number | null
  /** The city's: a district is held against nothing, but shown in the same unit. */
  target: PlanTarget | null
}

/** What to show for `scope`; without a `city` the plain value, as districts are compared by it. */
export function shown(store: PageStore, kpi: DeclaredKpi, scope: string, city: string): Shown {
  const reading = shownReading(store, kpi)
  const target = city === '' ? null : (kpi.targets[0] ?? null)
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
  if (view.target?.unit === view.unit) {
    const as = notation(view.unit, Math.max(view.target.value, view.value))
    return { value: as.value(view.value), unit: as.unit, word: false }
  }
  return { ...quantity(view.value, view.unit, lang.value), word: false }
}

/** Until when a value counts: the report that it is of, or the end of what was read for it. */
export function untilText(store: PageStore, kpi: DeclaredKpi, reading: KpiReading | null): string {
  const report = reportOf(kpi, store.hour.value)
  if (report) return periodText(report)
  if (!reading) return ''
  const { window, watermark, final } = reading
  const until = Date.parse(final ? window.end : watermark)
  return t('tile.until', { time: hourMinute(until) })
}

/** 2024 · published 2025-01-21. */
export const periodText = ({ name, published }: ReportPeriod): string =>
  t('plan.period', { period: name, date: published })

/** How old a reading is: horizon − watermark, in words. */
export function ageText(store: PageStore, reading: KpiReading | null): string {
  const age = ageOf(store, reading)
  if (age === null) return ''
  return age < NOW_MS ? t('age.now') : t('age.ago', { age: span(age, lang.value) })
}

function ageOf(store: PageStore, reading: KpiReading | null): number | null {
  const clock = store.clock.value
  return reading && clock ? clock.horizon - Date.parse(reading.watermark) : null
}

export const nText = (n: number | null): string =>
  n === null ? '' : t('tile.n', { n: n < MANY ? compact(n, lang.value, 1) : brief(n, lang.value) })

/** From when on a count counts: the city's midnight, or the start of the run on its first day. */
export function sinceText(kpi: DeclaredKpi, reading: KpiReading | null): string {
  if (kpi.measure.kind !== 'count' || reading?.window.kind !== 'day') return ''
  return t('tile.since', { time: hourMinute(Date.parse(reading.window.start)) })
}

/** Small charts: one number per final window, in the unit that is shown. */
export function series(
  store: PageStore,
  kpi: DeclaredKpi,
  scope: string,
  city: string,
): (number | null)[] {
  const target = city === '' ? null : (kpi.targets[0] ?? null)
  const counted = target !== null && comparesCount(kpi, target)
  return store.readings
    .finals(kpi.id)
    .value.map((r) =>
      counted ? achieved(kpi, target, r, scope) : (r.scopes[scope]?.value ?? null),
    )
}

/** The same windows of the twin; none of a counted share, whose twin gives shares. */
export function usualSeries(store: PageStore, kpi: DeclaredKpi, scope: string): (number | null)[] {
  const [target] = kpi.targets
  if (target && comparesCount(kpi, target)) return []
  const finals = store.readings.finals(kpi.id).value
  return finals.map((r) => store.usual.at(kpi.id, r.window.start, scope))
}
