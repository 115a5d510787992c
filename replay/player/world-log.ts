// A log as it was at a sim time: what was recorded, at the offsets that it had, and checkpoints for a processor to restore itself from.
import type { Clock } from '../../infra/clock.ts'
import type { NewRecord, TopicSpec } from '../../infra/event-log/event-log.ts'
import { createMemoryLog, type MemoryLog } from '../../infra/memory/memory-log.ts'
import type { Alert } from '../../processor/contract/types.ts'
import { topicSpecs } from '../../producers/contract/topics.ts'
import type { RecordedRecord } from '../recording/line.ts'
import { checkpointsBefore } from './checkpoints.ts'
import { CONTROL_KINDS, type ControlBook, type TimedRecord } from './control-book.ts'
import { EventFeed } from './event-feed.ts'
import type { EventPlace } from './positions.ts'
import type { ReplayedRun } from './replayed-run.ts'

/** Windows of which the city's own log keeps partials and truths. */
const KEPT_WINDOWS = 30
/** Of windows that open or close an alert a few more are looked at: in some a scope may have nothing to say. */
const MARGIN = 2
/** Readings that the city's own log keeps. */
const MOST_READINGS = 1500 * 24

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
  feed: EventFeed
  /** Sim time, aligned to a tick where there is one. */
  time: number
  /** Behind what was folded by then, by lane; nothing of it is in the log yet. */
  place: EventPlace
}

/** The log at `time`; the events between the checkpoints and there are the feed's first. */
export async function worldLogAt(run: ReplayedRun, asked: number, clock: Clock): Promise<WorldLog> {
  const { recording, book, positions } = run
  const { time, place } = await positions.behindTick(await positions.aligned(asked))
  const log = createMemoryLog({ clock })
  const windows = windowsBack(book, time)
  await log.ensureTopics(specsOf(run, windows))
  const appends = new RecordedAppends(log)
  await appends.add([book.first])
  for (const records of controlUpTo(book, time, windows)) await appends.add(records)
  const found = await checkpointsBefore(recording, positions.lanes, book.epoch, place)
  for (const { record } of found.values()) await appends.add([record])
  const start = await positions.start()
  const offsets = place.offsets.map(
    (offset, lane) => found.get(lane)?.next ?? start?.offsets[lane] ?? offset,
  )
  positions.lanes.forEach(({ topic, partition }, i) => {
    appends.skipTo(topic, partition, offsets[i])
  })
  const isFromStart = start !== null && offsets.some((offset, i) => offset <= start.offsets[i])
  const member = isFromStart ? start.member : await positions.memberBefore(offsets, place)
  return { log, appends, feed: new EventFeed(positions, book.epoch, offsets, member), time, place }
}

function specsOf({ book, domains }: ReplayedRun, windows: number): TopicSpec[] {
  const { topics, descriptor } = book
  const perWindow = domains.length * descriptor.partitions
  const rebuilt: string[] = [topics.partial, topics.truth]
  return topicSpecs(topics, domains, descriptor.partitions).map((spec) =>
    rebuilt.includes(spec.name)
      ? { ...spec, retain: { records: perWindow * Math.max(KEPT_WINDOWS, windows) } }
      : spec,
  )
}

/** So many that a merge rebuilt from them has all streaks, and an alert that is open at `time` has opened in one of them. */
export function windowsBack(book: ControlBook, time: number): number {
  const { window, declarations } = book.descriptor
  const open = new Map<string, number>()
  for (const { record } of book.between('alert', Number.NEGATIVE_INFINITY, time)) {
    const { id, openedAt, closedAt } = JSON.parse(record.value!.toString()) as Alert
    if (closedAt === null) open.set(id, Date.parse(openedAt))
    else open.delete(id)
  }
  const oldest = Math.min(time, ...open.values())
  const thresholds = Object.values(declarations).flatMap(({ measures }) =>
    measures.flatMap((measure) => measure.thresholds ?? []),
  )
  const longest = Math.max(1, ...thresholds.map(({ windows }) => windows))
  return MARGIN * longest + Math.ceil((time - oldest) / window)
}

/** By topic, in the order of the offsets. */
function controlUpTo(book: ControlBook, time: number, windows: number): RecordedRecord[][] {
  const always = Number.NEGATIVE_INFINITY
  const { window, allowedLateness } = book.descriptor
  const rebuiltFrom = time - windows * window - allowedLateness
  const byTopic = new Map<string, RecordedRecord[]>()
  for (const kind of CONTROL_KINDS) {
    // Nobody conducts a run that has ended: the player says when.
    if (kind === 'end') continue
    const isRebuilt = kind === 'partial' || kind === 'truth'
    const timed = book.between(kind, isRebuilt ? rebuiltFrom : always, time)
    for (const { record } of kind === 'day' ? newestOfKey(timed) : timed) {
      const records = byTopic.get(record.topic) ?? []
      byTopic.set(record.topic, records)
      records.push(record)
    }
  }
  return [...byTopic.values()].map((records) =>
    records.sort((a, b) => (a.offset < b.offset ? -1 : 1)).slice(-MOST_READINGS),
  )
}

function newestOfKey(timed: TimedRecord[]): TimedRecord[] {
  return [...new Map(timed.map((it) => [it.record.key!.toString('latin1'), it])).values()]
}
