// Final window readings of a run, the newest 1,500 per KPI, in rings of numbers: a day of minutes, allocated once.
import { isoTime } from '../../../infra/time.ts'
import type { KpiReading, ScopeReading } from '../../../processor/contract/types.ts'
import type { Proved } from '../../messages.ts'
import { WindowRing } from './window-ring.ts'

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

/** `like` carries what all windows of a KPI share: unit, weight, target. */
type Series = { like: KpiReading; codes: string[]; ring: WindowRing }

export type TruthRow = { kpi: string; marks: string }
export type HistoryPoint = { end: string; value: number | null; n: number }

export class History {
  readonly #kept: number
  readonly #series = new Map<string, Series>()
  #version = 0

  constructor(kept = KEPT_WINDOWS) {
    this.#kept = kept
  }

  /** Takes a final `window` reading; a repeated one replaces itself. */
  put(reading: KpiReading): void {
    this.#version++
    const series = this.#series.get(reading.kpi) ?? this.#open(reading)
    series.like = reading
    const { start, end } = reading.window
    const row = series.ring.rowAt(Date.parse(end))
    if (!row) return
    row[START] = Date.parse(start)
    row[END] = Date.parse(end)
    row[TRUTH] = TRUTHS.indexOf(reading.truth)
    series.codes.forEach((code, i) => {
      const { value, numerator, denominator, n } = reading.scopes[code]
      row.set([orNaN(value), numerator, orNaN(denominator), n], CELLS + FIELDS * i)
    })
  }

  /** Grows with every change. */
  version(): number {
    return this.#version
  }

  kpis(): string[] {
    return [...this.#series.keys()].sort()
  }

  /** The newest `last` readings, oldest first; empty for a KPI without finals. */
  readings(kpi: string, last = this.#kept): KpiReading[] {
    const series = this.#series.get(kpi)
    return series ? series.ring.newest(last).map((row) => restored(series, row)) : []
  }

  /** Starts (ms) of the newest `last` windows, oldest first. */
  starts(kpi: string, last = this.#kept): number[] {
    return this.#newest(kpi, last).map((row) => row[START])
  }

  /** The window with this start (ms), null when it is not kept. */
  find(kpi: string, start: number): KpiReading | null {
    const series = this.#series.get(kpi)
    const row = series?.ring.findNewest((cells) => cells[START] === start)
    return series && row ? restored(series, row) : null
  }

  /** Start (ms) of the newest window, null before the first. */
  newest(kpi: string): number | null {
    return this.#newest(kpi, 1).at(-1)?.[START] ?? null
  }

  /** The verdicts of the newest `last` windows: one mark per KPI and window (ProofView). */
  truths(kpis: string[], last: number): { windows: string[]; rows: TruthRow[] } {
    const verdicts = kpis.map(
      (kpi) => new Map(this.#newest(kpi, last).map((row) => [row[END], row[TRUTH]])),
    )
    const ends = new Set(verdicts.flatMap((of) => [...of.keys()]))
    const windows = [...ends].sort((a, b) => a - b).slice(-last)
    const rows = kpis.map((kpi, i) => ({
      kpi,
      marks: windows.map((end) => MARKS[verdicts[i].get(end) ?? 0]).join(''),
    }))
    return { windows: windows.map(isoTime), rows }
  }

  points(kpi: string, scope: string, last = this.#kept): HistoryPoint[] {
    const i = this.#series.get(kpi)?.codes.indexOf(scope) ?? -1
    if (i < 0) return []
    const at = CELLS + FIELDS * i
    return this.#newest(kpi, last).map((row) => ({
      end: isoTime(row[END]),
      value: orNull(row[at]),
      n: row[at + 3],
    }))
  }

  /** Finals of windows that ended after `sim` (ms) and were held against the truth. */
  provedSince(sim: number): Proved {
    const proved = { finals: 0, cells: 0, differ: 0 }
    for (const { codes, ring } of this.#series.values()) {
      for (const row of ring.newest(this.#kept)) {
        const verdict = TRUTHS[row[TRUTH]]
        if (row[END] <= sim || (verdict !== 'equal' && verdict !== 'differs')) continue
        proved.finals++
        proved.cells += codes.length
        if (verdict === 'differs') proved.differ++
      }
    }
    return proved
  }

  #newest(kpi: string, last: number): Float64Array[] {
    return this.#series.get(kpi)?.ring.newest(last) ?? []
  }

  #open(like: KpiReading): Series {
    const codes = Object.keys(like.scopes)
    const ring = new WindowRing(CELLS + FIELDS * codes.length, this.#kept, END)
    const opened = { like, codes, ring }
    this.#series.set(like.kpi, opened)
    return opened
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

const orNaN = (value: number | null) => value ?? Number.NaN
const orNull = (value: number) => (Number.isNaN(value) ? null : value)
