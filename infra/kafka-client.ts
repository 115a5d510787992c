// The kafkajs client as this project uses it: guarded, logging through our logger, with zstd, its errors made readable.
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync, zstdDecompress } from 'node:zlib'
import kafkajs, { type Kafka, type LogEntry } from 'kafkajs'
import type { KafkaConnection } from './kafka-config.ts'
import { installGuards } from './kafka-guards.ts'
import type { Logger } from './logger.ts'
import { Problem, problemText } from './problem.ts'

/** One request's patience inside kafkajs; the batcher and the readers go on trying above it. */
export const RETRY = {
  initialRetryTime: 100,
  maxRetryTime: 1000,
  factor: 0.2,
  multiplier: 2,
  retries: 5,
}
const CONNECTION_TIMEOUT_MS = 5000
const REQUEST_TIMEOUT_MS = 15_000
/** Batches are small and many: the fastest level wins. */
const ZSTD_LEVEL = 1
const SYNC_BYTES = 64 * 1024

export type Compression = 'none' | 'gzip' | 'zstd'

export const COMPRESSION: Record<Compression, number> = {
  none: kafkajs.CompressionTypes.None,
  gzip: kafkajs.CompressionTypes.GZIP,
  zstd: kafkajs.CompressionTypes.ZSTD,
}

/** A client that has not connected yet. */
export function createKafkaClient(
  connection: KafkaConnection,
  clientId: string,
  logger: Logger | undefined,
): Kafka {
  installGuards()
  installZstd()
  const { brokers, tls, sasl } = connection
  return new kafkajs.Kafka({
    clientId,
    brokers,
    // Secrets are not enumerable (kafka-config.ts), and kafkajs copies what is: hand them over by name.
    ssl: tls ? { ...tls, key: tls.key, passphrase: tls.passphrase } : false,
    // kafkajs' type is a union per mechanism with equal members
    sasl: sasl && ({ ...sasl, password: sasl.password } as typeof sasl & { mechanism: 'plain' }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: () => (entry) => writeLog(logger, entry),
  })
}

/** kafkajs has no zstd codec; Node has. */
export function installZstd(): void {
  const compress = promisify(zstdCompress)
  const decompress = promisify(zstdDecompress)
  const params = { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL }
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    // A request has dozens of small batches, compressed one after the other: a trip to a thread costs each more than the work.
    compress: async ({ buffer }: { buffer: Buffer }) =>
      buffer.length <= SYNC_BYTES
        ? zstdCompressSync(buffer, { params })
        : compress(buffer, { params }),
    decompress: (buffer: Buffer) => decompress(buffer),
  })
}

/** Every reconnection is an "error" to kafkajs: one level lower is what they are to us. */
function writeLog(logger: Logger | undefined, { level, namespace, log }: LogEntry): void {
  if (!logger) return
  const { message, timestamp: _, logger: __, stack: ___, ...details } = log
  const text = `kafka ${namespace}: ${message}`
  if (level === kafkajs.logLevel.ERROR || level === kafkajs.logLevel.WARN) {
    logger.warn({ broker: details.broker, group: details.groupId, error: details.error }, text)
  } else logger.debug(text)
}

/** The error below kafkajs' wrappers. */
export function rootCause(thrown: unknown): Error & { type?: string; retriable?: boolean } {
  let error = thrown as Error
  while (error.cause instanceof Error) error = error.cause
  return error
}

/** True when the cluster says no to who we are or to what we ask: trying again is useless. */
export function isRefused(thrown: unknown): boolean {
  const { name, type = '' } = rootCause(thrown)
  return name.includes('SASL') || type.endsWith('AUTHORIZATION_FAILED') || isTlsError(thrown)
}

/** A Problem that says what to do about a cluster that cannot be used. */
export function connectionProblem(thrown: unknown, { brokers }: KafkaConnection): Problem {
  const { name, message, type = '' } = rootCause(thrown)
  const where = `Kafka at ${brokers.join(',')}`
  if (name.includes('SASL')) {
    const todo = 'check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD'
    return new Problem(problemText(where, message, 'a login that the brokers accept', todo))
  }
  if (isTlsError(thrown)) {
    const todo =
      'check KAFKA_SSL_CA (and KAFKA_SSL_CERT, KAFKA_SSL_KEY), and that the port speaks TLS'
    return new Problem(problemText(where, message, 'certificates that both sides trust', todo))
  }
  if (type.endsWith('AUTHORIZATION_FAILED')) {
    return new Problem(problemText(where, message, 'the rights to do this', 'ask for the ACL'))
  }
  const todo =
    'check --brokers (or KAFKA_BROKERS) and that the brokers run; with TLS or SASL, the security settings too'
  return new Problem(problemText(where, message, 'brokers that answer', todo))
}

/** kafkajs keeps only OpenSSL's text and code of what went wrong in a handshake. */
function isTlsError(thrown: unknown): boolean {
  const { message, code = '' } = rootCause(thrown) as Error & { code?: string }
  return (
    /certificate|self[- ]signed|altname|SSL routines|unable to verify/i.test(message) ||
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)
  )
}
