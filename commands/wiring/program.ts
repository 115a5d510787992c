// How a long-running program lives: JSON log, status port from the first moment, SIGTERM drains within 5 s, exit codes.
import { realClock, sleep } from '../../infra/clock.ts'
import { createIgnoredRecords, type IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { createLogger, type Logger } from '../../infra/logger.ts'
import { createMetrics, type Metrics, meteredLog, watchBacklog } from '../../infra/metrics.ts'
import { allOf, Problem } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { type GuardOptions, standGuard } from '../../infra/program/last-guard.ts'
import type { OptionHelp, OptionValues } from '../options/options.ts'
import { kafkaOptions, openKafka } from './on-kafka.ts'
import { type Closer, closeAll, type ProgramPart, ProgramParts } from './program-parts.ts'
import {
  openStatus,
  STATUS_OPTIONS,
  type StatusServer,
  statusHost,
  statusPort,
} from './status-port.ts'

/** A process must be gone this long after SIGTERM, drained and checkpointed. */
const SHUTDOWN_MS = 5_000
const LOOK_AGAIN_MS = 500

/** Options of every long-running program. */
export const PROGRAM_OPTIONS: Record<string, OptionHelp> = {
  ...STATUS_OPTIONS,
  'log-level': {
    type: 'string',
    value: 'level',
    text: 'debug, info, warn or error',
    default: 'info',
  },
}

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

export type Start = (program: Program) => Promise<Started | null>

/**
 * `start` gets the parts going and says what keeps the process from being ready; null = a signal stopped it meanwhile.
 * `afterUncaught`: whether the program goes on after an error that nobody caught.
 */
export async function runProgram(
  name: string,
  values: OptionValues,
  start: Start,
  afterUncaught: GuardOptions['after'] = 'end',
): Promise<void> {
  checkProgram(values)
  await new RunningProgram(name, values, afterUncaught).run(start)
}

class RunningProgram {
  readonly #name: string
  readonly #values: OptionValues
  readonly #logger: Logger
  readonly #metrics = createMetrics()
  readonly #ignored: IgnoredRecords
  readonly #kafka: Program['kafka']
  readonly #log: Program['log']
  readonly #signal = stopSignal()
  readonly #parts = new ProgramParts()
  #status: StatusServer | null = null
  #waiting: string | null = 'starting'
  #started: Started | null = null

  constructor(name: string, values: OptionValues, after: GuardOptions['after']) {
    const logger = createLogger({ level: (values['log-level'] as string) ?? 'info' })
    const metrics = this.#metrics
    this.#name = name
    this.#values = values
    this.#logger = logger
    this.#ignored = createIgnoredRecords({ clock: realClock, logger, metrics })
    this.#kafka = openKafka(values, logger, this.#ignored)
    this.#log = meteredLog(this.#kafka.log, metrics)
    watchBacklog(metrics, () => this.#kafka.log.backlog())
    this.#parts.own(standGuard({ clock: realClock, logger, metrics, after }))
  }

  /** Resolves when everything is closed; rejects with the Problem that ended it. */
  async run(start: Start): Promise<void> {
    let problem: Problem | null = null
    try {
      await this.#untilItEnds(start)
    } catch (error) {
      const how = this.#started ? 'a part died' : 'could not start'
      problem = error instanceof Problem ? error : null
      if (!problem) this.#logger.error({ error: (error as Error).stack }, `${this.#name}: ${how}`)
      process.exitCode = problem?.exitCode ?? EXIT_FAILED
    }
    await this.#close(problem)
    if (problem) throw problem
  }

  async #untilItEnds(start: Start): Promise<void> {
    const stopped = aborted(this.#signal)
    this.#status = await openStatus(this.#values, this.#metrics, () => this.#reasons())
    this.#started = await Promise.race([this.#begin(start), stopped.then(() => null)])
    if (!this.#started) return
    const { over } = this.#started
    this.#waiting = null
    const where = { brokers: this.#kafka.where, status: this.#status?.url }
    this.#logger.info(where, `${this.#name} runs`)
    const reason = await Promise.race([stopped, this.#parts.died, ...(over ? [over] : [])])
    this.#logger.info({ reason }, `${this.#name} stops`)
  }

  async #begin(start: Start): Promise<Started | null> {
    await this.#kafka.log.cluster() // whoever is refused says so at once; later outages are waited for
    return start({
      ...{ logger: this.#logger, metrics: this.#metrics, ignored: this.#ignored },
      ...{ log: this.#log, kafka: this.#kafka, signal: this.#signal },
      waitFor: (reason) => this.#waitFor(reason),
      own: (part) => this.#parts.own(part),
    })
  }

  #waitFor(reason: string | null): void {
    if (reason !== null && reason !== this.#waiting) this.#logger.info(`${this.#name}: ${reason}`)
    this.#waiting = reason
  }

  /** Why it is not ready. */
  #reasons(): string[] {
    return [
      ...(this.#waiting === null ? [] : [this.#waiting]),
      ...this.#kafka.log.health(),
      ...(this.#started?.reasons?.() ?? []),
    ]
  }

  /** Everything is closed, whatever failed before; what does not close in time is named, and left behind. */
  async #close(problem: Problem | null): Promise<void> {
    let closing = ''
    const cancel = realClock.schedule(SHUTDOWN_MS, () => {
      if (problem) console.error(problem.message)
      const late = `${this.#name} did not stop in ${SHUTDOWN_MS} ms: ${closing} still closes`
      this.#logger.error(late)
      process.exit(process.exitCode || EXIT_FAILED)
    })
    const closers: Closer[] = [
      ...this.#parts.close(),
      ['the status server', () => this.#status?.close()],
      ['the connection to Kafka', () => this.#log.close()],
    ]
    await closeAll(closers, {
      begins: (what) => {
        closing = what
      },
      failed: (what, error) =>
        this.#logger.debug({ error: error.stack }, `${this.#name}: ${what} closed with an error`),
    })
    cancel()
  }
}

/** Resolves with the signal's reason. */
function aborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(String(signal.reason)))
  })
}

/** Waits until all of these topics exist, saying so; false when a signal stopped the process meanwhile. */
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
