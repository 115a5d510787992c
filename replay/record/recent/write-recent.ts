// Writes the newest stretch of a run out of a log that stands still, tick by tick, as a recording of its own.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog, LogRecord } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { TICK_TYPE } from '../../../producers/contract/records.ts'
import type { Codec } from '../../recording/codec.ts'
import type { RecordingManifest } from '../../recording/manifest.ts'
import type { RecordingWriter } from '../../recording/recording-writer.ts'
import { markerOf } from '../../verify/marker.ts'
import { cityTopics } from '../city-topics.ts'
import { closeIndexed, createIndexed } from '../indexed-recording.ts'
import type { LaneEdge } from './lane-edges.ts'
import type { RecentPast } from './recent-past.ts'

/** What a log does not hold of a stretch is what was said of other times, or was replaced. */
export const NOT_HELD = 'what the log did not hold any more'

/** The city that goes on beside it waits no longer than that at a time. */
const SHARE_MS = 20

export type WriteRecentOptions = {
  recent: RecentPast
  /** It stands still, and nobody else closes it. */
  log: EventLog
  folder: string
  codec: Codec
  prefix: string
  clock: Clock
  /** Sim ms, at ticks. */
  from: number
  to: number
  edges: LaneEdge[]
  epoch: number
  onProgress(progress: { share: number; records: number; bytes: number }): void
}

/** Nothing is left in the folder where something goes wrong. */
export async function writeRecent(options: WriteRecentOptions): Promise<RecordingManifest> {
  const { recent, folder, codec, prefix, clock, from, to, edges, epoch } = options
  const { topics, domains, descriptor } = recent
  const recorded = cityTopics(topics, domains, descriptor.partitions, 'earliest')
  const begin = Math.min(from, ...edges.map(({ time }) => time))
  const begun = await createIndexed({
    ...{ folder, codec },
    // Members are sealed by their size alone.
    clock: { ...clock, schedule: () => () => {} },
    source: { kind: 'memory', prefix, cut: { epoch, begin, from, to, of: [] } },
    topics: Object.fromEntries(
      recorded.map(({ name, partitions, track, part }) => {
        const leftOut = part ? `${part.leftOut}, ${NOT_HELD}` : NOT_HELD
        return [name, { partitions, track, ...(track !== 'events' && { part: { leftOut } }) }]
      }),
    ),
  })
  const { writer } = begun
  try {
    for (const { name, track, part } of recorded) {
      if (track !== 'control') continue
      for await (const records of controlOf(options, name)) {
        await writer.add(name, 0, part ? records.filter(part.keeps) : records)
      }
    }
    await addCheckpoints(writer, recent, edges)
    await pourEvents(options, writer, begin)
    return await closeIndexed(begun)
  } catch (error) {
    for (const file of await readdir(folder)) await rm(join(folder, file), { force: true })
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Of topics that say something twice under one key both are there. */
async function* controlOf(
  { recent, log }: WriteRecentOptions,
  topic: string,
): AsyncGenerator<LogRecord[]> {
  const said = recent.kept.said(topic)
  if (said) yield [...said]
  else yield* readRange(log, { topic, partition: 0 })
}

/** Those that the stretch begins with, and all behind them, each partition's in the order of their offsets. */
export async function addCheckpoints(
  writer: RecordingWriter,
  { kept, topics }: RecentPast,
  edges: LaneEdge[],
): Promise<Map<number, bigint>> {
  const all = edges.flatMap(({ checkpoint, lane }) => kept.checkpointsFrom(lane, checkpoint))
  all.sort((a, b) => (a.record.offset < b.record.offset ? -1 : 1))
  const last = new Map<number, bigint>()
  for (const { partition, record } of all) {
    await writer.add(topics.checkpoint, partition, [record])
    last.set(partition, record.offset)
  }
  return last
}

type PouredLane = { edge: LaneEdge; records: AsyncGenerator<LogRecord[]>; waiting: LogRecord[] }

/** From tick to tick in all topic-partitions, so that what happened together lies together. */
async function pourEvents(
  { recent, log, to, edges, onProgress, clock }: WriteRecentOptions,
  writer: RecordingWriter,
  begin: number,
): Promise<void> {
  const { tick } = recent.descriptor
  const lanes = edges.map((edge): PouredLane => {
    const { topic, partition } = edge.lane
    const records = readRange(log, { topic, partition, from: edge.from })
    return { edge, records, waiting: [] }
  })
  try {
    let since = clock.now()
    for (let time = begin; time <= to; time += tick) {
      // All at once: in a process that is busy each batch takes a turn of its own.
      const due = await Promise.all(lanes.map((lane) => upToTick(lane, time)))
      for (const [i, records] of due.entries()) {
        const { topic, partition } = lanes[i].edge.lane
        await writer.add(topic, partition, records)
      }
      const { added, fileBytes } = writer.progress
      const share = to > begin ? (time - begin) / (to - begin) : 1
      onProgress({ share, records: added, bytes: fileBytes })
      if (clock.now() - since < SHARE_MS) continue
      await clock.turn()
      since = clock.now()
    }
  } finally {
    for (const { records } of lanes) await records.return(undefined)
  }
}

/** The tick at `time` included; none where the lane begins later. */
async function upToTick(lane: PouredLane, time: number): Promise<LogRecord[]> {
  const taken: LogRecord[] = []
  if (lane.edge.time > time) return taken
  for (;;) {
    const end = lane.waiting.findIndex((record) => tickTime(record) >= time)
    if (end >= 0) {
      taken.push(...lane.waiting.splice(0, end + 1))
      return taken
    }
    taken.push(...lane.waiting)
    lane.waiting = []
    const next = await lane.records.next()
    if (next.done) return taken
    lane.waiting.push(...next.value)
  }
}

/** Sim ms; -Infinity of what is no tick. */
function tickTime({ key, value }: LogRecord): number {
  const marker = key === null && value !== null ? markerOf(value) : null
  return marker?.type === TICK_TYPE ? Date.parse(marker.time) : Number.NEGATIVE_INFINITY
}
