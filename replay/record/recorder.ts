// Tails topics into a recording: anybody's, whatever their bytes are. Several may run at once; none of them is heard of by
// those who write.
import { type Clock, sleep } from '../../infra/clock.ts'
import type { Batch, EventLog, LogRecord, Subscription } from '../../infra/event-log/event-log.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import type { RecordingManifest } from '../recording/manifest.ts'
import type { RecordingWriter } from '../recording/recording-writer.ts'
import type { TrackProgress } from '../recording/track-writer.ts'
import type { RecordedTopic } from './city-topics.ts'
import { closeIndexed, type IndexWriter } from './indexed-recording.ts'

/** What is in the log when it is stopped is waited for so long; then the recording ends with what it has, and says so. */
const CATCH_UP_MS = 4_000
const LOOK_AGAIN_MS = 20

export type RecorderOptions = {
  log: Pick<EventLog, 'tail' | 'offsets'>
  clock: Clock
  writer: RecordingWriter
  /** Of the same records; null or absent where none is wanted. */
  index?: IndexWriter | null
  topics: RecordedTopic[]
}

/** Records that were gone before they could be read. */
export type Overtaken = { topic: string; partition: number; before: bigint }

export type RecorderProgress = TrackProgress & {
  /** Records in the log that it has not read yet. */
  behind: number
  overtaken: Overtaken[]
}

export class Recorder {
  /** Rejects when it cannot go on: then what was acknowledged is readable. */
  readonly done: Promise<void>
  readonly #options: RecorderOptions
  readonly #failed = Promise.withResolvers<void>()
  readonly #tails: Subscription[] = []
  readonly #overtaken: Overtaken[] = []
  /** Next offset to be read, by topic and partition. */
  readonly #next = new Map<string, bigint[]>()
  /** Where they ended when last read. */
  readonly #ends = new Map<string, bigint[]>()

  private constructor(options: RecorderOptions) {
    this.#options = options
    this.done = this.#failed.promise
    this.done.catch(() => {}) // its owner listens later
  }

  /** Resolves when all topics are read. */
  static async start(options: RecorderOptions): Promise<Recorder> {
    const recorder = new Recorder(options)
    for (const topic of options.topics) await recorder.#tail(topic)
    return recorder
  }

  async #tail({ name, from, part }: RecordedTopic): Promise<void> {
    const { log } = this.#options
    this.#next.set(name, [])
    this.#ends.set(name, [])
    const tail = await log.tail({
      topic: name,
      from,
      batch: (batch) => this.#take(batch, part?.keeps),
      outOfRange: (partition, earliest) =>
        this.#overtaken.push({ topic: name, partition, before: earliest }),
    })
    tail.done.then(
      () => this.#failed.resolve(),
      (error: unknown) => this.#failed.reject(error),
    )
    this.#tails.push(tail)
    const next = this.#next.get(name)!
    // Whoever begins at the end has everything so far.
    for (const { partition, earliest, latest } of await log.offsets(name)) {
      next[partition] ??= from === 'latest' ? latest : earliest
    }
  }

  async #take(
    { topic, partition, records, next, end }: Batch,
    keeps?: (record: LogRecord) => boolean,
  ): Promise<void> {
    const kept = keeps ? records.filter(keeps) : records
    await this.#options.writer.add(topic, partition, kept)
    this.#next.get(topic)![partition] = next
    this.#ends.get(topic)![partition] = end
  }

  get progress(): RecorderProgress {
    let behind = 0
    for (const [topic, ends] of this.#ends) {
      const next = this.#next.get(topic)!
      ends.forEach((end, partition) => {
        if (end > next[partition]) behind += Number(end - next[partition])
      })
    }
    return { ...this.#options.writer.progress, behind, overtaken: this.#overtaken }
  }

  /** Records that are in the log by now and not read yet; unlike `progress` it asks the log. */
  async lag(): Promise<number> {
    let lag = 0
    for (const [name, next] of this.#next) {
      for (const { partition, latest } of await this.#options.log.offsets(name)) {
        lag += Math.max(0, Number(latest - (next[partition] ?? latest)))
      }
    }
    return lag
  }

  /** Reads what is in the log by now, and closes the recording; throws when that cannot be done, with a readable one left. */
  async stop(): Promise<RecordingManifest> {
    const { writer, index = null } = this.#options
    const missing = await this.#catchUp()
    for (const tail of this.#tails) await tail.close()
    try {
      await this.done
    } catch (error) {
      await index?.abandon()
      throw error
    }
    const manifest = await closeIndexed({ writer, index })
    if (missing.length > 0) {
      const got = `not read to its end: ${missing.join(', ')}`
      const todo = 'what was read is there; record again, or with fewer topics'
      throw new Problem(problemText('record', got, 'all that the log held', todo), EXIT_FAILED)
    }
    return manifest
  }

  /** Topics that were not read to where they ended when this was called. */
  async #catchUp(): Promise<string[]> {
    const { log, clock, topics } = this.#options
    const ends = new Map<string, bigint[]>()
    for (const { name } of topics) {
      const bounds = await log.offsets(name)
      ends.set(
        name,
        bounds.sort((a, b) => a.partition - b.partition).map(({ latest }) => latest),
      )
    }
    const isRead = (name: string) =>
      ends.get(name)!.every((end, partition) => (this.#next.get(name)![partition] ?? end) >= end)
    let hasFailed = false
    this.done.catch(() => {
      hasFailed = true
    })
    for (const until = clock.now() + CATCH_UP_MS; clock.now() < until; ) {
      if (hasFailed || topics.every(({ name }) => isRead(name))) break
      await sleep(clock, LOOK_AGAIN_MS)
    }
    return topics.map(({ name }) => name).filter((name) => !isRead(name))
  }
}
