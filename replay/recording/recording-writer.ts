// Writes a recording: records in, a folder out that can be read at any moment up to the last half second, however the
// program ends.
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../infra/clock.ts'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { version } from '../../infra/version.ts'
import type { Codec } from './codec.ts'
import { LaneNotes } from './lane-notes.ts'
import type { RecordedRecord } from './line.ts'
import {
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type RecordingManifest,
  type Track,
  writeManifest,
} from './manifest.ts'
import { type TrackProgress, TrackWriter } from './track-writer.ts'

/** Explain and prove a recording without us. */
const ENCLOSED = ['README.txt', 'verify.py']

const SEGMENT_BYTES = 64 * 1024 * 1024

export type RecordingOptions = {
  folder: string
  clock: Clock
  codec: Codec
  source: RecordingManifest['source']
  /** Partitions and track by topic, and of which what is left out. */
  topics: Record<string, { partitions: number; track: Track; part?: { leftOut: string } }>
  /** Waits for the disk after each member, so that a power cut takes no more than a kill. */
  survivesPowerCut?: boolean
  segmentBytes?: number
  /** Sees every record once it is on its way, in the order of its track; answers with what to wait for, if anything. */
  observe?(track: Track, record: RecordedRecord): Promise<void> | null
}

export class RecordingWriter {
  readonly #options: RecordingOptions
  readonly #created: number
  readonly #lanes = new LaneNotes()
  readonly #tracks = new Map<Track, TrackWriter>()
  /** One manifest after the other. */
  #noting: Promise<void> = Promise.resolve()

  private constructor(options: RecordingOptions) {
    this.#options = options
    this.#created = Math.round(options.clock.now())
  }

  /** Makes the folder, which must not exist or be empty, its manifest and the first segments. */
  static async create(options: RecordingOptions): Promise<RecordingWriter> {
    const { folder, codec, clock, topics } = options
    const present = await madeFolder(folder)
    if (present.length > 0) {
      const got = `a folder with ${present.length} files`
      throw new Problem(problemText(folder, got, 'a new or empty one'))
    }
    const writer = new RecordingWriter(options)
    for (const track of new Set(Object.values(topics).map((topic) => topic.track))) {
      const { segmentBytes = SEGMENT_BYTES, survivesPowerCut = false } = options
      const shared = { folder, track, clock, codec, segmentBytes, survivesPowerCut }
      const onSegment = () => writer.#note(false)
      writer.#tracks.set(track, await TrackWriter.create({ ...shared, onSegment }))
    }
    for (const name of ENCLOSED) {
      await copyFile(join(import.meta.dirname, 'enclosed', name), join(folder, name))
    }
    await writer.#note(false)
    return writer
  }

  get folder(): string {
    return this.#options.folder
  }

  /** Records taken so far, those of them that are in a file, and bytes of their lines and of the files. */
  get progress(): TrackProgress {
    const sum = { added: 0, acknowledged: 0, textBytes: 0, fileBytes: 0 }
    for (const { progress } of this.#tracks.values()) {
      sum.added += progress.added
      sum.acknowledged += progress.acknowledged
      sum.textBytes += progress.textBytes
      sum.fileBytes += progress.fileBytes
    }
    return sum
  }

  /**
   * Takes records of a topic-partition in the order of their offsets, each when there is room for it. Throws the
   * Problem that ended the recording: what was acknowledged before stays readable.
   */
  async add(topic: string, partition: number, records: LogRecord[]): Promise<void> {
    const { topics, observe } = this.#options
    const name = topics[topic].track
    const track = this.#tracks.get(name)!
    for (const record of records) {
      const placed = { ...record, topic, partition }
      // Others add between: no line begins behind a member's end, or nobody would read it.
      for (let full = track.full; full; full = track.full) await full
      track.add(placed)
      this.#lanes.add(topic, partition, record.offset)
      const observed = observe?.(name, placed)
      if (observed) await observed
    }
  }

  /** Resolves when all that was added is in a file. */
  async flush(): Promise<void> {
    await Promise.all([...this.#tracks.values()].map((track) => track.flush()))
  }

  /** Writes what is left and says that the recording is whole. */
  async close(): Promise<RecordingManifest> {
    await Promise.all([...this.#tracks.values()].map((track) => track.close()))
    await this.#note(true)
    return this.#manifest(true)
  }

  #note(closed: boolean): Promise<void> {
    const write = () => writeManifest(this.#options.folder, this.#manifest(closed))
    this.#noting = this.#noting.then(write)
    return this.#noting
  }

  #manifest(closed: boolean): RecordingManifest {
    const { codec, source, topics } = this.#options
    const partitions = Object.entries(topics).map(([name, topic]) => [name, topic.partitions])
    const leftOut = Object.entries(topics).flatMap(([name, { part }]) =>
      part ? [[name, part.leftOut]] : [],
    )
    return {
      format: RECORDING_FORMAT,
      version: RECORDING_VERSION,
      app: { version, node: process.version },
      created: this.#created,
      closed,
      codec,
      source,
      topics: Object.fromEntries(partitions),
      ...(leftOut.length > 0 && { leftOut: Object.fromEntries(leftOut) }),
      lanes: this.#lanes.list(),
      segments: [...this.#tracks.values()].flatMap(({ segments }) => segments),
    }
  }
}

async function madeFolder(folder: string): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true })
    return await readdir(folder)
  } catch (error) {
    throw fileProblem(error, folder)
  }
}
