// `huacheng produce`: one producer process of the city on Kafka.
import { realClock } from '../infra/clock.ts'
import { Problem } from '../infra/problem.ts'
import { type RunningConductor, startConductor } from '../producers/conductor.ts'
import type { Descriptor } from '../producers/contract/records.ts'
import { topicSpecs } from '../producers/contract/topics.ts'
import { startShard } from '../producers/shard.ts'
import { COMPRESSION_OPTION, TOPIC_OPTIONS } from './log-settings.ts'
import { askBeforeCreating } from './manners.ts'
import { KAFKA_OPTIONS } from './on-kafka.ts'
import { restartOf } from './one-process.ts'
import { type Command, SCENARIO_OPTIONS, type Values } from './options.ts'
import { watchConductor, watchShard } from './producer-metrics.ts'
import { type Part, PROGRAM_OPTIONS, runProgram } from './program.ts'
import { HEADERS_OPTION, wantsHeaders, withContentType } from './record-headers.ts'
import { openWorld, type World } from './world.ts'

/** On Kafka a horizon takes a round trip to be seen. */
const LEAD_MS = 500

export const produce: Command = {
  name: 'produce',
  summary: 'run one producer process on Kafka',
  about: `
Simulates the topic-partitions p with p mod N = i and writes them, paced. Shard 0 also conducts the run: it mints it,
moves the horizon and takes commands. Restarted, a producer goes on after the last event found in its topic-partitions;
--restart begins a new epoch. All shards need the same scenario options.`,
  options: {
    ...KAFKA_OPTIONS,
    shard: { type: 'string', value: 'i/N', text: 'which of how many', default: '0/1' },
    ...SCENARIO_OPTIONS,
    speed: { type: 'string', value: 'x', text: 'sim seconds per wall second, or max' },
    restart: { type: 'boolean', text: 'begin a new run even where one is open' },
    yes: { type: 'boolean', text: 'create topics on a broker that is not local without asking' },
    'no-truth': { type: 'boolean', text: 'leave the truth stream out' },
    ...COMPRESSION_OPTION,
    ...HEADERS_OPTION,
    ...TOPIC_OPTIONS,
    ...PROGRAM_OPTIONS,
  },
  examples: [
    'npx huacheng produce --brokers 127.0.0.1:9092',
    'npx huacheng produce --brokers 127.0.0.1:9092 --shard 1/2',
  ],
  async run(values) {
    const { shard, shards } = shardOption(values)
    const world = openWorld(values, { truth: values['no-truth'] !== true, shards })
    const { catalogue, scenario, domains } = world
    const hasHeaders = wantsHeaders(values)
    await runProgram('produce', values, async ({ log, kafka, logger, metrics }) => {
      const { topics } = kafka
      const specs = topicSpecs(topics, scenario.domains, scenario.partitions)
      const { connection, settings, where } = kafka
      await askBeforeCreating({
        ...{ log: kafka.log, brokers: connection.brokers, where, topics, settings, specs, world },
        yes: values.yes === true,
        env: process.env,
        say: (text) => console.error(text),
      })
      await log.ensureTopics(specs)
      const shared = { log, clock: realClock, topics }
      const producer = await startShard({
        ...shared,
        log: hasHeaders ? withContentType(log, scenario.domains.map(topics.domain)) : log,
        shard,
        shards,
        domains,
        worldOf: (descriptor) => sameWorld(world, descriptor),
      })
      watchShard(metrics, producer)
      const conductor = shard === 0 ? await conduct() : null
      if (conductor) watchConductor(metrics, conductor)
      const parts: Part[] = conductor ? [conductor, producer] : [producer]
      return { parts }

      function conduct(): Promise<RunningConductor> {
        return startConductor({
          ...shared,
          descriptorOf: (restart) => restartOf(world.descriptor, restart),
          domainOf(target) {
            const number = catalogue.numberOf(target)
            return number < 0 ? undefined : catalogue.domains[catalogue.domain[number]]
          },
          restart: values.restart === true,
          leadMs: LEAD_MS,
          onProblem: (text) => logger.warn(text),
        })
      }
    })
  },
}

/** `--shard i/N`. */
function shardOption(values: Values): { shard: number; shards: number } {
  const text = (values.shard as string) ?? '0/1'
  const m = /^(\d{1,5})\/(\d{1,5})$/.exec(text)
  const [shard, shards] = m ? [Number(m[1]), Number(m[2])] : [1, 0]
  if (shard >= shards) {
    throw new Problem(`--shard: "${text}", expected i/N with 0 <= i < N, e.g. 0/2`)
  }
  return { shard, shards }
}

/** The world that was opened from the options, if the run on the log is of the same one. */
function sameWorld(world: World, descriptor: Descriptor): World {
  const ours = world.descriptor
  const fields = ['seed', 'digest', 'start', 'end', 'partitions', 'shards', 'catalogue'] as const
  const other = fields.filter((f) => ours[f] !== descriptor[f])
  if (other.length > 0) {
    throw new Problem(
      `run ${descriptor.run} on the log: ${other.map((f) => `${f} ${descriptor[f]}, ours ${ours[f]}`).join('; ')}, ` +
        'expected the same; start every shard with the same options, or shard 0 with --restart',
    )
  }
  return world
}
