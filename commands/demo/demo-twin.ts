// The demo's twin: a thread that begins with the first thing that anybody does to the city; until then it costs nothing.
import { MessageChannel, Worker } from 'node:worker_threads'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { serveLog } from '../../infra/event-log/port-log.ts'
import type { Logger } from '../../infra/logger.ts'
import { USUAL } from '../../processor/contract/types.ts'
import { createRunReader } from '../../producers/contract/run/run-reader.ts'
import { type Followed, follow } from '../../producers/run/shard/follow.ts'
import type { Scenario } from '../../seeds/contract.ts'
import { differs, isLeftOut } from '../../twin/left-out.ts'
import type { RunningTwin, TwinProgress } from '../../twin/twin.ts'
import type { TwinWorkerData, TwinWorkerReport } from './twin-worker.ts'

export type DemoTwinOptions = Omit<TwinWorkerData, 'port'> & {
  log: EventLog
  scenario: Scenario
  /** The topic `run`. */
  topic: string
  logger: Logger
}

export async function startDemoTwin(options: DemoTwinOptions): Promise<DemoTwin> {
  const twin = new DemoTwin(options)
  await twin.watch()
  return twin
}

export class DemoTwin implements Pick<RunningTwin, 'view' | 'takeLongest'> {
  readonly #options: DemoTwinOptions
  #runs: Followed | null = null
  #worker: Worker | null = null
  #view: TwinProgress | null = null
  #longest = 0

  constructor(options: DemoTwinOptions) {
    this.#options = options
  }

  /** Begins when it is time: at once where the scenario has incidents. */
  async watch(): Promise<void> {
    const { log, topic, scenario } = this.#options
    if (differs(USUAL, scenario, [])) return this.#begin()
    const reader = createRunReader({ topic, report() {} }) // others report what fits nothing
    this.#runs = await follow(log, topic, (record) => {
      const fact = reader.read(record)
      if (fact?.kind === 'command' && isLeftOut(USUAL, fact.command)) this.#begin()
    })
  }

  view(): TwinProgress | null {
    return this.#view
  }

  takeLongest(): number {
    const longest = this.#longest
    this.#longest = 0
    return longest
  }

  /** A twin keeps nothing: there is nothing to be saved. */
  async stop(): Promise<void> {
    await this.#runs?.close()
    await this.#worker?.terminate()
  }

  #begin(): void {
    if (this.#worker) return
    const { log, values, truth, seeds, logger } = this.#options
    const { port1, port2 } = new MessageChannel()
    serveLog(port1, log)
    const workerData: TwinWorkerData = { values, truth, seeds, port: port2 }
    const worker = new Worker(new URL('./twin-worker.ts', import.meta.url), {
      ...{ workerData, transferList: [port2] },
    })
    this.#worker = worker
    worker.on('message', ({ view, longestMs }: TwinWorkerReport) => {
      this.#view = view
      this.#longest = Math.max(this.#longest, longestMs)
    })
    // The city goes on without its twin.
    worker.on('error', (error) => {
      this.#view = null
      logger.error({ error: `${error}` }, 'the twin died')
    })
    worker.on('exit', () => port1.close())
  }
}
