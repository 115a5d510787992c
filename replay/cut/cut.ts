// Cuts a stretch of sim time out of a recording: a recording of its own, with every record at the offset that it had.
import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../infra/clock.ts'
import { taskKey } from '../../processor/contract/keys.ts'
import { checkpointPosition } from '../../processor/task/checkpoint.ts'
import type { ReplayedRun } from '../player/replayed-run.ts'
import { cityTopics } from '../record/city-topics.ts'
import { closeIndexed, createIndexed } from '../record/indexed-recording.ts'
import type { RecordedRecord } from '../recording/line.ts'
import {
  type CutNote,
  MANIFEST_FILE,
  type RecordingManifest,
  TRACKS,
  type Track,
} from '../recording/manifest.ts'
import type { Recording } from '../recording/recording.ts'
import type { RecordingWriter } from '../recording/recording-writer.ts'
import { KeptControl, LEFT_OUT } from './kept-control.ts'
import { type CutSlice, isInSlice, sliceOf } from './slice.ts'

export type CutOptions = {
  out: string
  /** Sim ms; what lies between the tick before `from` and the one behind `to`. */
  from: number
  to: number
  clock: Clock
  onProgress?(progress: { readBytes: number; ofBytes: number }): void
}

/** Of the newest run; nothing is left in the folder where something goes wrong. */
export async function cutRecording(
  run: ReplayedRun,
  { out, from, to, clock, onProgress }: CutOptions,
): Promise<RecordingManifest> {
  const { recording } = run
  const slice = await sliceOf(run, from, to)
  const keepers = keepersOf(run, slice, await KeptControl.of(run, slice))
  const { codec, source } = recording.manifest
  const cut = await createIndexed({
    ...{ folder: out, codec, topics: topicsOf(run) },
    // Members are sealed by their size alone: the same cut has the same bytes.
    clock: { ...clock, schedule: () => () => {} },
    source: { kind: 'cut', prefix: source.prefix, cut: await noteOf(recording, slice) },
  })
  try {
    await pour(recording, keepers, cut.writer, onProgress)
    return await closeIndexed(cut)
  } catch (error) {
    for (const file of await readdir(out)) await rm(join(out, file), { force: true })
    throw error
  }
}

type Keeper = (record: RecordedRecord) => boolean

function keepersOf(run: ReplayedRun, slice: CutSlice, control: KeptControl): Record<Track, Keeper> {
  const { positions, book } = run
  const tasks = new Map(positions.lanes.map((lane, i) => [taskKey.build(lane), i]))
  return {
    events(record) {
      const lane = positions.laneOf(record)
      return lane !== undefined && isInSlice(slice, lane, record)
    },
    control: (record) => control.keeps(record),
    // The newest before it, and those within it.
    state({ key, value, offset }) {
      const lane = key === null ? undefined : tasks.get(key.toString())
      if (lane === undefined || value === null) return false
      const found = slice.checkpoints.get(lane)
      if (found?.record.offset === offset) return true
      const position = checkpointPosition(value)
      if (typeof position === 'string' || position.epoch !== book.epoch) return false
      const next = BigInt(position.nextOffset)
      return next > slice.start.offsets[lane] && next <= slice.end.offsets[lane]
    },
  }
}

async function pour(
  recording: Recording,
  keepers: Record<Track, Keeper>,
  writer: RecordingWriter,
  onProgress: CutOptions['onProgress'],
): Promise<void> {
  const members = TRACKS.flatMap((track) =>
    recording.members(track).map((member) => ({ ...member, track })),
  )
  const ofBytes = members.reduce((sum, { entry }) => sum + entry.bytes, 0)
  let readBytes = 0
  for (const { segment, entry, track } of members) {
    for (const record of await segment.read(entry)) {
      if (!keepers[track](record)) continue
      await writer.add(record.topic, record.partition, [record])
    }
    readBytes += entry.bytes
    onProgress?.({ readBytes, ofBytes })
  }
}

/** As a recorder has them, each with what is left out of it. */
function topicsOf({ book, domains }: ReplayedRun) {
  const recorded = cityTopics(book.topics, domains, book.descriptor.partitions, 'earliest')
  return Object.fromEntries(
    recorded.map(({ name, partitions, track, part }) => {
      const leftOut = part ? `${part.leftOut}, ${LEFT_OUT}` : LEFT_OUT
      return [name, { partitions, track, ...(track !== 'events' && { part: { leftOut } }) }]
    }),
  )
}

async function noteOf({ folder, manifest }: Recording, slice: CutSlice): Promise<CutNote> {
  const { begin, from, to } = slice
  const bytes = await readFile(join(folder, MANIFEST_FILE))
  const digest = createHash('sha256').update(bytes).digest('hex')
  const earlier = manifest.source.cut?.of ?? []
  return { begin, from, to, of: [{ created: manifest.created, manifest: digest }, ...earlier] }
}
