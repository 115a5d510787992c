// What can be set of the log that the programs write to: compression, copies and retention of new topics.

import { SESSION_TIMEOUT_MS } from '../../infra/kafka/consume/reader.ts'
import { DEFAULT_RETENTION, type Retention } from '../../infra/kafka/topics.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import type { Compression } from '../../infra/record-batch/codecs.ts'
import { HOUR_MS } from '../../infra/time.ts'
import { type Environment, environment } from './environment.ts'
import { numberOption, type OptionHelp, type OptionValues } from './options.ts'

const COMPRESSIONS: Compression[] = ['none', 'gzip', 'zstd']
const MIB = 1024 * 1024
const MOST_REPLICAS = 15
const MOST_HOURS = 24 * 3650

/** Of every program that appends. */
export const COMPRESSION_OPTION: Record<string, OptionHelp> = {
  compression: {
    type: 'string',
    value: 'codec',
    text: `${COMPRESSIONS.join(', ')}: of what this process writes (or KAFKA_COMPRESSION)`,
    default: 'none',
  },
}

/** Of the program that is a group's member. */
export const SESSION_OPTION: Record<string, OptionHelp> = {
  'session-timeout': {
    type: 'string',
    value: 'ms',
    text: 'how long the work of a killed process waits for it; within the brokers’ limits (6 s to 30 min)',
    default: String(SESSION_TIMEOUT_MS),
  },
}

/** Of the program that creates topics; topics that exist stay as they are. */
export const TOPIC_OPTIONS: Record<string, OptionHelp> = {
  replication: {
    type: 'string',
    value: 'n',
    text: 'copies of new topics (default 3, or the number of brokers where it is smaller)',
  },
  'retention-bytes': {
    type: 'string',
    value: 'n',
    text: 'bytes of events that new topics keep per topic-partition, in whole segments of 16 MiB',
    default: `${DEFAULT_RETENTION.eventBytes} (${DEFAULT_RETENTION.eventBytes / MIB} MiB)`,
  },
  'retention-hours': {
    type: 'string',
    value: 'h',
    text: 'hours of events that new topics keep at most',
    default: String(DEFAULT_RETENTION.eventMs / HOUR_MS),
  },
}

export type LogSettings = {
  compression: Compression
  /** Undefined = as many as the cluster allows, at most three. */
  replication: number | undefined
  retention: Retention
  times: { sessionTimeoutMs: number | undefined }
}

/** Settings from options and variables; throws one Problem that names all that does not fit. */
export function logSettings(values: OptionValues, env: Environment): LogSettings {
  const whole = (name: string, min: number, max: number) => () =>
    numberOption(values, name, min, max, true)
  const { compression, bytes, hours, replication, session } = allOf('log', {
    compression: () => compressionOption(values, env),
    bytes: whole('retention-bytes', DEFAULT_RETENTION.segmentBytes, Number.MAX_SAFE_INTEGER),
    hours: () => numberOption(values, 'retention-hours', 0.1, MOST_HOURS),
    replication: whole('replication', 1, MOST_REPLICAS),
    session: whole('session-timeout', 1000, 1_800_000),
  })
  const retention = { ...DEFAULT_RETENTION }
  if (bytes !== undefined) retention.eventBytes = bytes
  if (hours !== undefined) retention.eventMs = Math.round(hours * HOUR_MS)
  return { compression, replication, retention, times: { sessionTimeoutMs: session } }
}

function compressionOption(values: OptionValues, env: Environment): Compression {
  const asked = values.compression as string | undefined
  const compression = (asked ?? environment(env).KAFKA_COMPRESSION ?? 'none') as Compression
  if (COMPRESSIONS.includes(compression)) return compression
  const where = asked === undefined ? 'KAFKA_COMPRESSION' : '--compression'
  throw new Problem(problemText(where, `"${compression}"`, `one of ${COMPRESSIONS.join(', ')}`))
}
