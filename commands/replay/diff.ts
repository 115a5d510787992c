// `huacheng diff`: where two recordings begin to differ, down to an event's field, and which KPI cells are others.
import { EXIT_DIFFERS } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { isoTime } from '../../infra/time.ts'
import type { ScopeReading } from '../../processor/contract/types.ts'
import { compareRecordings, isAlike, type RecordingsCompared } from '../../replay/diff/diff.ts'
import type { DifferingCell } from '../../replay/diff/final-cells.ts'
import type { RecordDifference } from '../../replay/diff/first-difference.ts'
import type { RecordedRecord } from '../../replay/recording/line.ts'
import { type CliCommand, SCENARIO_OPTIONS } from '../options/options.ts'
import { RECORDING_WORD, withTwoRecordings } from './opened.ts'

/** Lines of each kind; how many there are besides is said. */
const SHOWN = 10

export const diff: CliCommand = {
  name: 'diff',
  about: `
Computes the chains of both from tick to tick, so that two runs of a city compare whatever their topics are called and
however often an append was retried; topics of others are compared a thousand records at a time. Names the first interval
of each topic-partition that differs, its first event that does, field by field, and the final cells of KPIs that are
others. What only one of them covers is counted, not called a difference. Different runs, of another seed or of a scenario
without its storm, are compared by what happened, without the runs' names. Exit code 99 when anything differs.`,
  words: RECORDING_WORD,
  options: { json: SCENARIO_OPTIONS.json },
  examples: ['npx huacheng diff monday tuesday', 'npx huacheng diff monday tuesday --json'],
  async run(values) {
    const compared = await withTwoRecordings(values, compareRecordings)
    printLine(values.json ? jsonOf(compared) : textOf(compared))
    if (!isAlike(compared)) process.exitCode = EXIT_DIFFERS
  },
}

/** Records with their bytes as text: JSON has no bytes. */
const jsonOf = (compared: RecordingsCompared): string =>
  JSON.stringify(compared, (_, value) => {
    if (typeof value === 'bigint') return String(value)
    return value?.type === 'Buffer' ? Buffer.from(value.data).toString() : value
  })

function textOf(compared: RecordingsCompared): string {
  const { runs, lanes, sections, onlyA, onlyB, beyond, differing, cells } = compared
  const only = [
    ...onlyA.map((lane) => `only A has ${lane}`),
    ...onlyB.map((l) => `only B has ${l}`),
  ]
  const edges =
    beyond.a + beyond.b > 0
      ? [`only one of them covers: ${beyond.a} sections of A, ${beyond.b} of B`]
      : []
  const lines = differing.flatMap(({ lane, section, record }) => [
    `${lane} differs first in ${section}`,
    ...(record ? recordLines(record) : []),
  ])
  return [
    ...(runs ? [`A is run ${runs.a}, B is run ${runs.b}: compared by what happened`] : []),
    ...few(only),
    ...edges,
    ...few(lines, SHOWN * 4),
    ...few(cells.differing.map(cellLine)),
    `${lanes} topic-partitions, ${sections} sections of both compared, ${differing.length} topic-partitions differ`,
    `${cells.cells} final cells of both compared, ${cells.differing.length} differ`,
    isAlike(compared) ? 'SAME' : 'DIFFERENT',
  ].join('\n')
}

function few(lines: string[], most = SHOWN): string[] {
  const rest = lines.length - most
  return rest > 0 ? [...lines.slice(0, most), `… and ${rest} lines more`] : lines
}

function recordLines({ kind, a, b, fields }: RecordDifference): string[] {
  const place = (record: RecordedRecord | null) =>
    record ? `offset ${record.offset} of ${record.topic}/${record.partition}` : 'nowhere'
  const key = (a ?? b)?.key?.toString() ?? 'no key'
  const what =
    kind === 'altered' ? 'altered' : kind === 'only-a' ? 'only A has it' : 'only B has it'
  return [
    `  ${key}, ${what}: A ${place(a)}, B ${place(b)}`,
    ...fields.map(({ field, a: inA, b: inB }) => `    ${field}: A ${said(inA)}, B ${said(inB)}`),
  ]
}

const said = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value))

function cellLine({ kpi, window, scope, a, b }: DifferingCell): string {
  const value = (cell: ScopeReading | null) =>
    cell ? `${cell.value} (${cell.numerator}/${cell.denominator}, n ${cell.n})` : 'nothing'
  const span = `${isoTime(Date.parse(window.start))} to ${isoTime(Date.parse(window.end))}`
  return `${kpi} ${span} ${scope}: A ${value(a)}, B ${value(b)}`
}
