// `huacheng audit`: recomputes a run from its events alone and holds everything that was published against it.

import { type AuditResult, audit as auditRun } from '../../audit/audit.ts'
import type { AuditInput } from '../../audit/input.ts'
import {
  lastFinalOf,
  publishedUpTo,
  readPublished,
  readRun,
  recordsNow,
} from '../../audit/read-log.ts'
import { auditJson, auditText } from '../../audit/report.ts'
import { realClock, sleep } from '../../infra/clock.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { EXIT_DIFFERS } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { KPI_TOPIC_OPTION, kpiTopic } from '../options/kpi-topic.ts'
import {
  type CliCommand,
  numberOption,
  type OptionValues,
  SCENARIO_OPTIONS,
} from '../options/options.ts'
import { createProgress } from '../output/progress.ts'
import { counted } from '../output/sizes.ts'
import { COMMANDS_OPTION } from '../recordings/command-file.ts'
import { ignoredOnStderr } from '../wiring/ignored.ts'
import { KAFKA_OPTIONS, openKafka } from '../wiring/on-kafka.ts'
import { auditFile } from './audit-file.ts'
import { runWorld } from './lane-simulation.ts'

const FIRST_PLACES = 20
/** After a run's end the last finals need a moment. */
const PATIENCE_MS = 15_000
const LOOK_AGAIN_MS = 500

export const audit: CliCommand = {
  name: 'audit',
  about: `
Reads a run's events and recomputes every final reading with an oracle that shares no code with the processor, then
compares readings, truth, partials, ticks, chains, ledgers, late and dead-letter records, and prints one table. Where
something is off it simulates that topic-partition again and names each event that is missing, doubled, altered or
strange; with injected faults it explains truth − reading to the last event. A run that goes on is audited up to the
last window of which everything has been published. The coverage line says how much of the run was compared. Exit 0, or 99
when something differs or is unexplained, or when no reading was there to be compared.
With --kpi-topic: readings of another engine, the Flink SQL job's for one; what does not apply to them is listed.
With --from-file: the lines of \`huacheng events --meta --json\`, made with the same scenario options; readings are those
of --kpis (\`huacheng kpis --json\`) or what the real tasks make of the file.`,
  options: {
    ...KAFKA_OPTIONS,
    epoch: { type: 'string', value: 'n', text: 'which run; default the newest' },
    'from-file': {
      type: 'string',
      value: 'records.jsonl',
      text: 'audit records of a file instead, packed with gzip or not, or a pipe; - is standard input',
    },
    ...KPI_TOPIC_OPTION,
    kpis: { type: 'string', value: 'kpis.jsonl', text: 'with --from-file: the readings to audit' },
    resimulate: {
      type: 'boolean',
      text: 'simulate every topic-partition again and compare every byte',
    },
    strict: {
      type: 'boolean',
      text: 'copies as a retried append leaves them fail too (always so with --from-file)',
    },
    first: { type: 'string', value: 'n', text: 'places to name', default: String(FIRST_PLACES) },
    ...SCENARIO_OPTIONS,
    ...COMMANDS_OPTION,
  },
  examples: [
    'npx huacheng audit --brokers 127.0.0.1:9092',
    'npx huacheng audit --brokers 127.0.0.1:9092 --kpi-topic city.kpi.flink',
    'npx huacheng events --for PT10M --scale 0.1 --meta --json > records.jsonl && npx huacheng audit --from-file records.jsonl --for PT10M --scale 0.1',
  ],
  async run(values) {
    const { first, epoch } = allOf('huacheng audit', {
      first: () => numberOption(values, 'first', 0, 1_000_000, true) ?? FIRST_PLACES,
      epoch: () => numberOption(values, 'epoch', 0, Number.MAX_SAFE_INTEGER, true),
      kpiTopic: () => kpiTopic(values),
    })
    const progress = createProgress()
    const onProgress = (done: number, of: number) =>
      progress.show(() => `audit: ${done} of ${counted(of, 'topic-partition')}`)
    const isFile = values['from-file'] !== undefined
    if (isFile && values['kpi-topic'] !== undefined) {
      const got = 'given with --from-file'
      throw new Problem(problemText('--kpi-topic', got, 'it without', 'a file has no topic'))
    }
    const asked = isFile ? auditRecords : auditKafka
    const result = await asked(values, onProgress, epoch).finally(() => progress.end())
    // Before anything is printed: a reader that leaves early does not make it right.
    if (result.verdict !== 'pass') process.exitCode = EXIT_DIFFERS
    if (values.json) printLine(auditJson(result, first))
    else for (const line of auditText(result, first)) printLine(line)
  },
}

type OnProgress = NonNullable<AuditInput['onProgress']>

async function auditRecords(values: OptionValues, onProgress: OnProgress): Promise<AuditResult> {
  const { input, close } = await auditFile(values)
  try {
    // No producer of a file ever retried an append.
    return await auditRun({ ...input, resimulate: true, strict: true, onProgress })
  } finally {
    close()
  }
}

async function auditKafka(
  values: OptionValues,
  onProgress: OnProgress,
  epoch: number | undefined,
): Promise<AuditResult> {
  const simulated = Object.keys({ ...SCENARIO_OPTIONS, ...COMMANDS_OPTION })
  const scenario = simulated.filter((o) => o !== 'json' && values[o])
  if (scenario.length > 0 || values.kpis !== undefined) {
    const got = [...scenario, ...(values.kpis === undefined ? [] : ['kpis'])].map((o) => `--${o}`)
    throw new Problem(
      `${got.join(', ')}: given without --from-file, expected none; on Kafka the run's own descriptor says it`,
    )
  }
  const kafka = openKafka(values)
  const { log, topics } = kafka
  try {
    const there = kpiTopic(values) ?? topics.kpi
    const missing = await log.missing([topics.run, there])
    if (missing.length > 0) {
      throw new Problem(
        `${missing.join(', ')}: no such topic, expected those of a run; see --prefix and --kpi-topic`,
      )
    }
    const ignored = ignoredOnStderr()
    const run = await readRun(log, topics, ignored, epoch)
    const { note, facts, ...world } = runWorld(run)
    const from = there === topics.kpi ? undefined : { topic: there, run: run.descriptor.run }
    const published = await publishedInTime()
    const domains = Object.keys(run.descriptor.declarations)
    if (note) console.error(`audit: no simulation to compare with: ${note}`)
    return await auditRun({
      ...run,
      ...world,
      topicOf: topics.domain,
      upTo: run.endedAt ?? publishedUpTo(run.descriptor, published.readings ?? []),
      records: await recordsNow(log, topics, domains),
      published,
      resimulate: values.resimulate === true,
      strict: values.strict === true,
      onProgress,
    })

    /** What was published; of a run that has just ended, as soon as all is there. */
    async function publishedInTime(): Promise<AuditInput['published']> {
      const until = realClock.now() + PATIENCE_MS
      for (;;) {
        const published = await readPublished(log, topics, facts, ignored, from)
        if (run.endedAt === null || realClock.now() > until) return published
        const last = lastFinalOf(run.descriptor, run.endedAt)
        if (publishedUpTo(run.descriptor, published.readings ?? []) >= last) return published
        await sleep(realClock, LOOK_AGAIN_MS)
      }
    }
  } finally {
    await log.close()
  }
}
