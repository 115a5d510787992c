// One producer of a city on any log: checks the run that is there, then simulates its shard, and conducts if it is shard 0.
import type { Clock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import type { Logger } from '../../infra/logger.ts'
import { formatDuration } from '../../infra/time.ts'
import { cityDigest } from '../../producers/contract/digest.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { UNPACED_SPEED } from '../../producers/contract/run/run-commands.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import { type RunningConductor, startConductor } from '../../producers/run/conductor/conductor.ts'
import { readRuns } from '../../producers/run/run-history.ts'
import { type RunOver, startShard } from '../../producers/run/shard/shard.ts'
import { restartOf } from '../wiring/one-process.ts'
import type { ProgramPart } from '../wiring/program-parts.ts'
import type { World } from '../wiring/world.ts'
import { checkNewestRun, checkRun, differences } from './run-preflight.ts'

/** On Kafka a horizon takes a round trip to be seen. */
const LEAD_MS = 500

export type ProducerOptions = {
  log: EventLog
  /** What the events are appended to, where it is not the same. */
  eventLog?: EventLog
  clock: Clock
  topics: Topics
  /** Names topic and brokers to people. */
  where: string
  world: World
  shard: number
  shards: number
  restart: boolean
  logger: Logger
  ignored: IgnoredRecords
  /** Is there a topic `run`? */
  hasRuns(): Promise<boolean>
  /** Creates the topics; asked for only when nothing speaks against this start. */
  createTopics(): Promise<void>
  /** Owns what has been started, also when the rest of the start fails. */
  own(part: ProgramPart): void
}

/** Resolves once all of it runs; `over` resolves when a run has ended and everything of it is acknowledged. */
export async function startProducer(options: ProducerOptions) {
  const { log, clock, topics, where, world, shard, shards, restart, logger, ignored, own } = options
  const { catalogue, domains } = world
  if (!restart && (await options.hasRuns())) {
    checkNewestRun(await readRuns(log, topics.run, ignored.report), world.descriptor, where)
  }
  await options.createTopics()
  const { promise: over, resolve: isOver } = Promise.withResolvers<string>()
  const shared = { log, clock, topics, ignored }
  const producer = await startShard({
    ...shared,
    log: options.eventLog ?? log,
    ...{ shard, shards, domains },
    worldOf(descriptor) {
      // With --restart the run that stands there is to be replaced: what is asked for comes after it.
      if (restart && differences(descriptor, world.descriptor).length > 0) return null
      checkRun(descriptor, world.descriptor, where)
      return world
    },
    onRun(descriptor, epoch, begun) {
      logger.info(beginText(descriptor, epoch, begun, `shard ${shard} of ${shards}`))
    },
    onIdle({ run }) {
      if (shard !== 0)
        logger.info(`run ${run} is over; this shard waits until shard 0 begins another`)
    },
    onOver(ended) {
      logger.info(endText(ended))
      isOver(`run ${ended.descriptor.run} is over (${ended.end.reason})`)
    },
  })
  own(producer)
  const conductor = shard === 0 ? await conduct() : null
  if (conductor) own(conductor)
  return { over, producer, conductor }

  function conduct(): Promise<RunningConductor> {
    return startConductor({
      ...shared,
      descriptorOf: (restart) => restartOf(world.descriptor, restart),
      domainOf(target) {
        const number = catalogue.numberOf(target)
        return number < 0 ? undefined : catalogue.domains[catalogue.domain[number]]
      },
      restart,
      leadMs: LEAD_MS,
      onProblem: (text) => logger.warn(text),
    })
  }
}

function beginText(d: Descriptor, epoch: number, begun: boolean, share: string): string {
  const speed = d.speed >= UNPACED_SPEED ? 'max' : d.speed
  const length = formatDuration(Date.parse(d.end) - Date.parse(d.start))
  return (
    `run ${d.run} ${begun ? 'goes on' : 'begins'}: epoch ${epoch}, seed ${d.seed}, scenario ${d.city}/${d.scenario}, scale ${d.scale}, ` +
    `${d.start} to ${d.end} (${length}) at speed ${speed}, ${share}`
  )
}

/** The digest only where this producer has the whole city: of a part nobody could compare it. */
function endText({ descriptor: d, end, events, chains }: RunOver): string {
  const isWhole = chains.length === Object.keys(d.declarations).length * d.partitions
  const why = end.reason === 'duration' ? 'its time is up' : 'it was stopped'
  const digest = isWhole ? `, city digest ${cityDigest(chains).digest}` : ''
  return `run ${d.run} is over at ${end.at}: ${why}; ${events} events of this producer, all acknowledged${digest}`
}
