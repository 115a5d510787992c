// `huacheng grade`: somebody else's KPI readings held against the truth, cell by cell, and what the wrong ones come from.
import { existsSync } from 'node:fs'
import { isSummed } from '../../audit/oracle/terms.ts'
import { allOf, collector, Problem, problemText } from '../../infra/problem.ts'
import { EXIT_DIFFERS } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { parseDuration } from '../../infra/time.ts'
import { Expected, type GradedRun } from '../../load/grade/expected.ts'
import { type ExplainedCell, explain } from '../../load/grade/explain.ts'
import type { GivenReadings } from '../../load/grade/given.ts'
import { grade as gradeReadings, PUBLISHED, type Tolerance } from '../../load/grade/grade.ts'
import { parseMapping } from '../../load/grade/mapping.ts'
import { type GradeReport, gradeReport, gradeText } from '../../load/grade/report.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { isTopicName } from '../options/choices.ts'
import {
  type CliCommand,
  numberOption,
  type OptionValues,
  SCENARIO_OPTIONS,
} from '../options/options.ts'
import { userPath } from '../options/user-path.ts'
import { COMMANDS_OPTION } from '../recordings/command-file.ts'
import { KAFKA_OPTIONS, kafkaOptions, openKafka } from '../wiring/on-kafka.ts'
import { readingsInFile, readingsInRecording, readingsOnTopic } from './given-records.ts'
import { runInRecording, runOnKafka, simulatedRun } from './graded-run.ts'

const WORST = 10

export const grade: CliCommand = {
  name: 'grade',
  about: `
Reads somebody else's KPI readings, JSON records of a topic or lines of a file, and holds every cell (KPI × district ×
window) against the truth: an oracle that recomputes it from the run's events alone. --map says where a reading's parts
stand: kpi, scope and start (or end) of the window, and value, or numerator, denominator, n; $.a.b is a path, $key and
$timestamp are the record's own, 'text' is a constant; final=$.done leaves out records of which that is not true.
Of several records of a cell the last counts. A cell that nothing entered may be left out. Where a number is wrong, the
events are gone through again, and a cause is named where it gives that very number: copies counted, the edge of the
window, late events, events that are missing. The run is the newest on the topics, or in --recording, or, with --file
alone, what the scenario options simulate. Exit 0 when all is equal, 99 otherwise.`,
  options: {
    ...KAFKA_OPTIONS,
    epoch: { type: 'string', value: 'n', text: 'which run; default the newest' },
    recording: {
      type: 'string',
      value: 'folder',
      text: 'the events of a recording, without Kafka',
    },
    topic: { type: 'string', value: 'name', text: 'the topic of the readings, its whole name' },
    file: {
      type: 'string',
      value: 'f.jsonl',
      text: 'the readings, a record’s JSON per line; - is standard input',
    },
    map: {
      type: 'string',
      value: 'parts',
      text: 'where a reading’s parts stand (needed; see above)',
    },
    kpis: {
      type: 'string',
      value: 'a,b',
      text: 'what must have been answered, or all; default the KPIs that were given',
    },
    tolerance: {
      type: 'string',
      value: 'x',
      text: 'how far off a number may be, 0.01 or 0.1%; default: as published, to 6 decimals',
    },
    within: {
      type: 'string',
      value: 'duration',
      text: 'a right reading that comes later than so long after the last tick of its window is late',
    },
    worst: { type: 'string', value: 'n', text: 'wrong cells to show', default: String(WORST) },
    ...SCENARIO_OPTIONS,
    ...COMMANDS_OPTION,
  },
  examples: [
    "npx huacheng grade --brokers 127.0.0.1:9092 --topic my-kpi --map 'kpi=$.name,scope=$.area,start=$.ts,value=$.v'",
    "npx huacheng grade --file readings.jsonl --for PT10M --scale 0.1 --map 'kpi=$.name,scope=$.area,start=$.ts,value=$.v'",
  ],
  async run(values) {
    const asked = askedOf(values)
    const report = await reportOf(values, asked)
    // Before anything is printed: a reader that leaves early does not make it right.
    if (report.verdict !== 'pass') process.exitCode = EXIT_DIFFERS
    if (values.json) printLine(JSON.stringify(report))
    else for (const line of gradeText(report)) printLine(line)
  },
}

type Asked = ReturnType<typeof askedOf>

const CONNECTING = ['brokers', 'prefix', 'command-config']
const KPI_NAMES = (text: string) => /^[\w.-]+(?:, ?[\w.-]+)*$/.test(text)
const isThere = (path: string) => existsSync(userPath(path))

/** What can be seen before anything is read. */
function check(
  values: OptionValues,
  name: string,
  fits: (text: string) => boolean,
  expected: string,
): void {
  const value = values[name] as string | undefined
  if (value === undefined || fits(value)) return
  throw new Problem(problemText(`--${name}`, JSON.stringify(value), expected))
}

function askedOf(values: OptionValues) {
  const problems = collector()
  const got = problems.gather(() =>
    allOf('huacheng grade', {
      map: () => {
        if (values.map === undefined)
          throw new Problem(
            problemText('--map', 'none', 'where a reading’s parts stand', 'see --help'),
          )
        return parseMapping(values.map as string)
      },
      epoch: () => numberOption(values, 'epoch', 0, Number.MAX_SAFE_INTEGER, true),
      worst: () => numberOption(values, 'worst', 0, 100_000, true) ?? WORST,
      within: () =>
        values.within === undefined ? null : parseDuration(values.within as string, '--within'),
      tolerance: () => toleranceOf(values.tolerance as string | undefined),
      kpis: () => check(values, 'kpis', KPI_NAMES, 'all, or names of KPIs with commas between'),
      topic: () => check(values, 'topic', isTopicName, 'the name of a topic'),
      file: () => check(values, 'file', isThere, 'a file that is there, or -'),
      recording: () => check(values, 'recording', isThere, 'the folder of a recording'),
      kafka: () => {
        if (CONNECTING.some((name) => values[name] !== undefined)) kafkaOptions(values)
      },
    }),
  )
  for (const problem of misfits(values)) problems.found.push(problem)
  problems.throwIfAny('huacheng grade')
  return got!
}

/** Options that do not go together. */
function misfits(values: OptionValues): string[] {
  const has = (name: string) => values[name] !== undefined
  const found: string[] = []
  if (has('topic') === has('file')) {
    found.push(problemText('--topic and --file', has('topic') ? 'both' : 'neither', 'one of them'))
  }
  const isSimulated = has('file') && !has('recording') && !has('brokers') && !has('command-config')
  const scenario = Object.keys({ ...SCENARIO_OPTIONS, ...COMMANDS_OPTION }).filter(
    (o) => o !== 'json' && has(o),
  )
  if (!isSimulated && scenario.length > 0) {
    const got = scenario.map((o) => `--${o}`).join(', ')
    found.push(
      problemText(got, 'given with a run that was recorded', 'none; the run says it itself'),
    )
  }
  if (has('recording') && has('brokers')) {
    found.push(problemText('--recording and --brokers', 'both', 'one of them'))
  }
  return found
}

function toleranceOf(text: string | undefined): Tolerance {
  if (text === undefined) return PUBLISHED
  const match = /^(\d+(?:\.\d+)?(?:e-?\d+)?)(%?)$/.exec(text)
  if (!match)
    throw new Problem(
      problemText('--tolerance', `"${text}"`, 'a number as 0.01, or a part as 0.1%'),
    )
  const isRelative = match[2] === '%'
  return { by: Number(match[1]) / (isRelative ? 100 : 1), isRelative }
}

async function reportOf(values: OptionValues, asked: Asked): Promise<GradeReport> {
  const topic = values.topic as string | undefined
  const file = values.file as string | undefined
  const fromFile = (run: GradedRun) => readingsInFile(file!, asked.map, run.descriptor.window)
  if (values.recording !== undefined) {
    const recording = await Recording.open(userPath(values.recording as string))
    try {
      const run = await runInRecording(recording, asked.epoch)
      const { window } = run.descriptor
      const given =
        topic === undefined
          ? await fromFile(run)
          : await readingsInRecording(recording, topic, asked.map, window)
      return await judge(values, asked, run, given)
    } finally {
      await recording.close()
    }
  }
  if (
    file !== undefined &&
    values.brokers === undefined &&
    values['command-config'] === undefined
  ) {
    const run = simulatedRun(values)
    return judge(values, asked, run, await fromFile(run))
  }
  const kafka = openKafka(values)
  try {
    const wanted = [kafka.topics.run, ...(topic === undefined ? [] : [topic])]
    const missing = await kafka.log.missing(wanted)
    if (missing.length > 0) {
      throw new Problem(
        problemText(
          missing.join(', '),
          'no such topic',
          'the run’s and that of the readings',
          'see --prefix and --topic',
        ),
      )
    }
    const run = await runOnKafka(kafka, asked.epoch)
    const given =
      topic === undefined
        ? await fromFile(run)
        : await readingsOnTopic(kafka.log, topic, asked.map, run.descriptor.window)
    return await judge(values, asked, run, given)
  } finally {
    await kafka.log.close()
  }
}

async function judge(
  values: OptionValues,
  { within, tolerance, worst }: Asked,
  run: GradedRun,
  given: GivenReadings,
): Promise<GradeReport> {
  const kpis = kpisOf(run, given, values.kpis as string | undefined)
  const domainOf = new Map<string, string>()
  for (const [domain, { measures }] of Object.entries(run.descriptor.declarations)) {
    for (const { name } of measures) domainOf.set(`${domain}.${name}`, domain)
  }
  const expected = await Expected.of(run, [...new Set(kpis.map((kpi) => domainOf.get(kpi)!))])
  const graded = gradeReadings(expected, given, { kpis, withinMs: within, tolerance })
  const explained = await explain(run, expected, graded.wrong, tolerance, worst)
  return gradeReport({
    ...{ descriptor: run.descriptor, epoch: run.epoch, given, graded, explained, worst },
    windows: [...new Set(kpis.flatMap((kpi) => expected.windows(expected.kpis.get(kpi)!)))],
    missingEvents: missingOf(expected, explained),
    tolerance: (values.tolerance as string | undefined) ?? 'as published, 6 decimals',
    within: (values.within as string | undefined) ?? null,
  })
}

/** Which KPIs are graded: those asked for, or those that were given and that the run knows. */
function kpisOf(run: GradedRun, given: GivenReadings, asked: string | undefined): string[] {
  const known = Object.entries(run.descriptor.declarations).flatMap(([domain, { measures }]) =>
    measures.map(({ name }) => `${domain}.${name}`),
  )
  if (asked === 'all') return known
  if (asked === undefined) {
    const names = new Set([...given.cells.values()].map(({ reading }) => reading.kpi))
    return known.filter((kpi) => names.has(kpi))
  }
  const wanted = asked.split(',').map((kpi) => kpi.trim())
  const other = wanted.filter((kpi) => !known.includes(kpi))
  if (other.length > 0)
    throw new Problem(
      problemText('--kpis', other.join(', '), `all, or some of ${known.join(', ')}`),
    )
  return [...new Set(wanted)]
}

/** Over the districts' cells of ratios and counts: how many events are proved to be missing, of how many. */
function missingOf(expected: Expected, explained: ExplainedCell[]): GradeReport['missingEvents'] {
  let missing = 0
  const seen = new Set<string>()
  for (const { expected: cell, causes } of explained) {
    const { measure, scopes } = expected.kpis.get(cell.kpi)!
    const [only] = causes
    if (causes.length !== 1 || only.cause !== 'drops events' || !isSummed(measure)) continue
    if (scopes.length > 1 && cell.scope === scopes[0]) continue
    seen.add(cell.kpi)
    missing += only.missing!
  }
  if (missing === 0) return null
  let of = 0
  for (const name of seen) {
    const kpi = expected.kpis.get(name)!
    const [city] = kpi.scopes
    for (const start of expected.windows(kpi)) of += expected.cell(kpi, city, start)!.n
  }
  return { missing, of }
}
