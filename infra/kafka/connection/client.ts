// The kafkajs client as this project uses it: guarded, logging through our logger.
import kafkajs, {
  type Admin,
  type Kafka,
  type LogEntry,
  type Producer,
  type RetryOptions,
} from 'kafkajs'
import { type Clock, realClock, sleep } from '../../clock.ts'
import type { Logger } from '../../logger.ts'
import type { KafkaConnection } from '../config.ts'
import { connectionProblem, explained, rootCause } from '../problem.ts'
import { installGuards } from './guards.ts'
import { disguised, openSocket, undisguised } from './socket.ts'

/** One request's patience inside kafkajs; the batcher and the readers go on trying above it. */
export const RETRY = {
  initialRetryTime: 100,
  maxRetryTime: 1000,
  factor: 0.2,
  multiplier: 2,
  retries: 5,
}
/** kafkajs says the same of every try to connect, several times a second: once in so long is enough, the rest is debug. */
const REPEAT_MS = 10_000
const REPEATS_KEPT = 100
/** An election takes well under a second; a broker's restart some. */
const LEADER_PATIENCE_MS = 120_000
const LEADER_REST_MS = 100
const CONNECTION_TIMEOUT_MS = 5000
const REQUEST_TIMEOUT_MS = 15_000

/** A client that has not connected yet. */
export function createKafkaClient(
  connection: KafkaConnection,
  clientId: string,
  logger: Logger | undefined,
  retry: RetryOptions = RETRY,
): Kafka {
  installGuards()
  const { brokers, tls, sasl } = connection
  return new kafkajs.Kafka({
    clientId,
    brokers: brokers.map(disguised),
    socketFactory: openSocket,
    // Secrets are not enumerable (config.ts), and kafkajs copies what is: hand them over by name.
    ssl: tls ? { ...tls, key: tls.key, passphrase: tls.passphrase } : false,
    // kafkajs' type is a union per mechanism with equal members
    sasl: sasl && ({ ...sasl, password: sasl.password } as typeof sasl & { mechanism: 'plain' }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: () => logWriter(logger),
  })
}

/** Every reconnection is an "error" to kafkajs: one level lower is what they are to us. */
function logWriter(logger: Logger | undefined): (entry: LogEntry) => void {
  const said = new Map<string, number>()
  return ({ level, namespace, log }) => {
    if (!logger) return
    const { message, timestamp: _, logger: __, stack: ___, ...details } = log
    const text = `kafka ${namespace}: ${message}`
    if (level !== kafkajs.logLevel.ERROR && level !== kafkajs.logLevel.WARN) {
      logger.debug(text)
      return
    }
    const broker = typeof details.broker === 'string' ? undisguised(details.broker) : undefined
    const line = { broker, group: details.groupId, error: details.error }
    const key = JSON.stringify([text, line])
    const now = realClock.now()
    if (now - (said.get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) {
      logger.debug(line, text)
      return
    }
    if (said.size >= REPEATS_KEPT) said.clear()
    said.set(key, now)
    logger.warn(line, text)
  }
}

/** One client of a kind, connected when first needed; a failed connection rejects with a Problem and may be tried again. */
export function connectOnce<C extends Admin | Producer>(
  make: () => C,
  connection: KafkaConnection,
) {
  let client: Promise<C> | null = null
  let closed = false
  return {
    get(): Promise<C> {
      if (closed) return Promise.reject(new Error('Kafka: the client is closed'))
      client ??= (async () => {
        const made = make()
        try {
          await made.connect()
        } catch (error) {
          client = null
          await made.disconnect().catch(() => {}) // the connection's own error is the one to report
          throw connectionProblem(error, connection)
        }
        return made
      })()
      return client
    },
    async close(): Promise<void> {
      closed = true
      await (await client?.catch(() => null))?.disconnect()
    },
  }
}

/** An admin client whose refusals are Problems. It connects at the first question. */
export function createAsking(kafka: Kafka, connection: KafkaConnection, clock: Clock) {
  const admin = connectOnce(() => kafka.admin(), connection)
  let last: Promise<unknown> = Promise.resolve()

  /** One at a time: kafkajs forgets a topic that is asked for while it still refreshes its metadata for another. */
  function ask<T>(work: (client: Admin) => Promise<T>): Promise<T> {
    const turn = last.then(async () => {
      try {
        return await work(await admin.get())
      } catch (thrown) {
        throw explained(thrown, connection)
      }
    })
    last = turn.catch(() => {}) // whoever asked hears of it
    return turn
  }

  /** A topic just made, or one whose leader moves, has no leader for a moment: kafkajs gives up at once. */
  async function askLeaders<T>(work: (client: Admin) => Promise<T>): Promise<T> {
    const until = clock.now() + LEADER_PATIENCE_MS
    for (;;) {
      try {
        return await ask(work)
      } catch (thrown) {
        const { retriable = false } = rootCause(thrown)
        if (!retriable || clock.now() >= until) throw thrown
        await sleep(clock, LEADER_REST_MS)
        // The one admin request that makes kafkajs ask for the leaders again; its answer is not wanted.
        await ask((client) => client.listGroups()).catch(() => {})
      }
    }
  }

  return { ask, askLeaders, close: () => admin.close() }
}
