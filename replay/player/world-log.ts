// A log as it was at a sim time: what was recorded, at the offsets that it had, and checkpoints for a processor to restore itself from.
import type { Clock } from '../../infra/clock.ts'
import type { NewRecord, TopicSpec } from '../../infra/event-log/event-log.ts'
import { createMemoryLog, type MemoryLog } from '../../infra/memory/memory-log.ts'
import { type LentRecords, lentRecords } from '../../infra/memory/store.ts'
import type { MergeStart } from '../../processor/merge/merge-start.ts'
import { topicSpecs } from '../../producers/contract/topics.ts'
import type { RecordedRecord } from '../recording/line.ts'
import { checkpointsBefore } from './checkpoints.ts'
import { controlUpTo } from './control-at.ts'
import { EventFeed } from './event-feed.ts'
import type { EventPlace } from './positions.ts'
import type { ReplayedRun } from './replayed-run.ts'

/** Windows of which the city's own log keeps partials and truths. */
const KEPT_WINDOWS = 30

/** Appends recorded records at their own offsets, as far as nothing else has taken them. */
class RecordedAppends {
  readonly log: MemoryLog
  readonly #next = new Map<string, bigint>()

  constructor(log: MemoryLog) {
    this.log = log
  }

  /** Records of one topic-partition, in their order; resolves when there is room for more. */
  async add(records: RecordedRecord[]): Promise<void> {
    let from = 0
    for (let i = 1; i <= records.length; i++) {
      if (i < records.length && records[i].offset === records[i - 1].offset + 1n) continue
      await this.#addRow(records.slice(from, i))
      from = i
    }
  }

  /** Of a topic of one partition in which nothing is yet. */
  lend(topic: string, records: LentRecords): void {
    if (records.length === 0) return
    this.log.lend(topic, 0, records)
    this.#next.set(`${topic}/0`, BigInt(records.offset(records.length - 1)) + 1n)
  }

  /** Of neighbouring offsets. */
  async #addRow(row: RecordedRecord[]): Promise<void> {
    const { topic, partition, offset } = row[0]
    this.skipTo(topic, partition, offset)
    const first = await this.log.append(topic, partition, row)
    this.#next.set(`${topic}/${partition}`, first + BigInt(row.length))
  }

  /** The next record of the topic-partition gets this offset, unless a later one is due. */
  skipTo(topic: string, partition: number, offset: bigint): void {
    const name = `${topic}/${partition}`
    const next = this.#next.get(name) ?? 0n
    if (offset <= next) return
    this.log.skip(topic, partition, Number(offset - next))
    this.#next.set(name, offset)
  }

  /** What is not recorded, behind everything; resolves with its offset. */
  async addNew(topic: string, record: NewRecord): Promise<number> {
    const offset = await this.log.append(topic, 0, [record])
    this.#next.set(`${topic}/0`, offset + 1n)
    return Number(offset)
  }
}

export type WorldLog = {
  log: MemoryLog
  appends: RecordedAppends
  /** What follows what was folded by then. */
  feed: EventFeed
  /** What has to be folded first: rows of records, each of one lane. */
  past: AsyncIterable<RecordedRecord[][]>
  /** Sim time, aligned to a tick where there is one. */
  time: number
  /** Behind what was folded by then, by lane; nothing of it is in the log yet. */
  place: EventPlace
  mergeStart: MergeStart
}

/** The log at `time`; the events between the checkpoints and there are its past. */
export async function worldLogAt(run: ReplayedRun, asked: number, clock: Clock): Promise<WorldLog> {
  const { book, positions } = run
  const { time, place } = await positions.behindTick(await positions.aligned(asked))
  const log = createMemoryLog({ clock })
  const appends = new RecordedAppends(log)
  const [{ byTopic, readings, mergeStart, windows }, { checkpoints, offsets, feed }] =
    await Promise.all([controlUpTo(book, time), eventsAt(run, place, time)])
  const past = begun(feed.before(place.offsets, time))
  await log.ensureTopics(specsOf(run, windows))
  for (const records of byTopic) appends.lend(records[0].topic, lentRecords(records))
  appends.lend(book.topics.kpi, readings)
  for (const record of checkpoints) await appends.add([record])
  positions.lanes.forEach(({ topic, partition }, i) => {
    appends.skipTo(topic, partition, offsets[i])
  })
  return { log, appends, feed, past, time, place, mergeStart }
}

type EventsAt = { checkpoints: RecordedRecord[]; offsets: bigint[]; feed: EventFeed }

/** The checkpoints before a place, and from where on each lane is folded behind its own. */
async function eventsAt(run: ReplayedRun, place: EventPlace, time: number): Promise<EventsAt> {
  const { book, positions } = run
  const found = await checkpointsBefore(run, place)
  const start = await positions.start()
  const offsets = place.offsets.map(
    (offset, lane) => found.get(lane)?.next ?? start?.offsets[lane] ?? offset,
  )
  const isFromStart = start !== null && offsets.some((offset, i) => offset <= start.offsets[i])
  const member = isFromStart ? start.member : await positions.memberBefore(offsets, place, time)
  const feed = new EventFeed(positions, book.epoch, offsets, member)
  return { checkpoints: [...found.values()].map(({ record }) => record), offsets, feed }
}

/** What comes first is read at once, while a processor starts and restores itself. */
function begun<T>(pieces: AsyncGenerator<T>): AsyncIterable<T> {
  let next = pieces.next()
  next.catch(() => {}) // whoever comes to it hears of it
  async function* all() {
    for (let piece = await next; !piece.done; piece = await next) {
      yield piece.value
      next = pieces.next()
    }
  }
  return all()
}

/** At least as many windows of partials and truths as the city's own log keeps. */
function specsOf({ book, domains }: ReplayedRun, windows: number): TopicSpec[] {
  const { topics, descriptor } = book
  const perWindow = domains.length * descriptor.partitions
  const sums: string[] = [topics.partial, topics.truth]
  return topicSpecs(topics, domains, descriptor.partitions).map((spec) =>
    sums.includes(spec.name)
      ? { ...spec, retain: { records: perWindow * Math.max(KEPT_WINDOWS, 2 * windows) } }
      : spec,
  )
}
