// Readings of two engines cell by cell: those of the processor, those of the Flink job, and what the truth says of each.
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import type { GradeReport } from '../grade/report.ts'

/** What a reading says, as text, by KPI, scope and window's start. */
export type EngineCells = Map<string, string>

/** A line of the job's topic, and of what the processor's finals are turned into. */
export type FlatReading = {
  kpi: string
  scope: string
  window_start: string
  value: number | null
  numerator: number
  denominator: number | null
  n: number
}

/** How `huacheng grade` reads such a line. */
export const FLAT_MAP =
  'kpi=$.kpi,scope=$.scope,start=$.window_start,value=$.value,numerator=$.numerator,denominator=$.denominator,n=$.n'

type Final = {
  kpi: string
  window: { kind: string; start: string }
  scopes: Record<string, Omit<FlatReading, 'kpi' | 'scope' | 'window_start'>>
}

/** The processor's window finals, as `huacheng kpis --json` prints them, one cell a line. */
export function flatFinals(text: string): FlatReading[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Final)
    .filter(({ window }) => window.kind === 'window')
    .flatMap(({ kpi, window, scopes }) =>
      Object.entries(scopes).map(([scope, reading]) => ({
        ...{ kpi, scope, window_start: window.start },
        ...reading,
      })),
    )
}

export function cellsOf(readings: Iterable<FlatReading>): EngineCells {
  const cells: EngineCells = new Map()
  for (const { kpi, scope, window_start, value, numerator, denominator, n } of readings) {
    cells.set(`${kpi}|${scope}|${window_start}`, JSON.stringify([value, numerator, denominator, n]))
  }
  return cells
}

/** Everything on the job's topic; `written` counts records, `rewritten` those that say other than the one before of their cell. */
export async function readFlink(log: EventLog, topic: string) {
  const cells: EngineCells = new Map()
  let written = 0
  let rewritten = 0
  for (const { partition } of await log.offsets(topic)) {
    for await (const records of readRange(log, { topic, partition })) {
      for (const { value } of records) {
        if (value === null) continue
        const [[key, said]] = cellsOf([JSON.parse(value.toString()) as FlatReading])
        written++
        if (cells.has(key) && cells.get(key) !== said) rewritten++
        cells.set(key, said)
      }
    }
  }
  return { cells, written, rewritten }
}

/** Cells of either that the other has not, or has otherwise. */
export function differingCells(a: EngineCells, b: EngineCells): number {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key)).length
}

type Row = { kpi: string; cells: number; ours: number; theirs: number; both: number }

/** One row per KPI: of so many cells, those equal to the truth, ours and theirs, and those equal in both engines. */
export function compareEngines(
  ours: EngineCells,
  theirs: EngineCells,
  grades: { ours: GradeReport; theirs: GradeReport },
): Row[] {
  const equal = new Map<string, number>()
  for (const [key, said] of ours) {
    const kpi = key.slice(0, key.indexOf('|'))
    equal.set(kpi, (equal.get(kpi) ?? 0) + (theirs.get(key) === said ? 1 : 0))
  }
  const right = (report: GradeReport, kpi: string) =>
    report.kpis.find((k) => k.kpi === kpi)?.equal ?? 0
  return grades.ours.kpis.map(({ kpi, cells }) => ({
    ...{ kpi, cells, both: equal.get(kpi) ?? 0 },
    ours: right(grades.ours, kpi),
    theirs: right(grades.theirs, kpi),
  }))
}

/** Cells in which anything differs from anything. */
export const differingIn = ({ cells, ours, theirs, both }: Row): number =>
  cells - Math.min(ours, theirs, both)

export function tableText(rows: Row[]): string[] {
  const width = Math.max(...rows.map(({ kpi }) => kpi.length))
  const line = (kpi: string, numbers: (string | number)[]) =>
    [kpi.padEnd(width), ...numbers.map((x) => String(x).padStart(17))].join(' ')
  const sum = (of: (row: Row) => number) => rows.reduce((s, row) => s + of(row), 0)
  const numbers = (of: (get: (row: Row) => number) => number) => [
    of((r) => r.cells),
    of((r) => r.ours),
    of((r) => r.theirs),
    of((r) => r.both),
    of(differingIn),
  ]
  return [
    line('KPI', ['cells', 'processor = truth', 'Flink = truth', 'processor = Flink', 'differing']),
    ...rows.map((row) =>
      line(
        row.kpi,
        numbers((get) => get(row)),
      ),
    ),
    line('all', numbers(sum)),
  ]
}
