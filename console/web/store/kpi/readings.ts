// The newest reading of each KPI and window kind, and a short tail of finals for the small charts.
import { type Signal, signal } from '@preact/signals'
import type { KpiReading } from '../../../messages.ts'

/** Finals kept per KPI: two hours of one-minute windows. */
export const KEPT_FINALS = 120

export class KpiReadings {
  /** Grows with every reading: for views over all KPIs. */
  readonly revision = signal(0)
  readonly #latest = new Map<string, Signal<KpiReading | null>>()
  readonly #finals = new Map<string, Signal<KpiReading[]>>()

  /** Newest reading, provisional or final. */
  latest(kpi: string, kind: 'window' | 'day'): Signal<KpiReading | null> {
    const key = `${kpi}|${kind}`
    const known = this.#latest.get(key)
    if (known) return known
    const made = signal<KpiReading | null>(null)
    this.#latest.set(key, made)
    return made
  }

  /** Finals of `window` kind, oldest first. */
  finals(kpi: string): Signal<KpiReading[]> {
    const known = this.#finals.get(kpi)
    if (known) return known
    const made = signal<KpiReading[]>([])
    this.#finals.set(kpi, made)
    return made
  }

  /** Readings held, at most two per KPI. */
  size(): number {
    let held = 0
    for (const reading of this.#latest.values()) if (reading.value !== null) held++
    return held
  }

  put(readings: KpiReading[]): void {
    for (const reading of readings) {
      const { kind } = reading.window
      this.latest(reading.kpi, kind).value = reading
      if (kind === 'window' && reading.final) this.#addFinals(reading.kpi, [reading])
    }
    if (readings.length > 0) this.revision.value++
  }

  /** Adds what the server remembers from before this page was opened. */
  remember(kpi: string, history: KpiReading[]): void {
    this.#addFinals(
      kpi,
      history.filter((r) => r.final && r.window.kind === 'window'),
    )
  }

  /** Another run: nothing of the old one may stay on the screen. */
  reset(): void {
    for (const reading of this.#latest.values()) reading.value = null
    for (const list of this.#finals.values()) list.value = []
    this.revision.value++
  }

  #addFinals(kpi: string, added: KpiReading[]): void {
    const finals = this.finals(kpi)
    const byStart = new Map(finals.value.map((r) => [r.window.start, r]))
    for (const reading of added) {
      // What came as the city's alone never takes the districts away.
      const known = byStart.get(reading.window.start)?.scopes
      const scopes = known ? { ...known, ...reading.scopes } : reading.scopes
      byStart.set(reading.window.start, known ? { ...reading, scopes } : reading)
    }
    const ordered = [...byStart.values()].sort((a, b) => (a.window.start < b.window.start ? -1 : 1))
    finals.value = ordered.slice(-KEPT_FINALS)
  }
}
