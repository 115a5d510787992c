// One twin of the demo in a thread of its own, as the rest of the process sees it.
import { MessageChannel, Worker } from 'node:worker_threads'
import { type PortLog, serveLog } from '../../infra/event-log/port-log.ts'
import type { Logger } from '../../infra/logger.ts'
import type { TwinProgress } from '../../twin/twin.ts'
import type { TwinAudit } from '../../twin/twin-city.ts'
import type { WatchedTwin } from '../twin/twin-metrics.ts'
import type { TwinWorkerData, TwinWorkerReport } from './twin-worker.ts'

export type TwinThreadOptions = Omit<TwinWorkerData, 'port'> & { log: PortLog; logger: Logger }

export class TwinThread implements WatchedTwin {
  /** What it is without: `usual`, or an id. */
  readonly twin: string
  readonly #worker: Worker
  #view: TwinProgress | null = null
  #audit: TwinAudit | null = null
  #longest = 0

  constructor({ log, logger, ...data }: TwinThreadOptions) {
    const { port1, port2 } = new MessageChannel()
    const workerData: TwinWorkerData = { ...data, port: port2 }
    serveLog(port1, log)
    this.twin = data.twin
    const worker = new Worker(new URL('./twin-worker.ts', import.meta.url), {
      ...{ workerData, transferList: [port2] },
    })
    this.#worker = worker
    worker.on('message', ({ view, audit, longestMs }: TwinWorkerReport) => {
      this.#view = view
      this.#audit = audit
      this.#longest = Math.max(this.#longest, longestMs)
    })
    // The city goes on without its twin.
    worker.on('error', (error) => {
      this.#view = null
      logger.error({ error: `${error}`, twin: data.twin }, 'the twin died')
    })
    worker.on('exit', () => port1.close())
  }

  view(): TwinProgress | null {
    return this.#view
  }

  audit(): TwinAudit | null {
    return this.#audit
  }

  takeLongest(): number {
    const longest = this.#longest
    this.#longest = 0
    return longest
  }

  /** A twin keeps nothing: there is nothing to be saved. */
  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}
