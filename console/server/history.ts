// Final window readings of a run, the newest 1,500 per KPI, in columns: a day of minutes stays small.
import { isoTime } from '../../infra/time.ts'
import type { KpiReading, ScopeReading } from '../../processor/contract.ts'

/** Windows kept per KPI: one day of minutes and a little more. */
export const KEPT_WINDOWS = 1_500
const FIELDS = 4 // value, numerator, denominator, n

type Row = { start: number; end: number; truth: KpiReading['truth']; cells: Float64Array }
/** `like` carries what all windows of a KPI share: unit, weight, target. */
type Series = { like: KpiReading; codes: string[]; rows: Row[] }

export type Point = { end: string; value: number | null; n: number }
export type History = ReturnType<typeof createHistory>

const orNaN = (value: number | null) => value ?? Number.NaN
const orNull = (value: number) => (Number.isNaN(value) ? null : value)

export function createHistory(kept = KEPT_WINDOWS) {
  const series = new Map<string, Series>()

  return {
    /** Takes a final `window` reading; a repeated one replaces itself. */
    put(reading: KpiReading): void {
      const known = series.get(reading.kpi)
      const codes = known?.codes ?? Object.keys(reading.scopes)
      const of = known ?? { like: reading, codes, rows: [] }
      if (!known) series.set(reading.kpi, of)
      of.like = reading
      const cells = new Float64Array(FIELDS * codes.length)
      codes.forEach((code, i) => {
        const scope = reading.scopes[code]
        cells.set(
          [orNaN(scope.value), scope.numerator, orNaN(scope.denominator), scope.n],
          FIELDS * i,
        )
      })
      const { start, end } = reading.window
      const row = { start: Date.parse(start), end: Date.parse(end), truth: reading.truth, cells }
      const { rows } = of
      let at = rows.length
      while (at > 0 && rows[at - 1].end > row.end) at--
      if (at > 0 && rows[at - 1].end === row.end) rows[at - 1] = row
      else rows.splice(at, 0, row)
      if (rows.length > kept) rows.shift()
    },
    kpis: () => [...series.keys()].sort(),
    /** The newest `last` readings, oldest first; empty for a KPI without finals. */
    readings(kpi: string, last = kept): KpiReading[] {
      const of = series.get(kpi)
      if (!of) return []
      return of.rows.slice(-last).map((row) => restored(of, row))
    },
    points(kpi: string, scope: string, last = kept): Point[] {
      const of = series.get(kpi)
      const i = of ? of.codes.indexOf(scope) : -1
      if (!of || i < 0) return []
      return of.rows.slice(-last).map((row) => ({
        end: isoTime(row.end),
        value: orNull(row.cells[FIELDS * i]),
        n: row.cells[FIELDS * i + 3],
      }))
    },
  }
}

function restored({ like, codes }: Series, row: Row): KpiReading {
  const scopes: Record<string, ScopeReading> = {}
  codes.forEach((code, i) => {
    const [value, numerator, denominator, n] = row.cells.subarray(FIELDS * i, FIELDS * (i + 1))
    scopes[code] = { value: orNull(value), numerator, denominator: orNull(denominator), n }
  })
  const end = isoTime(row.end)
  return {
    ...like,
    window: { kind: 'window', start: isoTime(row.start), end },
    watermark: end,
    truth: row.truth,
    scopes,
  }
}
