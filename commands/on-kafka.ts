// What the three programs on Kafka share: the log they open with good manners, and how a process lives and ends.
import { readFileSync } from 'node:fs'
import { realClock } from '../infra/clock.ts'
import { describeConnection, readKafkaConfig } from '../infra/kafka-config.ts'
import { createKafkaLog } from '../infra/kafka-log.ts'
import { createLogger, type Logger } from '../infra/logger.ts'
import { createMetrics, meteredLog } from '../infra/metrics.ts'
import { Problem } from '../infra/problem.ts'
import { startStatusServer } from '../infra/status-server.ts'
import type { Descriptor } from '../producers/contract/records.ts'
import { DEFAULT_PREFIX, topicNames } from '../producers/contract/topics.ts'
import { buildCatalogue } from '../seeds/catalogue.ts'
import { loadCity } from '../seeds/city.ts'
import type { Catalogue, City } from '../seeds/contract.ts'
import { numberOption, type OptionHelp, type Values } from './options.ts'

const PREFIX = /^[A-Za-z0-9._-]{1,100}$/
/** A process must be gone this long after SIGTERM, drained and checkpointed. */
const SHUTDOWN_MS = 5_000

/** Options of every command that talks to Kafka. */
export const KAFKA_OPTIONS: Record<string, OptionHelp> = {
  brokers: { type: 'string', value: 'h:p,h:p', text: 'bootstrap servers (or KAFKA_BROKERS)' },
  prefix: { type: 'string', value: 'p', text: 'prefix of all topics and groups', default: 'city.' },
  'command-config': {
    type: 'string',
    value: 'file',
    text: 'client.properties with Java names for TLS and SASL (KAFKA_* variables win)',
  },
}

/** Options of every long-running program. */
export const PROCESS_OPTIONS: Record<string, OptionHelp> = {
  'status-port': {
    type: 'string',
    value: 'n',
    text: 'port of /health and /metrics (or STATUS_PORT); 0 = any; without it there is none',
  },
  'status-host': { type: 'string', value: 'address', text: 'its address', default: '127.0.0.1' },
  'log-level': {
    type: 'string',
    value: 'level',
    text: 'debug, info, warn or error',
    default: 'info',
  },
}

/** Opens the log that the options and variables name; throws a Problem when none is named. */
export function openKafka(values: Values, logger?: Logger) {
  const file = values['command-config'] as string | undefined
  const config = readKafkaConfig({
    env: process.env,
    brokers: values.brokers as string | undefined,
    properties: file === undefined ? undefined : { text: readText(file), name: file },
    readFile: readText,
  })
  if (!config) {
    throw new Problem(
      'brokers: none named, expected --brokers host:port, KAFKA_BROKERS or bootstrap.servers in --command-config',
    )
  }
  const prefix = (values.prefix as string) ?? DEFAULT_PREFIX
  if (!PREFIX.test(prefix)) {
    throw new Problem(
      `--prefix: "${prefix}", expected letters, digits, ".", "_" or "-", at most 100`,
    )
  }
  for (const warning of config.warnings) logger?.warn(warning)
  const log = createKafkaLog({ connection: config.connection, logger })
  return {
    log,
    topics: topicNames(prefix),
    where: describeConnection(config.connection),
    connection: config.connection,
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Problem(`${path}: ${code}, expected a file that can be read`)
  }
}

/** City and catalogue of a descriptor read from the log, built once; a Problem when this build has other seeds. */
export function worldsOfDescriptors() {
  const cities = new Map<string, City>()
  const catalogues = new Map<string, Catalogue>()
  function cityOf(descriptor: Descriptor): City {
    let city = cities.get(descriptor.city)
    if (!city) {
      city = loadCity(descriptor.city)
      cities.set(descriptor.city, city)
    }
    return city
  }
  function catalogueOf(descriptor: Descriptor): Catalogue {
    const name = `${descriptor.city} at scale ${descriptor.scale}`
    let catalogue = catalogues.get(name)
    if (!catalogue) {
      catalogue = buildCatalogue(cityOf(descriptor), descriptor.scale)
      catalogues.set(name, catalogue)
    }
    if (catalogue.hash !== descriptor.catalogue) {
      throw new Problem(
        `run ${descriptor.run}: its catalogue is ${descriptor.catalogue}, ours of ${name} is ${catalogue.hash}, ` +
          'expected the same; use the version and seeds/ that began the run',
        1,
      )
    }
    return catalogue
  }
  return { cityOf, catalogueOf }
}

export type Program = {
  logger: Logger
  metrics: ReturnType<typeof createMetrics>
  log: ReturnType<typeof meteredLog>
  kafka: ReturnType<typeof openKafka>
}

/** A part that runs until it is stopped; `done` rejects when it died. */
export type Part = { done: Promise<unknown>; stop(): Promise<void> }

/**
 * Lives as a supervisor expects: JSON log, optional status port, SIGTERM drains within 5 s, exit 1 when a part died.
 * `start` gets the parts going and says what keeps the process from being ready.
 */
export async function runProgram(
  name: string,
  values: Values,
  start: (program: Program) => Promise<{ parts: Part[]; reasons?: () => string[] }>,
): Promise<void> {
  const logger = createLogger({ level: (values['log-level'] as string) ?? 'info' })
  const metrics = createMetrics()
  const kafka = openKafka(values, logger)
  const log = meteredLog(kafka.log, metrics)
  const { parts, reasons = () => [] } = await start({ logger, metrics, log, kafka })
  const port = numberOption(
    { port: process.env.STATUS_PORT, ...pick(values) },
    'port',
    0,
    65_535,
    true,
  )
  const status =
    port === undefined
      ? null
      : await startStatusServer({
          host: (values['status-host'] as string) ?? '127.0.0.1',
          port,
          registry: metrics.registry,
          reasons: () => [...kafka.log.health(), ...reasons()],
        })
  logger.info({ brokers: kafka.where, status: status?.url }, `${name} runs`)
  const signal = new Promise<string>((resolve) => {
    process.once('SIGINT', () => resolve('SIGINT'))
    process.once('SIGTERM', () => resolve('SIGTERM'))
  })
  const died = Promise.race(parts.map((part) => part.done)).then(() => 'a part ended')
  try {
    logger.info({ reason: await Promise.race([signal, died]) }, `${name} stops`)
  } catch (error) {
    logger.error({ error: (error as Error).stack }, `${name}: a part died`)
    process.exitCode = 1
  }
  const cancel = realClock.schedule(SHUTDOWN_MS, () => {
    logger.error(`${name} did not stop in ${SHUTDOWN_MS} ms`)
    process.exit(1)
  })
  for (const part of parts) await part.stop()
  await status?.close()
  await log.close()
  cancel()
}

function pick(values: Values): Values {
  return values['status-port'] === undefined ? {} : { port: values['status-port'] }
}
