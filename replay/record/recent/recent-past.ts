// The newest stretch of a run that lies in a log: how far back it reaches, and all that belongs to it, so that it can become a
// recording at any moment. It reads along what the log forgets too soon.
import type { EventLog, Subscription } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { windowKey } from '../../../producers/contract/keys.ts'
import type { Descriptor } from '../../../producers/contract/records.ts'
import { createRunReader } from '../../../producers/contract/run/run-reader.ts'
import type { Topics } from '../../../producers/contract/topics.ts'
import type { PlayedLane, Span } from '../../player/positions.ts'
import { KeptRecords } from './kept-records.ts'
import { type LaneEdge, LaneEdges } from './lane-edges.ts'

export type RecentOptions = {
  log: Pick<EventLog, 'tail' | 'offsets'>
  topics: Topics
  descriptor: Descriptor
  /** Sim ms up to which everything is folded, a tick's; null before. */
  processed(): number | null
}

export class RecentPast {
  readonly kept = new KeptRecords()
  readonly descriptor: Descriptor
  readonly topics: Topics
  readonly domains: string[]
  readonly #options: RecentOptions
  readonly #edges: LaneEdges
  readonly #tails: Subscription[] = []
  #epoch: number | null = null

  private constructor(options: RecentOptions) {
    const { topics, descriptor } = options
    this.#options = options
    this.descriptor = descriptor
    this.topics = topics
    this.domains = Object.keys(descriptor.declarations).sort()
    const lanes = this.domains.flatMap((domain) =>
      Array.from({ length: descriptor.partitions }, (_, partition): PlayedLane => {
        return { topic: topics.domain(domain), domain, partition }
      }),
    )
    this.#edges = new LaneEdges(lanes, this.kept)
  }

  static async follow(options: RecentOptions): Promise<RecentPast> {
    const recent = new RecentPast(options)
    const { log, topics } = options
    const runs = createRunReader({ topic: topics.run, report() {} }) // others report what fits nothing
    const tail = async (topic: string, take: Parameters<EventLog['tail']>[0]['batch']) => {
      recent.#tails.push(await log.tail({ topic, from: 'earliest', batch: take }))
    }
    await tail(topics.run, ({ records }) => {
      for (const record of records) {
        const fact = runs.read(record)
        if (fact?.kind === 'descriptor') recent.#epoch = fact.epoch
      }
    })
    await tail(topics.checkpoint, ({ partition, records }) => {
      const now = options.processed() ?? 0
      for (const record of records) recent.kept.addCheckpoint(partition, record, now)
    })
    for (const topic of [topics.alert, topics.incident]) {
      await tail(topic, ({ records }) => recent.kept.addSaid(topic, records))
    }
    return recent
  }

  /** Of the run that is going on; null before any. */
  get epoch(): number | null {
    return this.#epoch
  }

  /** Sim ms up to which everything is folded. */
  get processedTo(): number | null {
    return this.#options.processed()
  }

  /** From when (sim ms, a tick's) to when a recording of it can be replayed; null = of nothing yet. `log` = a copy, or the log itself. */
  async reach(log = this.#options.log): Promise<Span | null> {
    const to = this.#options.processed()
    if (this.#epoch === null || to === null) return null
    const edges = await this.#edges.earliest(log, this.#epoch)
    if (!edges) return null
    const { start, tick } = this.descriptor
    const sums = await this.#sumsFrom(log)
    const from = Math.max(...edges.map(({ time }) => time), sums)
    const first = Date.parse(start)
    const aligned = first + Math.ceil((from - first) / tick) * tick
    return aligned < to ? { from: aligned, to } : null
  }

  /** Where each topic-partition begins so that a replay can begin at `from`, which lies in its reach. */
  async edgesBefore(from: number, log = this.#options.log): Promise<LaneEdge[] | null> {
    return this.#epoch === null ? null : this.#edges.before(log, this.#epoch, from)
  }

  async close(): Promise<void> {
    await Promise.all(this.#tails.map((tail) => tail.close()))
  }

  /** Truths are kept for so many windows; a replay has to find each that closes in it, and those of the one before. */
  async #sumsFrom(log: Pick<EventLog, 'tail' | 'offsets'>): Promise<number> {
    const { window, allowedLateness, truth } = this.descriptor
    const topic = this.topics.truth
    const [{ earliest }] = await log.offsets(topic)
    if (!truth || earliest === 0n) return Number.NEGATIVE_INFINITY
    // The first that is still there: the log may go on meanwhile.
    const range = { topic, partition: 0, from: earliest }
    for await (const [{ key }] of readRange(log as EventLog, range)) {
      const oldest = key && windowKey.parse(key.toString())
      if (!oldest || oldest.epoch !== this.#epoch) break
      return Date.parse(oldest.start) + 2 * window + allowedLateness
    }
    return Number.NEGATIVE_INFINITY
  }
}
