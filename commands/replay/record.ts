// `huacheng record`: keeps what is written to Kafka, byte by byte, in a folder that explains itself.
import { realClock } from '../../infra/clock.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { isoTime, parseDuration } from '../../infra/time.ts'
import { DEFAULT_PREFIX } from '../../producers/contract/topics.ts'
import { readRuns } from '../../producers/run/run-history.ts'
import { cityTopics, type RecordedTopic } from '../../replay/record/city-topics.ts'
import { createIndexed } from '../../replay/record/indexed-recording.ts'
import { Recorder } from '../../replay/record/recorder.ts'
import { CODECS } from '../../replay/recording/codec.ts'
import { checkCity, DEFAULT_URL } from '../city/city-api.ts'
import { oneOf, topicsAskedFor } from '../options/choices.ts'
import { type CliCommand, type OptionValues, SCENARIO_OPTIONS } from '../options/options.ts'
import { KAFKA_OPTIONS } from '../wiring/on-kafka.ts'
import { PROGRAM_OPTIONS, type Program, runProgram, topicsExist } from '../wiring/program.ts'
import { lastOf, recordLast } from './last/record-last.ts'
import { newFolder } from './new-folder.ts'
import { recordSimulated, worldToRecord } from './record-simulated.ts'

const PROGRESS_MS = 5_000
const FROM = ['earliest', 'latest'] as const
const DEFAULT_CODEC = 'gz'

/** Of the run that is simulated; its duration is --for. */
const { scenario, for: _, json: __, ...others } = SCENARIO_OPTIONS
const SIMULATED_OPTIONS = {
  ...{ scenario: { ...scenario, default: undefined }, ...others },
}

export const record: CliCommand = {
  name: 'record',
  about: `
Writes key, value, headers, partition, offset and timestamp of every record into a folder of compressed JSON lines that
zcat, DuckDB and Python read as they are. What it has acknowledged stays readable whatever ends it; a kill takes less than
a second with it, a full disk nothing. Ctrl-C reads what the topics hold by then and closes the recording.
With --scenario nothing is read: the scenario is simulated here, as fast as it goes, and recorded as it happens, without Kafka.
With --last a running demo writes the newest stretch of what its log still holds, in the city's time, and it is copied to --out.`,
  options: {
    out: { type: 'string', value: 'folder', text: 'new folder; default recording-<time>' },
    topics: {
      type: 'string',
      value: 'a,b',
      text: 'these topics, anybody’s, in place of the city’s',
    },
    from: { type: 'string', value: 'where', text: 'earliest or latest', default: 'earliest' },
    for: {
      type: 'string',
      value: 'duration',
      text: 'ends after so much wall time, e.g. PT5M; with --scenario the run’s duration',
    },
    codec: { type: 'string', value: 'name', text: 'gz or zst', default: DEFAULT_CODEC },
    fsync: {
      type: 'boolean',
      text: 'wait for the disk twice a second: a power cut takes no more than a kill',
    },
    last: {
      type: 'string',
      value: 'duration',
      text: 'of a running demo: the last so much of the city’s time, e.g. 10m or PT10M',
    },
    url: { type: 'string', value: 'address', text: 'of that demo', default: DEFAULT_URL },
    token: { type: 'string', value: 'secret', text: 'its token, where it has one (or TOKEN)' },
    ...SIMULATED_OPTIONS,
    ...KAFKA_OPTIONS,
    ...PROGRAM_OPTIONS,
  },
  examples: [
    'npx huacheng record --scenario rainstorm --scale 0.1 --out rainstorm',
    'npx huacheng record --last 10m --out just-now',
    'npx huacheng record --brokers 127.0.0.1:9092 --out rainstorm',
    'npx huacheng record --brokers 127.0.0.1:9092 --topics orders,payments --from latest --for PT5M',
  ],
  async run(values) {
    if (values.last !== undefined) return last(values)
    if (values.scenario !== undefined) return simulate(values)
    const asked = askedOf(values)
    await runProgram('record', values, (program) => startRecording(program, values, asked))
  },
}

/** Options of nothing but `--last`, and all that have no meaning with it. */
const LAST_OPTIONS = ['url', 'token']
const NOT_LAST = [
  'topics',
  'from',
  'for',
  'codec',
  'fsync',
  'scenario',
  'status-port',
  'status-host',
]

async function last(values: OptionValues): Promise<void> {
  const { lastMs, out } = allOf('huacheng record', {
    others: () =>
      refuse(
        values,
        [...NOT_LAST, ...Object.keys(SIMULATED_OPTIONS), ...Object.keys(KAFKA_OPTIONS)],
        'with --last',
      ),
    city: () => checkCity({ url: values.url }),
    lastMs: () => lastOf(values.last as string),
    out: () => (values.out === undefined ? null : newFolder('out', values.out as string)),
  })
  await recordLast(values, lastMs, out)
}

async function simulate(values: OptionValues): Promise<void> {
  const { world, folder, codec } = allOf('huacheng record', {
    kafka: () =>
      refuse(
        values,
        [
          'topics',
          'from',
          ...LAST_OPTIONS,
          ...Object.keys(KAFKA_OPTIONS),
          'status-port',
          'status-host',
        ],
        'with --scenario',
      ),
    world: () => worldToRecord(values),
    folder: () => folderOf(values),
    codec: () => oneOf(values, 'codec', CODECS),
  })
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  await recordSimulated(world, {
    ...{ folder, codec: codec ?? DEFAULT_CODEC, signal: stop.signal },
    survivesPowerCut: values.fsync === true,
  })
  printLine((values.out as string | undefined) ?? folder)
}

function refuse(values: OptionValues, names: string[], when: string): void {
  const given = names.filter((name) => values[name] !== undefined).map((name) => `--${name}`)
  if (given.length > 0)
    throw new Problem(problemText(given.join(', '), `given ${when}`, 'left out'))
}

function folderOf(values: OptionValues): string {
  const name = `recording-${isoTime(realClock.now()).replace(/[:.]/g, '-')}`
  return newFolder('out', (values.out as string | undefined) ?? name)
}

type Asked = ReturnType<typeof askedOf>

function askedOf(values: OptionValues) {
  const { from, codec, forMs, folder, topics } = allOf('huacheng record', {
    simulated: () => refuse(values, Object.keys(SIMULATED_OPTIONS), 'without --scenario'),
    last: () => refuse(values, LAST_OPTIONS, 'without --last'),
    from: () => oneOf(values, 'from', FROM),
    codec: () => oneOf(values, 'codec', CODECS),
    forMs: () => (values.for === undefined ? null : parseDuration(values.for as string, '--for')),
    topics: () => topicsAskedFor(values, 'topics'),
    folder: () => folderOf(values),
  })
  return {
    folder,
    from: from ?? 'earliest',
    codec: codec ?? DEFAULT_CODEC,
    forMs,
    topics,
  }
}

async function startRecording(program: Program, values: OptionValues, asked: Asked) {
  const { log, logger, own } = program
  const topics = asked.topics
    ? await foreignTopics(program, asked)
    : await topicsOfCity(program, asked)
  if (!topics) return null
  const { folder, codec, forMs } = asked
  const { writer, index } = await createIndexed({
    ...{ folder, codec, clock: realClock, survivesPowerCut: values.fsync === true },
    source: {
      kind: 'kafka',
      prefix: asked.topics ? '' : ((values.prefix as string) ?? DEFAULT_PREFIX),
    },
    topics: Object.fromEntries(topics.map(({ name, ...topic }) => [name, topic])),
  })
  const recorder = await Recorder.start({ log, clock: realClock, writer, index, topics })
  logger.info({ folder, topics: topics.length }, 'record: writes')
  const tell = () => {
    const { added, acknowledged, fileBytes, behind, overtaken } = recorder.progress
    logger.info(
      { added, acknowledged, fileBytes, behind, overtaken: overtaken.length },
      'record: so far',
    )
  }
  let cancel = () => {}
  const again = () => {
    tell()
    cancel = realClock.schedule(PROGRESS_MS, again)
  }
  cancel = realClock.schedule(PROGRESS_MS, again)
  own({
    done: recorder.done,
    async stop() {
      cancel()
      const { segments, closed } = await recorder.stop()
      tell()
      logger.info({ folder, segments: segments.length, closed }, 'record: is closed')
    },
  })
  const over = new Promise<string>((resolve) => {
    if (forMs !== null) realClock.schedule(forMs, () => resolve('--for is over'))
  })
  return { over }
}

/** Those of the newest run; null = a signal stopped the process meanwhile. */
async function topicsOfCity(
  { log, kafka, ignored, ...program }: Program,
  { from }: Asked,
): Promise<RecordedTopic[] | null> {
  const { topics } = kafka
  if (!(await topicsExist({ log, kafka, ignored, ...program }, [topics.run]))) return null
  const run = (await readRuns(log, topics.run, ignored.report)).at(-1)
  if (!run) throw new Problem(problemText(topics.run, 'no run', 'one', 'start a producer first'))
  const { declarations, partitions } = run.descriptor
  return cityTopics(topics, Object.keys(declarations), partitions, from)
}

async function foreignTopics(
  program: Program,
  { topics, from }: Asked,
): Promise<RecordedTopic[] | null> {
  if (!(await topicsExist(program, topics!))) return null
  const sizes = await Promise.all(topics!.map((name) => program.log.offsets(name)))
  return topics!.map((name, i) => ({ name, partitions: sizes[i].length, track: 'events', from }))
}
