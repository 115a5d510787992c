// Newest KPI readings of a run: per KPI and window kind the latest of all and the latest final one.
import type { KpiReading } from '../../../processor/contract/types.ts'

export type ReadingEntry = {
  reading: KpiReading
  /** The record's own JSON, forwarded as it came. */
  text: string
  /** Grows with every change of any entry. */
  version: number
}

type ReadingSlot = { latest: ReadingEntry; final: ReadingEntry | null }

export type LatestReadings = ReturnType<typeof createReadings>

export function createReadings() {
  const slots = new Map<string, ReadingSlot>()
  let version = 0
  let changedAt = 0

  /** An older window, an older watermark or a provisional beside its own final never replaces what is shown. */
  function replaces(next: KpiReading, now: KpiReading): boolean {
    const a = Date.parse(next.window.end)
    const b = Date.parse(now.window.end)
    if (a !== b) return a > b && (next.final || next.watermark >= now.watermark)
    return next.final || (!now.final && next.watermark >= now.watermark)
  }

  function entries(finalOnly: boolean): ReadingEntry[] {
    const found: ReadingEntry[] = []
    for (const key of [...slots.keys()].sort()) {
      const { latest, final } = slots.get(key)!
      const entry = finalOnly ? final : latest
      if (entry) found.push(entry)
    }
    return found
  }

  return {
    /** `at`: wall time (ms) at which the reading was written. */
    put(reading: KpiReading, text: string, at = 0): void {
      const key = `${reading.kpi}|${reading.window.kind}`
      const slot = slots.get(key)
      const entry = { reading, text, version: version + 1 }
      if (!slot) slots.set(key, { latest: entry, final: reading.final ? entry : null })
      else {
        let changed = false
        if (replaces(reading, slot.latest.reading) && slot.latest.text !== text) {
          slot.latest = entry
          changed = true
        }
        const final = slot.final
        if (
          reading.final &&
          (!final || (replaces(reading, final.reading) && final.text !== text))
        ) {
          slot.final = entry
          changed = true
        }
        if (!changed) return
      }
      version++
      changedAt = Math.max(changedAt, at)
    },
    version: () => version,
    /** Wall time (ms) of the newest change, 0 before the first. */
    changedAt: () => changedAt,
    /** One entry per KPI and window kind, in KPI order. */
    latest: () => entries(false),
    finals: () => entries(true),
    kpis: () => [...new Set([...slots.values()].map((s) => s.latest.reading.kpi))].sort(),
    has: (kpi: string) => slots.has(`${kpi}|window`) || slots.has(`${kpi}|day`),
    /** Watermark (ms) of the KPI that is furthest behind, or null before the first reading. */
    slowestWatermark(): number | null {
      let slowest = Number.POSITIVE_INFINITY
      for (const { latest } of slots.values()) {
        const { window, watermark } = latest.reading
        if (window.kind === 'window') slowest = Math.min(slowest, Date.parse(watermark))
      }
      return slowest === Number.POSITIVE_INFINITY ? null : slowest
    },
    /** Entries newer than `since`, each final before the provisional that follows it. */
    changedSince(since: number): ReadingEntry[] {
      const found: ReadingEntry[] = []
      for (const { latest, final } of slots.values()) {
        if (final && final !== latest && final.version > since) found.push(final)
        if (latest.version > since) found.push(latest)
      }
      return found
    },
  }
}
