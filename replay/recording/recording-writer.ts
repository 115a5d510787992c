// Writes a recording: records in, a folder out that can be read at any moment up to the last half second, however the
// program ends.
import { mkdir, readdir } from 'node:fs/promises'
import type { Clock } from '../../infra/clock.ts'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { version } from '../../infra/version.ts'
import { type Codec, MAX_TEXT_BYTES } from './codec.ts'
import { LaneNotes } from './lane-notes.ts'
import { LineText } from './line.ts'
import {
  type Manifest,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type SegmentNote,
  segmentName,
  writeManifest,
} from './manifest.ts'
import { eventTimeOf, MemberTimes } from './member-index.ts'
import { SegmentWriter } from './segment-writer.ts'

/** A member is sealed at so much text, or so long after its first record: a kill takes less than a second with it. */
const MEMBER_TEXT_BYTES = 1024 * 1024
const MEMBER_MS = 500
const SEGMENT_BYTES = 64 * 1024 * 1024
/** Base64 makes four bytes of three. */
const MAX_RECORD_BYTES = Math.floor((MAX_TEXT_BYTES - MEMBER_TEXT_BYTES) / 4) * 3 - 64 * 1024

export type RecordingOptions = {
  folder: string
  clock: Clock
  codec: Codec
  source: Manifest['source']
  /** Partitions by topic. */
  topics: Record<string, number>
  /** Waits for the disk after each member, so that a power cut takes no more than a kill. */
  survivesPowerCut?: boolean
  segmentBytes?: number
}

async function madeFolder(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  return readdir(folder)
}

type Member = { text: LineText; times: MemberTimes }

const newMember = (): Member => ({
  text: new LineText(MEMBER_TEXT_BYTES + 256 * 1024),
  times: new MemberTimes(),
})

export class RecordingWriter {
  readonly #options: RecordingOptions
  readonly #created: number
  readonly #lanes = new LaneNotes()
  readonly #segments: SegmentNote[] = []
  #segment: SegmentWriter
  /** Takes records; the other one is being written, or empty. */
  #filling = newMember()
  #spare = newMember()
  /** Settles when what was sealed is in the file; rejects, for good, when it cannot be. */
  #writing: Promise<void> = Promise.resolve()
  #isWriting = false
  #cancelTimer: (() => void) | null = null
  #added = 0
  #acknowledged = 0
  #textBytes = 0
  #problem: Error | null = null

  private constructor(options: RecordingOptions, created: number, segment: SegmentWriter) {
    this.#options = options
    this.#created = created
    this.#segment = segment
  }

  /** Makes the folder, which must not exist or be empty, its manifest and the first segment. */
  static async create(options: RecordingOptions): Promise<RecordingWriter> {
    const { folder, codec, clock } = options
    const present = await madeFolder(folder).catch((error: unknown) => {
      throw fileProblem(error, folder)
    })
    if (present.length > 0) {
      throw new Problem(
        problemText(folder, `a folder with ${present.length} files`, 'a new or empty one'),
      )
    }
    const segment = await SegmentWriter.create(folder, segmentName(1, codec), codec)
    const writer = new RecordingWriter(options, Math.round(clock.now()), segment)
    await writeManifest(folder, writer.#manifest(false))
    return writer
  }

  /** Records taken so far, those of them that are in a file, and bytes of their lines and of the files. */
  get progress(): { added: number; acknowledged: number; textBytes: number; fileBytes: number } {
    const closed = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
    return {
      added: this.#added,
      acknowledged: this.#acknowledged,
      textBytes: this.#textBytes,
      fileBytes: closed + this.#segment.bytes,
    }
  }

  /**
   * Takes records in the order of their offsets; resolves when there is room for more, so that who reads faster than the
   * disk writes waits. Throws the Problem that ended the recording: what was acknowledged before stays readable.
   */
  async add(topic: string, partition: number, records: LogRecord[]): Promise<void> {
    for (const record of records) {
      if (this.#problem) throw this.#problem
      this.#take(topic, partition, record)
      if (this.#filling.text.bytes >= MEMBER_TEXT_BYTES) await this.#seal()
    }
  }

  #take(topic: string, partition: number, record: LogRecord): void {
    const { value, key, timestamp, offset } = record
    const bytes = (value?.length ?? 0) + (key?.length ?? 0)
    if (bytes > MAX_RECORD_BYTES) {
      const where = `${topic}/${partition}/${offset}`
      throw new Problem(
        problemText(where, `${bytes} bytes`, `at most ${MAX_RECORD_BYTES} in a recording`),
      )
    }
    const { text, times } = this.#filling
    if (times.events === 0)
      this.#cancelTimer = this.#options.clock.schedule(MEMBER_MS, () => this.#sealInTime())
    this.#textBytes += text.add({ ...record, topic, partition })
    times.add(timestamp, eventTimeOf(value))
    this.#lanes.add(topic, partition, offset)
    this.#added++
  }

  #sealInTime(): void {
    // Whoever adds next, or closes, hears what went wrong.
    this.#seal().catch(() => {})
  }

  /** Resolves once the member is on its way and another one can be filled. */
  async #seal(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    while (this.#isWriting) await this.#writing
    if (this.#problem) throw this.#problem
    const sealed = this.#filling
    if (sealed.times.events === 0) return
    this.#filling = this.#spare
    this.#isWriting = true
    this.#writing = this.#write(sealed).finally(() => {
      this.#isWriting = false
    })
    this.#writing.catch((error: Error) => {
      this.#problem ??= error
    })
  }

  async #write({ text, times }: Member): Promise<void> {
    const { survivesPowerCut = false, segmentBytes = SEGMENT_BYTES } = this.#options
    await this.#segment.append(text.view, times, survivesPowerCut)
    this.#acknowledged += times.events
    text.clear()
    this.#spare = { text, times: new MemberTimes() }
    if (this.#segment.bytes >= segmentBytes) await this.#roll()
  }

  async #roll(): Promise<void> {
    const { folder, codec } = this.#options
    this.#segments.push(await this.#segment.close())
    this.#segment = await SegmentWriter.create(
      folder,
      segmentName(this.#segments.length + 1, codec),
      codec,
    )
    await writeManifest(folder, this.#manifest(false))
  }

  /** Resolves when all that was added is in a file. */
  async flush(): Promise<void> {
    await this.#seal()
    await this.#writing
  }

  /** Writes what is left and says that the recording is whole. */
  async close(): Promise<Manifest> {
    await this.flush()
    const last = await this.#segment.close()
    this.#segments.push(last)
    const manifest = this.#manifest(true)
    await writeManifest(this.#options.folder, manifest)
    return manifest
  }

  #manifest(closed: boolean): Manifest {
    const { codec, source, topics } = this.#options
    return {
      format: RECORDING_FORMAT,
      version: RECORDING_VERSION,
      app: { version, node: process.version },
      created: this.#created,
      closed,
      codec,
      source,
      topics,
      lanes: this.#lanes.list(),
      segments: [...this.#segments],
    }
  }
}
