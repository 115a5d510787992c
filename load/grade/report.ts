// A grade as a report: one JSON document of a versioned schema, and the same as text, verdict first.
import { type Static, Type } from 'typebox'
import { isoTime } from '../../infra/time.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import type { ExpectedCell } from './expected.ts'
import type { CauseName, ExplainedCell } from './explain.ts'
import type { GivenReadings } from './given.ts'
import type { Graded, KpiTally } from './grade.ts'
import type { GivenReading } from './mapping.ts'

/** Goes up when a field changes its meaning or goes away. */
const GRADE_SCHEMA = 'huacheng.grade/1'

const count = Type.Integer({ minimum: 0 })
const nullable = Type.Union([Type.Number(), Type.Null()])
const text = Type.String()
const at = { kpi: text, scope: text, start: text }
const cell = Type.Object({
  value: nullable,
  numerator: Type.Number(),
  denominator: nullable,
  n: count,
})

const tallySchema = Type.Object({
  kpi: text,
  ...{ cells: count, equal: count, late: count, wrong: count, missing: count },
  ...{ extra: count, empty: count, early: count, versions: count, mostVersions: count },
  delayP50: nullable,
  delayMax: nullable,
})

const wrongSchema = Type.Object({
  ...at,
  expected: cell,
  given: Type.Object({
    value: Type.Optional(nullable),
    numerator: Type.Optional(nullable),
    denominator: Type.Optional(nullable),
    n: Type.Optional(Type.Number()),
  }),
  versions: count,
  causes: Type.Array(Type.Object({ cause: text, how: text, missing: Type.Optional(count) })),
  events: Type.Union([
    Type.Null(),
    Type.Object({
      events: count,
      copies: Type.Array(text),
      late: Type.Array(text),
      atStart: Type.Array(text),
      atEnd: Type.Array(text),
    }),
  ]),
})

export const gradeReportSchema = Type.Object(
  {
    schema: Type.Literal(GRADE_SCHEMA),
    verdict: Type.Union([
      Type.Literal('pass'),
      Type.Literal('fail'),
      Type.Literal('nothing-compared'),
    ]),
    ...{ run: text, scenario: text, seed: Type.Integer(), scale: Type.Number(), epoch: count },
    /** Windows that every topic-partition closed: the first one's start, the last one's end. */
    windows: Type.Object({ count, from: text, to: text }),
    tolerance: text,
    within: Type.Union([text, Type.Null()]),
    readings: Type.Object({ records: count, unreadable: count, examples: Type.Array(text) }),
    total: Type.Omit(tallySchema, ['kpi', 'delayP50', 'delayMax']),
    kpis: Type.Array(tallySchema),
    unanswered: Type.Array(text),
    unknown: Type.Array(Type.Object({ kpi: text, readings: count })),
    /** Of the wrong cells, how many each cause gives exactly; one cell may have several, or none. */
    causes: Type.Array(Type.Object({ cause: text, cells: count, of: count, only: count })),
    /** At least so many of the districts' events are missing in the cells of ratios and counts. */
    missingEvents: Type.Union([Type.Null(), Type.Object({ missing: count, of: count })]),
    worst: Type.Array(wrongSchema),
    missing: Type.Array(Type.Object(at)),
    extra: Type.Array(Type.Object({ ...at })),
  },
  { $id: GRADE_SCHEMA, additionalProperties: false },
)

export type GradeReport = Static<typeof gradeReportSchema>

export type GradeFacts = {
  descriptor: Descriptor
  epoch: number
  windows: number[]
  given: GivenReadings
  graded: Graded
  explained: ExplainedCell[]
  missingEvents: GradeReport['missingEvents']
  tolerance: string
  within: string | null
  worst: number
}

export function gradeReport(facts: GradeFacts): GradeReport {
  const { descriptor, given, graded, explained, windows, worst } = facts
  const { tallies } = graded
  const add = (of: (t: KpiTally) => number) => tallies.reduce((s, t) => s + of(t), 0)
  const total = {
    ...{ cells: add((t) => t.cells), equal: add((t) => t.equal), late: add((t) => t.late) },
    ...{ wrong: add((t) => t.wrong), missing: add((t) => t.missing), extra: add((t) => t.extra) },
    ...{ empty: add((t) => t.empty), early: add((t) => t.early), versions: add((t) => t.versions) },
    mostVersions: Math.max(0, ...tallies.map((t) => t.mostVersions)),
  }
  const isAllRight = total.equal === total.cells && total.extra === 0 && graded.unknown.length === 0
  const iso = (ms: number) => (Number.isFinite(ms) ? isoTime(ms) : '')
  return {
    schema: GRADE_SCHEMA,
    verdict: total.cells === 0 ? 'nothing-compared' : isAllRight ? 'pass' : 'fail',
    run: descriptor.run,
    scenario: `${descriptor.city}/${descriptor.scenario}`,
    ...{ seed: descriptor.seed, scale: descriptor.scale, epoch: facts.epoch },
    windows: {
      count: windows.length,
      from: iso(Math.min(...windows)),
      to: iso(Math.max(...windows) + descriptor.window),
    },
    ...{ tolerance: facts.tolerance, within: facts.within },
    readings: {
      ...{ records: given.records, unreadable: given.unreadable, examples: given.examples },
    },
    total,
    kpis: tallies,
    ...{ unanswered: graded.unanswered, unknown: graded.unknown },
    causes: causesOf(explained),
    missingEvents: facts.missingEvents,
    worst: explained.slice(0, worst).map(wrongOf),
    missing: graded.missing.slice(0, worst).map(placeOf),
    extra: graded.extra.slice(0, worst).map(placeOf),
  }
}

const placeOf = ({ kpi, scope, start }: ExpectedCell | GivenReading) => ({
  ...{ kpi, scope },
  start: isoTime(start),
})

function wrongOf({ expected, given, versions, causes, story }: ExplainedCell) {
  const { value, numerator, denominator, n } = expected
  const parts = ['value', 'numerator', 'denominator', 'n'] as const
  const said = parts.filter((p) => given[p] !== undefined).map((p) => [p, given[p]])
  return {
    ...placeOf(expected),
    expected: { value, numerator, denominator, n },
    given: Object.fromEntries(said),
    versions,
    causes,
    events: story?.events ?? null,
  }
}

function causesOf(explained: ExplainedCell[]): GradeReport['causes'] {
  const names = new Set<CauseName>(explained.flatMap((e) => e.causes.map((c) => c.cause)))
  return [...names]
    .map((cause) => {
      const cells = explained.filter((e) => e.causes.some((c) => c.cause === cause))
      const only = cells.filter((e) => e.causes.length === 1)
      return { cause, cells: cells.length, of: explained.length, only: only.length }
    })
    .sort((a, b) => b.cells - a.cells)
}

/** Verdict first, then a row per KPI, what the wrong ones come from, and the worst. */
export function gradeText(report: GradeReport): string[] {
  const { total, readings, windows } = report
  const share = total.cells === 0 ? '' : ` (${((100 * total.equal) / total.cells).toFixed(2)} %)`
  const verdict = { pass: 'PASS', fail: 'FAIL', 'nothing-compared': 'NOTHING COMPARED' }
  const lines = [
    `${verdict[report.verdict]}: ${total.equal} of ${total.cells} cells equal${share}, ${total.late} late, ${total.wrong} wrong, ${total.missing} missing, ${total.extra} extra`,
    `run ${report.run} (${report.scenario}, seed ${report.seed}, scale ${report.scale}), ${windows.count} windows from ${windows.from} to ${windows.to}; tolerance: ${report.tolerance}`,
    `${readings.records} records, ${readings.unreadable} of them no readings; ${total.versions} versions of the cells, at most ${total.mostVersions} of one; ${total.empty} cells that nothing entered were left out, ${total.early} readings are of windows that are not closed yet`,
    ...readings.examples.map((example) => `  no reading: ${example}`),
    '',
    ...tableOf(report.kpis),
  ]
  if (report.unanswered.length > 0) lines.push(`not answered: ${report.unanswered.join(', ')}`)
  for (const { kpi, readings } of report.unknown) {
    lines.push(`extra: ${readings} readings of "${kpi}", which is no KPI of this run`)
  }
  lines.push(...causeLines(report), ...worstLines(report))
  const places = (name: 'missing' | 'extra') =>
    report[name].map((p) => `${name}: ${p.kpi} ${p.scope} ${p.start}`)
  return [...lines, ...places('missing'), ...places('extra')]
}

function tableOf(kpis: GradeReport['kpis']): string[] {
  const names = ['cells', 'equal', 'late', 'wrong', 'missing', 'extra', 'versions'] as const
  const width = Math.max(8, ...kpis.map(({ kpi }) => kpi.length))
  const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`)
  const head = [
    'KPI'.padEnd(width),
    ...names.map((n) => n.padStart(8)),
    'delay p50'.padStart(11),
    'max'.padStart(9),
  ]
  return [
    head.join(' '),
    ...kpis.map((k) =>
      [
        k.kpi.padEnd(width),
        ...names.map((n) => String(k[n]).padStart(8)),
        seconds(k.delayP50).padStart(11),
        seconds(k.delayMax).padStart(9),
      ].join(' '),
    ),
  ]
}

function causeLines({ causes, total, missingEvents }: GradeReport): string[] {
  if (total.wrong === 0) return []
  const lines = causes.map(
    ({ cause, cells, of, only }) =>
      `${cause}: ${cells} of ${of} wrong cells are exactly that, ${only} of them nothing else`,
  )
  if (missingEvents && missingEvents.missing > 0) {
    const { missing, of } = missingEvents
    const percent = ((100 * missing) / of).toFixed(2)
    lines.push(`at least ${missing} of ${of} events are missing (${percent} %)`)
  }
  return ['', ...(lines.length > 0 ? lines : ['no cause explains a wrong cell exactly'])]
}

function worstLines({ worst, total }: GradeReport): string[] {
  if (worst.length === 0) return []
  const lines = ['', `the worst ${worst.length} of ${total.wrong} wrong cells:`]
  for (const { kpi, scope, start, expected, given, causes, events } of worst) {
    const got = Object.entries(given).map(([part, is]) => {
      return `${part} ${is}, expected ${expected[part as keyof typeof expected]}`
    })
    lines.push(`${kpi} ${scope} ${start}: ${got.join('; ')}`)
    const why = causes.map(({ cause, how }) => `${cause} (${how})`)
    lines.push(`  ${why.length > 0 ? why.join(', or ') : 'nothing tried gives this number'}`)
    if (!events) continue
    const some = (what: string, ids: string[]) => (ids.length > 0 ? `${what} ${ids.join(' ')}` : '')
    const parts = [
      some('copies of', events.copies),
      some('late', events.late),
      some('at its start', events.atStart),
      some('at its end, so not in it', events.atEnd),
    ].filter((part) => part !== '')
    lines.push(`  ${[`${events.events} events`, ...parts].join('; ')}`)
  }
  return lines
}
