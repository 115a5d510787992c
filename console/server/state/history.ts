// Final window readings of a run, the newest 1,500 per KPI, in rings of numbers: a day of minutes, allocated once.
import { isoTime } from '../../../infra/time.ts'
import type { KpiReading, ScopeReading } from '../../../processor/contract/types.ts'

/** Windows kept per KPI: one day of minutes and a little more. */
export const KEPT_WINDOWS = 1_500
const FIELDS = 4 // per scope: value, numerator, denominator, n
const START = 0
const END = 1
const TRUTH = 2
const CELLS = 3
const TRUTHS: KpiReading['truth'][] = [null, 'equal', 'differs', 'pending']
/** In the order of TRUTHS. */
const MARKS = ['.', '=', '!', '.']

/**
 * `like` carries what all windows of a KPI share: unit, weight, target. Row k, oldest first, is the ring's slot
 * (first + k) mod kept.
 */
type Series = {
  like: KpiReading
  codes: string[]
  width: number
  ring: Float64Array
  first: number
  count: number
}

export type TruthRow = { kpi: string; marks: string }
export type HistoryPoint = { end: string; value: number | null; n: number }
export type History = ReturnType<typeof createHistory>

const orNaN = (value: number | null) => value ?? Number.NaN
const orNull = (value: number) => (Number.isNaN(value) ? null : value)

export function createHistory(kept = KEPT_WINDOWS) {
  const series = new Map<string, Series>()
  let version = 0

  function open(like: KpiReading): Series {
    const codes = Object.keys(like.scopes)
    const width = CELLS + FIELDS * codes.length
    const ring = new Float64Array(kept * width).fill(Number.NaN)
    const opened = { like, codes, width, ring, first: 0, count: 0 }
    series.set(like.kpi, opened)
    return opened
  }

  function row(of: Series, k: number): Float64Array {
    const slot = (of.first + k) % kept
    return of.ring.subarray(slot * of.width, (slot + 1) * of.width)
  }

  /** The row for this window's end: its own, or a new one at its place; null when it is older than all that is kept. */
  function rowFor(of: Series, end: number): Float64Array | null {
    let k = of.count
    while (k > 0 && row(of, k - 1)[END] > end) k--
    if (k > 0 && row(of, k - 1)[END] === end) return row(of, k - 1)
    if (of.count < kept) of.count++
    else if (k === 0) return null
    else {
      of.first = (of.first + 1) % kept
      k--
    }
    for (let i = of.count - 1; i > k; i--) row(of, i).set(row(of, i - 1))
    return row(of, k)
  }

  function newest(kpi: string, last: number): { of: Series; rows: Float64Array[] } | null {
    const of = series.get(kpi)
    if (!of) return null
    const from = Math.max(0, of.count - last)
    return { of, rows: Array.from({ length: of.count - from }, (_, k) => row(of, from + k)) }
  }

  return {
    /** Takes a final `window` reading; a repeated one replaces itself. */
    put(reading: KpiReading): void {
      version++
      const of = series.get(reading.kpi) ?? open(reading)
      of.like = reading
      const { start, end } = reading.window
      const into = rowFor(of, Date.parse(end))
      if (!into) return
      into[START] = Date.parse(start)
      into[END] = Date.parse(end)
      into[TRUTH] = TRUTHS.indexOf(reading.truth)
      of.codes.forEach((code, i) => {
        const { value, numerator, denominator, n } = reading.scopes[code]
        into.set([orNaN(value), numerator, orNaN(denominator), n], CELLS + FIELDS * i)
      })
    },
    /** Grows with every change. */
    version: () => version,
    kpis: () => [...series.keys()].sort(),
    /** The newest `last` readings, oldest first; empty for a KPI without finals. */
    readings(kpi: string, last = kept): KpiReading[] {
      const found = newest(kpi, last)
      return found ? found.rows.map((cells) => restored(found.of, cells)) : []
    },
    /** Starts (ms) of the windows that are kept, oldest first. */
    starts: (kpi: string): number[] => newest(kpi, kept)?.rows.map((cells) => cells[START]) ?? [],
    /** The window with this start (ms), null when it is not kept. */
    find(kpi: string, start: number): KpiReading | null {
      const found = newest(kpi, kept)
      const cells = found?.rows.find((row) => row[START] === start)
      return found && cells ? restored(found.of, cells) : null
    },
    /** The verdicts of the newest `last` windows: one mark per KPI and window (ProofView). */
    truths(kpis: string[], last: number): { windows: string[]; rows: TruthRow[] } {
      const verdicts = kpis.map(
        (kpi) => new Map(newest(kpi, last)?.rows.map((cells) => [cells[END], cells[TRUTH]])),
      )
      const ends = new Set(verdicts.flatMap((of) => [...of.keys()]))
      const windows = [...ends].sort((a, b) => a - b).slice(-last)
      const rows = kpis.map((kpi, i) => ({
        kpi,
        marks: windows.map((end) => MARKS[verdicts[i].get(end) ?? 0]).join(''),
      }))
      return { windows: windows.map(isoTime), rows }
    },
    points(kpi: string, scope: string, last = kept): HistoryPoint[] {
      const found = newest(kpi, last)
      const i = found ? found.of.codes.indexOf(scope) : -1
      if (!found || i < 0) return []
      const at = CELLS + FIELDS * i
      return found.rows.map((cells) => ({
        end: isoTime(cells[END]),
        value: orNull(cells[at]),
        n: cells[at + 3],
      }))
    },
  }
}

function restored({ like, codes }: Series, row: Float64Array): KpiReading {
  const scopes: Record<string, ScopeReading> = {}
  codes.forEach((code, i) => {
    const at = CELLS + FIELDS * i
    const [value, numerator, denominator, n] = row.subarray(at, at + FIELDS)
    scopes[code] = { value: orNull(value), numerator, denominator: orNull(denominator), n }
  })
  const end = isoTime(row[END])
  return {
    ...like,
    window: { kind: 'window', start: isoTime(row[START]), end },
    watermark: end,
    truth: TRUTHS[row[TRUTH]],
    scopes,
  }
}
