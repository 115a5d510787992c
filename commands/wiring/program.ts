// How a long-running program lives: JSON log, status port from the first moment, SIGTERM drains within 5 s, exit codes.
import { realClock, sleep } from '../../infra/clock.ts'
import { createIgnoredRecords, type IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { createLogger, type Logger } from '../../infra/logger.ts'
import { createMetrics, type Metrics, meteredLog, watchBacklog } from '../../infra/metrics.ts'
import { allOf, Problem } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { type GuardOptions, standGuard } from '../../infra/program/last-guard.ts'
import { startStatusServer } from '../../infra/status-server.ts'
import { environment } from '../options/environment.ts'
import { hostOption, numberOption, type OptionHelp, type OptionValues } from '../options/options.ts'
import { kafkaOptions, openKafka } from './on-kafka.ts'

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
export type ProgramPart = { done: Promise<unknown>; stop(): Promise<void> }

export type Program = {
  logger: Logger
  metrics: Metrics
  log: ReturnType<typeof meteredLog>
  kafka: ReturnType<typeof openKafka>
  ignored: IgnoredRecords
  /** Says what the start waits for, in /health and once in the log; null = nothing any more. */
  waitFor(reason: string | null): void
  /** Aborted by SIGTERM and SIGINT, also while the program still starts. */
  signal: AbortSignal
  /** Watches a part and stops it in the end, the newest first; also when the rest of the start fails. */
  own(part: ProgramPart): void
}

export type Started = {
  reasons?: () => string[]
  /** Resolves with the reason when the program has nothing more to do; without it only a signal ends it. */
  over?: Promise<string>
}

/**
 * `start` gets the parts going and says what keeps the process from being ready; null = it was told to stop meanwhile.
 * `afterUncaught`: whether the program goes on after an error that nobody caught.
 */
export async function runProgram(
  name: string,
  values: OptionValues,
  start: (program: Program) => Promise<Started | null>,
  afterUncaught: GuardOptions['after'] = 'end',
): Promise<void> {
  checkProgram(values)
  const logger = createLogger({ level: (values['log-level'] as string) ?? 'info' })
  const metrics = createMetrics()
  const ignored = createIgnoredRecords({ clock: realClock, logger, metrics })
  const kafka = openKafka(values, logger, ignored)
  const log = meteredLog(kafka.log, metrics)
  watchBacklog(metrics, kafka.log.backlog)
  const signal = stopSignal()
  const parts: ProgramPart[] = []
  let waiting: string | null = 'starting'
  let started: Started | null = null
  let status: Awaited<ReturnType<typeof openStatus>> = null
  let problem: Problem | null = null
  let isClosed = false
  const reasons = () => [
    ...(waiting === null ? [] : [waiting]),
    ...kafka.log.health(),
    ...(started?.reasons?.() ?? []),
  ]
  const { promise: stopped, resolve: stop } = Promise.withResolvers<string>()
  signal.addEventListener('abort', () => stop(String(signal.reason)))
  const { promise: died, reject: die } = Promise.withResolvers<never>()
  died.catch(() => {}) // raced for below, when everything has started

  own(standGuard({ clock: realClock, logger, metrics, after: afterUncaught }))
  try {
    status = await openStatus(values, metrics, reasons)
    started = await Promise.race([begin(), stopped.then(() => null)])
    if (started) {
      waiting = null
      logger.info({ brokers: kafka.where, status: status?.url }, `${name} runs`)
      const ends = [stopped, died, ...(started.over ? [started.over] : [])]
      logger.info({ reason: await Promise.race(ends) }, `${name} stops`)
    }
  } catch (error) {
    const how = started ? 'a part died' : 'could not start'
    problem = error instanceof Problem ? error : null
    if (!problem) logger.error({ error: (error as Error).stack }, `${name}: ${how}`)
    process.exitCode = problem?.exitCode ?? EXIT_FAILED
  }
  await close()
  if (problem) throw problem

  async function begin(): Promise<Started | null> {
    await kafka.log.cluster() // whoever is refused says so at once; later outages are waited for
    return start({ logger, metrics, log, kafka, ignored, waitFor, signal, own })
  }

  function own(part: ProgramPart): void {
    // Told to stop while this one still started: nobody else would end it.
    if (isClosed) part.stop().catch(() => {})
    else parts.unshift(part)
    part.done.then(() => die(new Error('a part ended by itself')), die)
  }

  /** Everything is closed, whatever failed before; what does not close in time is named, and left behind. */
  async function close(): Promise<void> {
    let closing = ''
    isClosed = true
    const cancel = realClock.schedule(SHUTDOWN_MS, () => {
      if (problem) console.error(problem.message)
      logger.error(`${name} did not stop in ${SHUTDOWN_MS} ms: ${closing} still closes`)
      process.exit(process.exitCode || EXIT_FAILED)
    })
    const closers: [string, () => Promise<unknown> | undefined][] = [
      ...parts.map((part, i): [string, () => Promise<void>] => [
        `part ${i + 1}`,
        () => part.stop(),
      ]),
      ['the status server', () => status?.close()],
      ['the connection to Kafka', () => log.close()],
    ]
    for (const [what, end] of closers) {
      closing = what
      try {
        await end()
      } catch (error) {
        // A part that died says so again when it is stopped.
        logger.debug({ error: (error as Error).stack }, `${name}: ${what} closed with an error`)
      }
    }
    cancel()
  }

  function waitFor(reason: string | null): void {
    if (reason !== null && reason !== waiting) logger.info(`${name}: ${reason}`)
    waiting = reason
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

/** Looks at all options that every program has, and starts nothing. */
export function checkProgram(values: OptionValues): void {
  allOf('program', {
    level: () => createLogger({ level: (values['log-level'] as string) ?? 'info' }),
    status: () => statusPort(values),
    statusHost: () => statusHost(values),
    kafka: () => kafkaOptions(values),
  })
}

function statusPort(values: OptionValues): number | undefined {
  const asked = { 'status-port': values['status-port'] ?? environment().STATUS_PORT }
  return numberOption(asked, 'status-port', 0, 65_535, true)
}

function statusHost(values: OptionValues): string {
  return hostOption('--status-host', (values['status-host'] as string) ?? environment().STATUS_HOST)
}

async function openStatus(values: OptionValues, metrics: Metrics, reasons: () => string[]) {
  const port = statusPort(values)
  if (port === undefined) return null
  const host = statusHost(values)
  return startStatusServer({ host, port, registry: metrics.registry, reasons })
}
