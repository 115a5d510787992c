// One KPI and scope window by window: what the server remembers, what has come since, what is usual, and what is not final yet.
import type { HistoryPoints, KpiReading } from '../../../messages.ts'
import { type ChartPoint, withGaps } from './chart-model.ts'

export type ChartWindow = {
  /** End of the window. */
  at: number
  value: number | null
  n: number | null
  usual: number | null
  isFinal: boolean
  /** Of too few events to say much. */
  isFew: boolean
}

export type WindowSources = {
  scope: string
  /** Oldest first, as the server keeps them. */
  past: HistoryPoints['points']
  usualPast: HistoryPoints['points']
  finals: KpiReading[]
  /** The newest of any kind. */
  newest: KpiReading | null
  usualAt(start: string): number | null
  /** From a reading's value to what is shown, e.g. from a share to things that are counted. */
  shownAs(value: number): number
  isFew(n: number): boolean
}

/** In order, each window once; a final takes the place of what was said of it before. */
export function chartWindows(sources: WindowSources): ChartWindow[] {
  const { scope, past, usualPast, finals, newest, usualAt, shownAs, isFew } = sources
  const shown = (value: number | null) => (value === null ? null : shownAs(value))
  const usual = new Map(usualPast.map(({ end, value }) => [end, shown(value)]))
  const windows = new Map<number, ChartWindow>()
  for (const { end, value, n } of past) {
    const at = Date.parse(end)
    windows.set(at, {
      ...{ at, value: shown(value), n, isFinal: true, isFew: isFew(n) },
      usual: usual.get(end) ?? null,
    })
  }
  for (const { window, scopes, final: isFinal } of newest ? [...finals, newest] : finals) {
    const cell = scopes[scope]
    const at = Date.parse(window.end)
    // What came as the city's alone says nothing of a district, and nothing replaces a final.
    if (!cell || (!isFinal && windows.has(at))) continue
    const own = usualAt(window.start)
    windows.set(at, {
      ...{ at, value: shown(cell.value), n: cell.n, isFinal, isFew: isFew(cell.n) },
      usual: own === null ? (usual.get(window.end) ?? null) : shown(own),
    })
  }
  return [...windows.values()].sort((a, b) => a.at - b.at)
}

/** Finals as one line, broken where a window is missing, has no value, or one of too few events. */
export const finalPoints = (windows: ChartWindow[], stepMs: number): ChartPoint[] =>
  withGaps(
    windows
      .filter(({ isFinal }) => isFinal)
      .map(({ at, value, isFew }) => ({ at, value: isFew ? null : value })),
    stepMs,
  )

/** Finals of few events: each for itself. */
export const fewPoints = (windows: ChartWindow[]): ChartPoint[] =>
  windows
    .filter(({ isFinal, isFew, value }) => isFinal && isFew && value !== null)
    .map(({ at, value }) => ({ at, value }))

/** What is usual, as far as it is known; nothing is said of times before its first window or after its last. */
export function usualPoints(windows: ChartWindow[], stepMs: number): ChartPoint[] {
  const known = windows.filter(({ usual }) => usual !== null)
  return withGaps(
    known.map(({ at, usual, isFew }) => ({ at, value: isFew ? null : usual })),
    stepMs,
  )
}
