// Tails of all partitions of a topic, however many it has: they open once the log says.
import type {
  LogRecord,
  PartitionOffsets,
  TailFrom,
} from '../../../../infra/event-log/event-log.ts'
import { openTail, type Tail, type TailContext } from './tail.ts'

const RETRY_MS = 500

export class PartitionTails {
  readonly #context: TailContext
  readonly #topic: string
  readonly #from: (offsets: PartitionOffsets) => TailFrom
  readonly #take: (record: LogRecord, partition: number) => void
  readonly #tails: Tail[] = []
  #problem: string | null
  #cancelRetry = () => {}
  #isClosed = false
  #opening: Promise<void>

  constructor(
    context: TailContext,
    topic: string,
    from: (offsets: PartitionOffsets) => TailFrom,
    take: (record: LogRecord, partition: number) => void,
  ) {
    this.#context = context
    this.#topic = topic
    this.#from = from
    this.#take = take
    this.#problem = `${topic}: not read yet`
    this.#opening = this.#open()
  }

  /** Why it does not read right now. */
  problems(): (string | null)[] {
    return [this.#problem, ...this.#tails.map((tail) => tail.problem())]
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelRetry()
    await this.#opening
    await Promise.all(this.#tails.map((tail) => tail.close()))
  }

  async #open(): Promise<void> {
    const topic = this.#topic
    try {
      const all = await this.#context.log.offsets(topic)
      if (this.#isClosed) return
      this.#problem = null
      for (const offsets of all) {
        const { partition } = offsets
        const take = (record: LogRecord) => {
          if (!this.#isClosed) this.#take(record, partition)
        }
        this.#tails.push(openTail(this.#context, topic, partition, this.#from(offsets), take))
      }
    } catch (error) {
      if (this.#isClosed) return // another try would keep the process alive for ever
      this.#problem = `${topic}: ${error instanceof Error ? error.message : String(error)}`
      this.#cancelRetry = this.#context.clock.schedule(RETRY_MS, () => {
        this.#opening = this.#open()
      })
    }
  }
}
