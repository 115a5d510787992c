// `huacheng compare`: two reports of `load` beside each other, and what got worse by more than the guard.
import { collector, Problem, problemText } from '../../infra/problem.ts'
import { EXIT_DIFFERS, EXIT_INVALID } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { createCheckedReader } from '../../infra/text/checked-json.ts'
import { readTextFile } from '../../infra/text/text-file.ts'
import { type ComparedFigure, compareReports, GUARD } from '../../load/judge/compare-reports.ts'
import { type LoadReport, loadReportSchema } from '../../load/report/report-schema.ts'
import { figure } from '../../load/report/summary.ts'
import { type CliCommand, numberOption, wordsOf } from '../options/options.ts'
import { userPath } from '../options/user-path.ts'

/** Of a soak over days. */
const LIMITS = { maxBytes: 256 * 1024 * 1024, maxDepth: 8 }

export const compare: CliCommand = {
  name: 'compare',
  about: `
Holds the second report.json of \`load --out\` against the first: rates, latencies, lag and CPU per event. What changed by no
more than the guard counts as the same, for two runs of one thing differ by chance. It names what was not the same in both
(machine, scenario, workers …), because then a difference may come from there. Exit 0 nothing is worse, 99 something is, 3
where one of the runs was invalid.`,
  words: {
    value: 'a.json b.json',
    text: 'the report that counts, and the one that is held against it',
  },
  options: {
    guard: {
      type: 'string',
      value: 'percent',
      text: 'what may change without being called better or worse',
      default: String(GUARD * 100),
    },
    json: { type: 'boolean', text: 'machine-readable output' },
  },
  examples: ['npx huacheng compare before/report.json after/report.json'],
  async run(values) {
    const problems = collector()
    const guard = problems.gather(() => numberOption(values, 'guard', 0, 1000))
    const words = wordsOf(values)
    const reports = words.map((path) => problems.gather(() => readReport(path)))
    if (words.length !== 2) {
      const expected = 'two report.json of `npx huacheng load --out`'
      problems.add('huacheng compare', `${words.length} files`, expected)
    }
    problems.throwIfAny('huacheng compare')
    const [a, b] = reports as LoadReport[]
    const result = compareReports(a, b, guard === undefined ? GUARD : guard / 100)
    const { figures, unlike, invalid, isWorse } = result
    if (values.json) printLine(JSON.stringify(result, null, 2))
    else {
      for (const why of invalid) printLine(`INVALID  ${why}`)
      if (invalid.length === 0) printLine(isWorse ? 'WORSE' : 'NOTHING IS WORSE')
      for (const found of figures) printLine(lineOf(found))
      for (const what of unlike) printLine(`not the same in both: ${what}`)
    }
    if (invalid.length > 0) process.exitCode = EXIT_INVALID
    else if (isWorse) process.exitCode = EXIT_DIFFERS
  },
}

function lineOf({ name, unit, a, b, change, verdict }: ComparedFigure): string {
  const percent = `${change >= 0 ? '+' : ''}${(change * 100).toFixed(1)} %`
  return `  ${name.padEnd(12)}${figure(a).padStart(12)}${figure(b).padStart(12)} ${unit.padEnd(10)}${percent.padStart(10)}  ${verdict}`
}

function readReport(label: string): LoadReport {
  const read = createCheckedReader<LoadReport>(loadReportSchema, LIMITS)
  const found = read(Buffer.from(readTextFile(userPath(label), label)))
  if (!found.fault) return found.value
  const expected = 'a report.json of this version of `npx huacheng load --out`'
  throw new Problem(problemText(label, found.fault.detail, expected))
}
