// The newest reading of each KPI and window kind, and a short tail of finals for the small charts.
import { type Signal, signal } from '@preact/signals'
import type { KpiReading } from '../../../messages.ts'

/** Finals kept per KPI: two hours of one-minute windows. */
export const KEPT_FINALS = 120

export type Readings = ReturnType<typeof createReadings>

export function createReadings() {
  const latest = new Map<string, Signal<KpiReading | null>>()
  const finals = new Map<string, Signal<KpiReading[]>>()
  /** Grows with every reading: for views over all KPIs. */
  const revision = signal(0)

  function slot(kpi: string, kind: 'window' | 'day'): Signal<KpiReading | null> {
    const key = `${kpi}|${kind}`
    const known = latest.get(key)
    if (known) return known
    const made = signal<KpiReading | null>(null)
    latest.set(key, made)
    return made
  }

  function tail(kpi: string): Signal<KpiReading[]> {
    const known = finals.get(kpi)
    if (known) return known
    const made = signal<KpiReading[]>([])
    finals.set(kpi, made)
    return made
  }

  function addFinals(kpi: string, added: KpiReading[]): void {
    const byStart = new Map(tail(kpi).value.map((r) => [r.window.start, r]))
    for (const reading of added) byStart.set(reading.window.start, reading)
    const ordered = [...byStart.values()].sort((a, b) => (a.window.start < b.window.start ? -1 : 1))
    tail(kpi).value = ordered.slice(-KEPT_FINALS)
  }

  return {
    revision,
    /** Newest reading, provisional or final. */
    latest: slot,
    /** Finals of `window` kind, oldest first. */
    finals: tail,
    /** Readings held, at most two per KPI. */
    size(): number {
      let held = 0
      for (const reading of latest.values()) if (reading.value !== null) held++
      return held
    },
    put(readings: KpiReading[]): void {
      for (const reading of readings) {
        const { kind } = reading.window
        slot(reading.kpi, kind).value = reading
        if (kind === 'window' && reading.final) addFinals(reading.kpi, [reading])
      }
      if (readings.length > 0) revision.value++
    },
    /** Adds what the server remembers from before this page was opened. */
    remember(kpi: string, history: KpiReading[]): void {
      addFinals(
        kpi,
        history.filter((r) => r.final && r.window.kind === 'window'),
      )
    },
    /** Another run: nothing of the old one may stay on the screen. */
    reset(): void {
      for (const reading of latest.values()) reading.value = null
      for (const list of finals.values()) list.value = []
      revision.value++
    },
  }
}
