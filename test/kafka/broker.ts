// Finds or starts a real Kafka for the tests: KAFKA_BROKERS, else a container where a Docker engine answers, else a reason.
import kafkajs from 'kafkajs'
import {
  GenericContainer,
  getContainerRuntimeClient,
  type StartedTestContainer,
} from 'testcontainers'
import { installGuards } from '../../infra/kafka/connection/guards.ts'
import { freePort } from '../../load/child-program.ts'

export const DEFAULT_IMAGE = 'apache/kafka:4.2.0'
/** The older line that clusters still run; the contract holds there too. */
export const OLDER_IMAGE = 'apache/kafka:3.9.1'
const PORT = 9092
/**
 * The image's own start, and from the second time on Kafka itself on what that start has set up: not every image that
 * goes by this name can set up twice.
 */
const START = `[ -e /tmp/.set-up ] && exec java $KAFKA_HEAP_OPTS -cp '/opt/kafka/libs/*' kafka.Kafka /opt/kafka/config/server.properties
touch /tmp/.set-up && exec /etc/kafka/docker/run`
const START_TIMEOUT_MS = 90_000
/** A cluster of one small node, whatever its listeners are. */
export const ONE_NODE = {
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
  KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '4',
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  KAFKA_HEAP_OPTS: '-Xmx512m -Xms256m',
}

export type Broker = {
  brokers: string
  /** Where it came from, for the report. */
  from: string
  /** Null where the brokers are somebody else's. */
  container: StartedTestContainer | null
  stop(): Promise<void>
}

/** `env` are further KAFKA_* settings of a started broker. */
export type BrokerOptions = { image?: string; env?: Record<string, string> }

/** A broker, or why there is none. */
export async function findBroker(options: BrokerOptions = {}): Promise<Broker | string> {
  const { KAFKA_BROKERS } = process.env
  if (KAFKA_BROKERS && !options.env) {
    return { brokers: KAFKA_BROKERS, from: 'KAFKA_BROKERS', container: null, stop: async () => {} }
  }
  const image = options.image ?? process.env.KAFKA_IMAGE ?? DEFAULT_IMAGE
  const wanted = options.env ? 'this needs a broker of its own' : 'KAFKA_BROKERS is not set'
  return (await noEngine(wanted)) ?? startBroker(image, options.env ?? {})
}

/** Why no container can be started, null when one can. With CI=true that is an error. */
export async function noEngine(wanted: string): Promise<string | null> {
  const engine = await getContainerRuntimeClient().catch((error: Error) => error)
  if (!(engine instanceof Error)) return null
  const reason = `${wanted} and no Docker engine answers (${engine.message})`
  if (process.env.CI === 'true') throw new Error(reason)
  return reason
}

/** The fixed host port is what the broker tells its clients; it stays the same over restarts of the container. */
async function startBroker(image: string, env: Record<string, string>): Promise<Broker> {
  const port = await freePort()
  const container = await new GenericContainer(image)
    .withCommand(['sh', '-c', START])
    .withExposedPorts({ container: PORT, host: port })
    .withEnvironment({
      ...ONE_NODE,
      // Transactions need a way of the broker to itself; the one that it tells its clients is the host's.
      KAFKA_LISTENERS: `PLAINTEXT://:${PORT},INNER://localhost:9094,CONTROLLER://:9093`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP:
        'PLAINTEXT:PLAINTEXT,INNER:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INNER',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port},INNER://localhost:9094`,
      ...env,
    })
    .withStartupTimeout(START_TIMEOUT_MS)
    .start()
  const brokers = `127.0.0.1:${port}`
  if (!env.KAFKA_ADVERTISED_LISTENERS) await ready(brokers, image)
  return {
    brokers,
    from: `${image} in a container`,
    container,
    async stop() {
      await container.stop()
    },
  }
}

/** An open port is not a broker: the cluster has to describe itself. */
async function ready(brokers: string, what = brokers): Promise<void> {
  installGuards()
  const until = Date.now() + START_TIMEOUT_MS
  const { logLevel, Kafka } = kafkajs
  for (;;) {
    const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin()
    try {
      await admin.connect()
      const cluster = await admin.describeCluster()
      if (cluster.brokers.length > 0) return
    } catch (error) {
      if (Date.now() > until) throw new Error(`${what}: no cluster after 90 s`, { cause: error })
    } finally {
      await admin.disconnect().catch(() => {})
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Freezes the broker's process for so long; its connections stay open, and its port takes new ones. */
export async function pause(broker: Broker, ms: number, frozen = () => {}): Promise<void> {
  const container = await handleOf(broker)
  await container.pause()
  frozen()
  await new Promise((resolve) => setTimeout(resolve, ms))
  await container.unpause()
}

/** Ends the broker, cleanly with SIGTERM, and starts it again with its data, on the same port. */
export async function restart(broker: Broker, signal = 'SIGKILL'): Promise<void> {
  const container = await handleOf(broker)
  const exited = container.wait()
  await container.kill({ signal })
  await exited
  await container.start()
  await ready(broker.brokers)
}

/** Looks again until it is so. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function handleOf(broker: Broker) {
  const { container } = await getContainerRuntimeClient()
  return container.getById(broker.container!.getId())
}
