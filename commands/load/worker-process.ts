// The program of one load worker: opens the world that its task names, simulates its lanes, and sends them to Kafka. Started by load.ts alone.
import { fineClock } from '../../infra/clock.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { createLogger } from '../../infra/logger.ts'
import { Problem } from '../../infra/problem.ts'
import type { FromWorker, ToWorker } from '../../load/generate/messages.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { kafkaOptions } from '../wiring/on-kafka.ts'
import { openWorld } from '../wiring/world.ts'
import { createLoadWorker } from './load-worker.ts'
import type { WorkerTask } from './worker-task.ts'

/** What a broker that is slow leaves behind: an open loop does not wait for it. */
const BACKLOG_BYTES = 256 * 1024 * 1024
const DELIVERY_MS = 30_000

function post(message: FromWorker): void {
  process.send?.(message)
}

async function start(task: WorkerTask): Promise<(message: ToWorker) => void> {
  const { connection, settings, prefix } = kafkaOptions(task.kafka)
  const logger = createLogger({ level: 'warn' })
  const log = createKafkaLog({
    ...{ connection, logger, ...settings, clientId: 'huacheng-load', lingerMs: task.lingerMs },
    ...{ maxBacklogBytes: BACKLOG_BYTES, deliveryTimeoutMs: DELIVERY_MS },
  })
  const world = openWorld(task.simulated, { truth: task.truth, shards: task.workers })
  const topics = topicNames(prefix)
  // Only appends to a topic that is known keep their order.
  await Promise.all(world.scenario.domains.map((domain) => log.offsets(topics.domain(domain))))
  const worker = createLoadWorker(task, {
    ...{ log, world, topics, clock: fineClock },
    post(message) {
      if (message.kind !== 'closed') post(message)
      else void log.close().finally(() => process.send?.(message, undefined, {}, leave))
    },
  })
  return (message) => worker.hear(message)
}

/** Once the last word is out, and not before. */
const leave = () => process.disconnect()

function failed(error: unknown): void {
  const problem = error instanceof Problem ? error.message : String((error as Error).stack)
  post({ kind: 'failed', problem })
}

process.once('message', (task) => {
  const starting = start(task as WorkerTask)
  starting.catch(failed)
  process.on('message', (message) => {
    starting.then((hear) => hear(message as ToWorker)).catch(failed)
  })
})
// Whoever started it is gone: nobody would ever stop it.
process.on('disconnect', () => process.exit())
// A terminal's Ctrl-C reaches it as well; its parent says what is to be done.
process.on('SIGINT', () => {})
