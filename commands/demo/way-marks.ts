// By when the oldest event of each map frame passed the log's stages, written down for a measurement: wraps logs, changes nothing.
import type { Clock } from '../../infra/clock.ts'
import type { Batch, EventLog, LogRecord, NewRecord } from '../../infra/event-log/event-log.ts'
import { decodeFrame, sentOf } from '../../processor/contract/frame.ts'
import { taskKey } from '../../processor/contract/keys.ts'
import type { Topics } from '../../producers/contract/topics.ts'

/** Wall ms: meant to be sent, handed to the log, counted by its task, in a frame that its task published, read by the console. */
export type WayMark = {
  sent: number
  appended: number
  counted: number
  told: number
  read: number
}

/** A task that tells no frames leaves no more behind than this. */
const MAX_SLICES = 5_000

/** Of one topic-partition: what was appended and not yet told, and how far its task had read when. */
type Lane = {
  slices: { first: number; next: number; oldest: number; newest: number; at: number }[]
  read: { next: number; at: number }[]
}

type ToldFrame = { lane: Lane; offset: number; sent: number; told: number }

export class WayMarks {
  readonly #clock: Clock
  readonly #topics: Topics
  readonly #domains: Set<string>
  readonly #write: (mark: WayMark) => void
  readonly #lanes = new Map<string, Lane>()
  /** Frames on their way to the console. */
  readonly #frames = new Map<string, ToldFrame>()

  /** `domains`: whose topics hold events; `write` gets a mark for each frame that shows an event. */
  constructor(clock: Clock, topics: Topics, domains: string[], write: (mark: WayMark) => void) {
    this.#clock = clock
    this.#topics = topics
    this.#domains = new Set(domains.map((d) => topics.domain(d)))
    this.#write = write
  }

  /** The same log, watched. */
  on(log: EventLog): EventLog {
    const map = this.#topics.map
    return {
      ...log,
      append: async (topic, partition, records) => {
        const at = this.#clock.now()
        if (topic === map) for (const record of records) this.#told(record)
        const first = await log.append(topic, partition, records)
        if (this.#domains.has(topic)) {
          this.#appended(this.#lane(topic, partition), Number(first), records, at)
        }
        return first
      },
      group: ({ handler, ...rest }) => {
        const batch = async (input: Batch) => {
          await handler.batch(input)
          this.#counted(input)
        }
        return log.group({ ...rest, handler: { ...handler, batch } })
      },
      tail: (options) => {
        if (options.topic !== map) return log.tail(options)
        const batch = (input: Batch) => {
          for (const record of input.records) this.#readBy(record)
          return options.batch(input)
        }
        return log.tail({ ...options, batch })
      },
    }
  }

  #lane(topic: string, partition: number): Lane {
    const name = `${topic}/${partition}`
    const known = this.#lanes.get(name)
    if (known) return known
    const lane: Lane = { slices: [], read: [] }
    this.#lanes.set(name, lane)
    return lane
  }

  #appended({ slices }: Lane, first: number, records: NewRecord[], at: number): void {
    const times = records.map(({ timestamp }) => timestamp)
    const [oldest, newest] = [Math.min(...times), Math.max(...times)]
    slices.push({ first, next: first + records.length, oldest, newest, at })
    if (slices.length > MAX_SLICES) slices.splice(0, MAX_SLICES / 2)
  }

  #counted({ topic, partition, next }: Batch): void {
    if (!this.#domains.has(topic)) return
    const { read } = this.#lane(topic, partition)
    read.push({ next: Number(next), at: this.#clock.now() })
    if (read.length > MAX_SLICES) read.splice(0, MAX_SLICES / 2)
  }

  #told(record: NewRecord): void {
    const task = record.key && taskKey.parse(record.key.toString())
    const sent = sentOf(record.headers)
    const frame = record.value && sent && decodeFrame(record.value)
    if (!task || !sent || !frame || typeof frame === 'string') return
    const lane = this.#lane(this.#topics.domain(task.domain), task.partition)
    const { offset } = frame
    this.#frames.set(nameOf(record), { lane, offset, sent: sent.oldest, told: record.timestamp })
  }

  #readBy(record: LogRecord): void {
    const name = nameOf(record)
    const frame = this.#frames.get(name)
    if (!frame) return
    this.#frames.delete(name)
    const { lane, offset, sent, told } = frame
    // A frame may have told the first part of a slice: its oldest event need not be the slice's.
    const shows = (s: Lane['slices'][number]) => s.oldest <= sent && sent <= s.newest
    const slice = lane.slices.find((s) => shows(s) && s.first <= offset)
    if (slice) {
      const counted = lane.read.find(({ next }) => next > slice.first)?.at ?? told
      const { at: appended } = slice
      const read = this.#clock.now()
      this.#write({ sent, appended, counted: Math.min(counted, told), told, read })
    }
    lane.slices = lane.slices.filter(({ next }) => next > offset + 1)
    lane.read = lane.read.filter(({ next }) => next > offset + 1)
  }
}

const nameOf = ({ key, timestamp }: NewRecord) => `${key} ${timestamp}`
