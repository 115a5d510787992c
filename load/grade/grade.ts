// Holds what somebody gave against what must be, cell by cell: equal, late, wrong, missing, extra.
import type { OracleCell, OracleKpi } from '../../audit/oracle/reading.ts'
import type { Expected, ExpectedCell } from './expected.ts'
import { cellKey, type GivenCell, type GivenReadings } from './given.ts'
import type { GivenReading } from './mapping.ts'

export type GradeRules = {
  kpis: string[]
  /** A right reading may come so long (ms) after the last tick that closes its window; null = whenever. */
  withinMs: number | null
  tolerance: Tolerance
}

/** What a number may be off by: an absolute amount, or a part of what it should be. */
export type Tolerance = { by: number; isRelative: boolean }

/** Half of the last published decimal: a number of more decimals is right when it rounds to the published one. */
export const PUBLISHED: Tolerance = { by: 0.5e-6, isRelative: false }

export type WrongCell = { expected: ExpectedCell; given: GivenReading; versions: number }

export type KpiTally = {
  kpi: string
  /** Cells that must be given: equal + late + wrong + missing. */
  cells: number
  equal: number
  late: number
  wrong: number
  missing: number
  /** Given, but no cell of the run. */
  extra: number
  /** Nothing entered them and nothing was given: not counted. */
  empty: number
  /** Of windows that are not closed yet: not judged. */
  early: number
  /** Records of its cells. */
  versions: number
  mostVersions: number
  /** From the last tick of the window to the right reading, wall ms; null where timestamps do not say. */
  delayP50: number | null
  delayMax: number | null
}

export type Graded = {
  tallies: KpiTally[]
  wrong: WrongCell[]
  missing: ExpectedCell[]
  /** The first of them. */
  extra: GivenReading[]
  /** KPIs of the run that nobody answered; extra readings of KPIs that the run does not know. */
  unanswered: string[]
  unknown: { kpi: string; readings: number }[]
}

const EXTRA_EXAMPLES = 10

export function grade(expected: Expected, given: GivenReadings, rules: GradeRules): Graded {
  const wrong: WrongCell[] = []
  const missing: ExpectedCell[] = []
  const tallies = rules.kpis.map((name) => {
    const kpi = expected.kpis.get(name)!
    const tally = emptyTally(name)
    const delays: number[] = []
    for (const start of expected.windows(kpi)) {
      for (const scope of kpi.scopes) {
        const cell = expected.cell(kpi, scope, start)!
        const got = given.cells.get(cellKey(name, scope, start))
        if (!got) {
          if (cell.n === 0) tally.empty++
          else {
            tally.missing++
            missing.push(cell)
          }
          continue
        }
        if (!isRight(got.reading, cell, rules.tolerance)) {
          tally.wrong++
          wrong.push({ expected: cell, given: got.reading, versions: got.versions })
          continue
        }
        const delay = delayOf(expected, kpi, start, got)
        if (delay !== null) delays.push(delay)
        const isLate = rules.withinMs !== null && delay !== null && delay > rules.withinMs
        tally[isLate ? 'late' : 'equal']++
      }
    }
    tally.cells = tally.equal + tally.late + tally.wrong + tally.missing
    delays.sort((a, b) => a - b)
    tally.delayP50 = delays[delays.length >> 1] ?? null
    tally.delayMax = delays.at(-1) ?? null
    return tally
  })
  const others = countOthers(expected, given, new Map(tallies.map((t) => [t.kpi, t])))
  const answered = new Set(rules.kpis)
  const unanswered = [...expected.kpis.keys()].filter((name) => !answered.has(name))
  return { tallies, wrong, missing, unanswered, ...others }
}

function emptyTally(kpi: string): KpiTally {
  const counts = { cells: 0, equal: 0, late: 0, wrong: 0, missing: 0, extra: 0, empty: 0, early: 0 }
  return { kpi, ...counts, versions: 0, mostVersions: 0, delayP50: null, delayMax: null }
}

/** What was given of cells that are not the run's, and how often each of the run's was given. */
function countOthers(expected: Expected, given: GivenReadings, tallies: Map<string, KpiTally>) {
  const extra: GivenReading[] = []
  const unknown = new Map<string, number>()
  const last = new Map<string, number>()
  for (const { reading, versions } of given.cells.values()) {
    const { kpi: name, scope, start } = reading
    const kpi = expected.kpis.get(name)
    if (!kpi) unknown.set(name, (unknown.get(name) ?? 0) + 1)
    const tally = tallies.get(name)
    if (!kpi || !tally) continue
    tally.versions += versions
    tally.mostVersions = Math.max(tally.mostVersions, versions)
    if (expected.cell(kpi, scope, start)) continue
    let newest = last.get(kpi.domain)
    if (newest === undefined) {
      newest = Math.max(...expected.windows(kpi))
      last.set(kpi.domain, newest)
    }
    if (start > newest && kpi.scopes.includes(scope)) tally.early++
    else {
      tally.extra++
      if (extra.length < EXTRA_EXAMPLES) extra.push(reading)
    }
  }
  return { extra, unknown: [...unknown].map(([kpi, readings]) => ({ kpi, readings })) }
}

/** Everything that was given of the cell is as it must be. */
export function isRight(given: GivenReading, cell: OracleCell, tolerance: Tolerance): boolean {
  return (['value', 'numerator', 'denominator', 'n'] as const).every((part) => {
    const got = given[part]
    return got === undefined || isNear(got, cell[part], tolerance)
  })
}

function isNear(got: number | null, wanted: number | null, { by, isRelative }: Tolerance): boolean {
  if (got === null || wanted === null) return got === wanted
  // A double's own last bits besides.
  const most = (isRelative ? by * Math.abs(wanted) : by) + Math.abs(wanted) * 1e-14
  return Math.abs(got - wanted) <= most
}

function delayOf(expected: Expected, kpi: OracleKpi, start: number, got: GivenCell): number | null {
  const closed = expected.closedAt(kpi, start)
  if (closed === null || got.since === null) return null
  // Before the last tick nobody can know; such a timestamp is no wall clock's, or an early version was right already.
  return got.since < closed - A_DAY_MS ? null : Math.max(0, got.since - closed)
}

const A_DAY_MS = 86_400_000

/** How far off a cell is, as a part of what it should be. */
export function errorOf({ expected, given }: WrongCell): number {
  const got = given.value === undefined ? given.numerator : given.value
  const wanted = given.value === undefined ? expected.numerator : expected.value
  if (got === null || got === undefined || wanted === null) return Number.POSITIVE_INFINITY
  return Math.abs(got - wanted) / Math.max(Math.abs(wanted), 1e-9)
}
