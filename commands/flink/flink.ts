// `huacheng flink sql`: prints the KPIs of a run as a Flink SQL job; measures that SQL cannot say exactly are listed.
import { readRun } from '../../audit/read-log.ts'
import { parseAddress } from '../../infra/address.ts'
import { allOf, collector, Problem, problemText } from '../../infra/problem.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { type FlinkJob, type FlinkPlace, flinkJob } from '../../processor/program/flink/job.ts'
import { DEFAULT_PREFIX } from '../../producers/contract/topics.ts'
import { isTopicName } from '../options/choices.ts'
import {
  type CliCommand,
  numberOption,
  type OptionValues,
  SCENARIO_OPTIONS,
  wordsOf,
} from '../options/options.ts'
import { isRecorded } from '../recordings/recorded-run.ts'
import { ignoredOnStderr } from '../wiring/ignored.ts'
import { KAFKA_OPTIONS, kafkaOptions, openKafka, worldsOfDescriptors } from '../wiring/on-kafka.ts'
import { openWorld } from '../wiring/world.ts'

const { json: _, ...RUN_OPTIONS } = SCENARIO_OPTIONS
const DEFAULT_SERVERS = '127.0.0.1:9092'

export const flink: CliCommand = {
  name: 'flink',
  about: `
Prints the KPIs as one Flink SQL script, made from the measures' declarations: it reads the same topics and ticks as the
processor and writes a JSON reading per KPI, scope and window. With --brokers it is that of the newest run on the topics,
else that of the scenario options. Planned numbers, start and run id stand in it: another run is another job. Measures
that SQL cannot say exactly are not in it; its head and stderr list them. How to run it: infra/flink/README.md.`,
  words: { value: 'sql', text: 'what to print; there is nothing else' },
  options: {
    ...KAFKA_OPTIONS,
    epoch: { type: 'string', value: 'n', text: 'with --brokers: which run; default the newest' },
    servers: {
      type: 'string',
      value: 'h:p,h:p',
      text: 'bootstrap servers as the job sees them; default --brokers',
    },
    output: {
      type: 'string',
      value: 'topic',
      text: 'topic of the readings; default <prefix>kpi.flink',
    },
    bounded: { type: 'boolean', text: 'the job reads what the topics hold and ends' },
    ...RUN_OPTIONS,
  },
  examples: [
    'npx huacheng flink sql > infra/flink/kpi.sql',
    'npx huacheng flink sql --brokers 127.0.0.1:9092 --servers kafka:9092 > kpi.sql',
  ],
  async run(values) {
    const words = wordsOf(values)
    if (words.length > 1 || (words.length === 1 && words[0] !== 'sql')) {
      throw new Problem(problemText('huacheng flink', words.join(' '), 'sql'))
    }
    const { sql, refused } = isRecorded(values) ? await jobOnKafka(values) : jobOf(values)
    for (const { kpi, why } of refused) console.error(`flink: left out ${kpi}: ${why}`)
    printLine(sql)
  },
}

/** The job of the run that the scenario options name. */
export function jobOf(values: OptionValues): FlinkJob {
  const place = placeOf(values, DEFAULT_SERVERS, (values.prefix as string) ?? DEFAULT_PREFIX)
  const { descriptor, catalogue, city } = openWorld(values, { truth: true })
  return flinkJob(descriptor, catalogue, city, place)
}

async function jobOnKafka(values: OptionValues): Promise<FlinkJob> {
  const given = Object.keys(RUN_OPTIONS).filter((name) => values[name] !== undefined)
  if (given.length > 0) {
    const got = given.map((name) => `--${name}`).join(', ')
    const expected = 'none; the run on the log has its own'
    throw new Problem(problemText(got, 'given with --brokers', expected))
  }
  const { epoch, place } = allOf('huacheng flink', {
    epoch: () => numberOption(values, 'epoch', 0, Number.MAX_SAFE_INTEGER, true),
    place: () => {
      const { connection, prefix } = kafkaOptions(values)
      return placeOf(values, connection.brokers.join(','), prefix)
    },
  })
  const { log, topics } = openKafka(values)
  try {
    const { descriptor } = await readRun(log, topics, ignoredOnStderr(), epoch)
    const worlds = worldsOfDescriptors()
    return flinkJob(descriptor, worlds.catalogueOf(descriptor), worlds.cityOf(descriptor), place)
  } finally {
    await log.close()
  }
}

function placeOf(values: OptionValues, brokers: string, prefix: string): FlinkPlace {
  const output = (values.output as string | undefined) ?? `${prefix}kpi.flink`
  const servers = (values.servers as string | undefined) ?? brokers
  const problems = collector()
  if (!isTopicName(output)) {
    problems.add('--output', JSON.stringify(output), 'the name of a topic')
  }
  for (const server of servers.split(',')) {
    const address = parseAddress(server)
    if (typeof address === 'string') problems.add('--servers', JSON.stringify(server), address)
  }
  problems.throwIfAny('huacheng flink')
  return { brokers: servers, prefix, output, isBounded: values.bounded === true }
}
