// How a long-running program lives: JSON log, status port from the first moment, SIGTERM drains within 5 s, exit codes.
import { realClock, sleep } from '../infra/clock.ts'
import { EXIT_FAILED } from '../infra/exit-codes.ts'
import { createLogger, type Logger } from '../infra/logger.ts'
import { createMetrics, type Metrics, meteredLog } from '../infra/metrics.ts'
import { Problem } from '../infra/problem.ts'
import { startStatusServer } from '../infra/status-server.ts'
import { openKafka } from './on-kafka.ts'
import { numberOption, type OptionHelp, type Values } from './options.ts'

/** A process must be gone this long after SIGTERM, drained and checkpointed. */
const SHUTDOWN_MS = 5_000
const LOOK_AGAIN_MS = 500

/** Options of every long-running program. */
export const PROGRAM_OPTIONS: Record<string, OptionHelp> = {
  'status-port': {
    type: 'string',
    value: 'n',
    text: 'port of /health and /metrics (or STATUS_PORT); 0 = any; without it there is none',
  },
  'status-host': {
    type: 'string',
    value: 'address',
    text: 'its address (or STATUS_HOST); whoever reaches it may read both',
    default: '127.0.0.1',
  },
  'log-level': {
    type: 'string',
    value: 'level',
    text: 'debug, info, warn or error',
    default: 'info',
  },
}

/** A part that runs until it is stopped; `done` rejects when it died. */
export type Part = { done: Promise<unknown>; stop(): Promise<void> }

export type Program = {
  logger: Logger
  metrics: Metrics
  log: ReturnType<typeof meteredLog>
  kafka: ReturnType<typeof openKafka>
  /** Says what the start waits for, in /health and once in the log; null = nothing any more. */
  waitFor(reason: string | null): void
  /** Aborted by SIGTERM and SIGINT, also while the program still starts. */
  signal: AbortSignal
}

export type Started = { parts: Part[]; reasons?: () => string[] }

/** `start` gets the parts going and says what keeps the process from being ready; null = it was told to stop meanwhile. */
export async function runProgram(
  name: string,
  values: Values,
  start: (program: Program) => Promise<Started | null>,
): Promise<void> {
  const logger = createLogger({ level: (values['log-level'] as string) ?? 'info' })
  const metrics = createMetrics()
  const kafka = openKafka(values, logger)
  const log = meteredLog(kafka.log, metrics)
  const signal = stopSignal()
  let waiting: string | null = 'starting'
  let started: Started | null = null
  const reasons = () => [
    ...(waiting === null ? [] : [waiting]),
    ...kafka.log.health(),
    ...(started?.reasons?.() ?? []),
  ]
  const status = await openStatus(values, metrics, reasons)
  try {
    await kafka.log.cluster() // whoever is refused says so at once; later outages are waited for
    started = await start({ logger, metrics, log, kafka, waitFor, signal })
    if (started) {
      waiting = null
      logger.info({ brokers: kafka.where, status: status?.url }, `${name} runs`)
      await untilOver(started.parts)
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    logger.error({ error: (error as Error).stack }, `${name}: could not start`)
    process.exitCode = EXIT_FAILED
  } finally {
    const cancel = realClock.schedule(SHUTDOWN_MS, () => {
      logger.error(`${name} did not stop in ${SHUTDOWN_MS} ms`)
      process.exit(EXIT_FAILED)
    })
    for (const part of started?.parts ?? []) await part.stop()
    await status?.close()
    await log.close()
    cancel()
  }

  function waitFor(reason: string | null): void {
    if (reason !== null && reason !== waiting) logger.info(`${name}: ${reason}`)
    waiting = reason
  }

  async function untilOver(parts: Part[]): Promise<void> {
    const stopped = new Promise<string>((resolve) => {
      if (signal.aborted) resolve(String(signal.reason))
      signal.addEventListener('abort', () => resolve(String(signal.reason)))
    })
    const died = Promise.race(parts.map((part) => part.done)).then(() => 'a part ended')
    try {
      logger.info({ reason: await Promise.race([stopped, died]) }, `${name} stops`)
    } catch (error) {
      const text = error instanceof Problem ? error.message : (error as Error).stack
      logger.error({ error: text }, `${name}: a part died`)
      process.exitCode = error instanceof Problem ? error.exitCode : EXIT_FAILED
    }
  }
}

/** Waits until all of these topics exist, saying so; false when the process was told to stop meanwhile. */
export async function topicsExist(
  { kafka, waitFor, signal }: Program,
  names: string[],
): Promise<boolean> {
  for (;;) {
    const missing = await kafka.log.missing(names)
    if (missing.length === 0) return true
    if (signal.aborted) return false
    const { sasl } = kafka.connection
    const seen = sasl ? `, and ${sasl.username} must be allowed to see them` : ''
    waitFor(`no topic ${missing.join(', ')} yet: a producer creates them when it starts${seen}`)
    await sleep(realClock, LOOK_AGAIN_MS)
  }
}

function stopSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(name))
  }
  return controller.signal
}

async function openStatus(values: Values, metrics: Metrics, reasons: () => string[]) {
  const asked = { 'status-port': values['status-port'] ?? process.env.STATUS_PORT }
  const port = numberOption(asked, 'status-port', 0, 65_535, true)
  if (port === undefined) return null
  const host = (values['status-host'] as string) ?? (process.env.STATUS_HOST || '127.0.0.1')
  return startStatusServer({ host, port, registry: metrics.registry, reasons })
}
