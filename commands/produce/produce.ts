// `huacheng produce`: one producer process of the city on Kafka.
import { realClock } from '../../infra/clock.ts'
import { allOf, Problem } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import { topicSpecs } from '../../producers/contract/topics.ts'
import type { RunningShard } from '../../producers/run/shard/shard.ts'
import type { Scenario } from '../../seeds/contract.ts'
import { environment } from '../options/environment.ts'
import { COMPRESSION_OPTION, TOPIC_OPTIONS } from '../options/log-settings.ts'
import { type CliCommand, type OptionValues, SCENARIO_OPTIONS } from '../options/options.ts'
import { createProgress } from '../output/progress.ts'
import { counted } from '../output/sizes.ts'
import { KAFKA_OPTIONS } from '../wiring/on-kafka.ts'
import { checkProgram, PROGRAM_OPTIONS, runProgram } from '../wiring/program.ts'
import type { ProgramPart } from '../wiring/program-parts.ts'
import { openWorld } from '../wiring/world.ts'
import { askBeforeCreating } from './preflight.ts'
import { startProducer } from './producer.ts'
import { watchConductor, watchShard } from './producer-metrics.ts'
import { HEADERS_OPTION, wantsHeaders, withContentType } from './record-headers.ts'

const PROGRESS_MS = 1000

export const produce: CliCommand = {
  name: 'produce',
  about: `
Simulates the topic-partitions p with p mod N = i and writes them, paced. Shard 0 also conducts the run: it mints it,
moves the horizon and takes commands. Restarted, a producer goes on after the last event found in its topic-partitions.
All shards need the same scenario options, and the options of the run that is there: another --scale, --for … is refused
before anything is written; --restart (on every shard) begins a new run in its place. When the run is over and all of
its events are acknowledged the producer ends with 0; with --stay it waits for run.restart from the page instead.`,
  options: {
    ...KAFKA_OPTIONS,
    shard: { type: 'string', value: 'i/N', text: 'which of how many', default: '0/1' },
    ...SCENARIO_OPTIONS,
    speed: { type: 'string', value: 'x', text: 'sim seconds per wall second, or max' },
    restart: { type: 'boolean', text: 'begin a new run even where one is open, or another was' },
    stay: {
      type: 'boolean',
      text: 'stay when the run is over, so that the page can begin another',
    },
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
    'npx huacheng produce --brokers 127.0.0.1:9092 --for PT1H --speed max',
  ],
  async run(values) {
    const truth = values['no-truth'] !== true
    let shards = 1
    const { shard, hasHeaders, world } = allOf('huacheng produce', {
      shard() {
        const share = shardOption(values)
        shards = share.shards
        return share.shard
      },
      hasHeaders: () => wantsHeaders(values),
      world: () => openWorld(values, { truth, shards }),
      program: () => checkProgram(values),
    })
    const { scenario } = world
    await runProgram('produce', values, async ({ log, kafka, logger, metrics, ignored, own }) => {
      const { topics, connection, settings, where } = kafka
      const specs = topicSpecs(topics, scenario.domains, scenario.partitions)
      const { over, producer, conductor } = await startProducer({
        ...{ log, topics, world, shard, shards, logger, ignored, own },
        eventLog: hasHeaders ? withContentType(log, scenario.domains.map(topics.domain)) : log,
        clock: realClock,
        where: `${topics.run} at ${where}`,
        restart: values.restart === true,
        hasRuns: async () => (await kafka.log.missing([topics.run])).length === 0,
        async createTopics() {
          const shown = { brokers: connection.brokers, where, topics, settings, specs, world }
          await askBeforeCreating({
            ...shown,
            log: kafka.log,
            yes: values.yes === true,
            env: environment(),
            say: (text) => console.error(text),
          })
          await log.ensureTopics(specs)
        },
      })
      watchShard(metrics, producer)
      if (conductor) watchConductor(metrics, conductor)
      own(watchProgress(producer, scenario))
      return values.stay ? {} : { over }
    })
  },
}

/** Shows on a terminal how far the run is. */
function watchProgress(producer: RunningShard, { start, durationMs }: Scenario): ProgramPart {
  const progress = createProgress()
  let last = { at: realClock.now(), events: 0 }
  let rate = 0
  let cancel = realClock.schedule(PROGRESS_MS, look)
  function look(): void {
    cancel = realClock.schedule(PROGRESS_MS, look)
    const to = producer.view()?.simulatedTo
    if (to === undefined) return
    const now = { at: realClock.now(), events: producer.events() }
    rate = ((now.events - last.events) * 1000) / Math.max(1, now.at - last.at)
    last = now
    const share = Math.min(100, Math.max(0, ((to - start) * 100) / durationMs))
    progress.show(
      () =>
        `${isoTime(to)}  ${share.toFixed(1)} %  ${counted(now.events, 'event')}  ${Math.round(rate).toLocaleString('en')}/s`,
    )
  }
  return {
    done: new Promise(() => {}),
    async stop() {
      cancel()
      progress.end()
    },
  }
}

/** `--shard i/N`. */
function shardOption(values: OptionValues): { shard: number; shards: number } {
  const text = (values.shard as string) ?? '0/1'
  const m = /^(\d{1,5})\/(\d{1,5})$/.exec(text)
  const [shard, shards] = m ? [Number(m[1]), Number(m[2])] : [1, 0]
  if (shard >= shards) {
    throw new Problem(`--shard: "${text}", expected i/N with 0 <= i < N, e.g. 0/2`)
  }
  return { shard, shards }
}
