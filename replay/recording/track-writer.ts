// One track of a recording: a row of segments, filled member by member while the one before is being written.
import type { Clock } from '../../infra/clock.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { type Codec, MAX_TEXT_BYTES, MEMBER_TEXT_BYTES } from './codec.ts'
import { LineText, type RecordedRecord } from './line.ts'
import { type SegmentNote, segmentName, type Track } from './manifest.ts'
import { eventTimeOf, MemberTimes } from './member-index.ts'
import { SegmentWriter } from './segment-writer.ts'

/** A member is sealed at so much text or so long after its first record: a kill takes less than a second with it. */
const MEMBER_MS = 500
/** Base64 makes four bytes of three. */
const MAX_RECORD_BYTES = Math.floor((MAX_TEXT_BYTES - MEMBER_TEXT_BYTES) / 4) * 3 - 64 * 1024

export type TrackOptions = {
  folder: string
  track: Track
  clock: Clock
  codec: Codec
  segmentBytes: number
  survivesPowerCut: boolean
  /** A segment is whole; resolves when that is written down. */
  onSegment(): Promise<void>
}

export type TrackProgress = {
  added: number
  acknowledged: number
  textBytes: number
  fileBytes: number
}

type OpenMember = { text: LineText; times: MemberTimes }

const newMember = (): OpenMember => ({
  text: new LineText(MEMBER_TEXT_BYTES + 256 * 1024),
  times: new MemberTimes(),
})

export class TrackWriter {
  /** Whole ones. */
  readonly segments: SegmentNote[] = []
  readonly #options: TrackOptions
  #segment: SegmentWriter
  /** Takes records; the other one is being written, or empty. */
  #filling = newMember()
  #spare = newMember()
  /** Settles when what was sealed is in the file; rejects, for good, when it cannot be. */
  #writing: Promise<void> = Promise.resolve()
  #isWriting = false
  /** Settles when what is filling and full is on its way. */
  #sealing: Promise<void> | null = null
  #cancelTimer: (() => void) | null = null
  #added = 0
  #acknowledged = 0
  #textBytes = 0
  #problem: Error | null = null

  private constructor(options: TrackOptions, segment: SegmentWriter) {
    this.#options = options
    this.#segment = segment
  }

  static async create(options: TrackOptions): Promise<TrackWriter> {
    const { folder, track, codec } = options
    return new TrackWriter(
      options,
      await SegmentWriter.create(folder, segmentName(track, 1, codec), codec),
    )
  }

  get progress(): TrackProgress {
    const closed = this.segments.reduce((sum, { bytes }) => sum + bytes, 0)
    return {
      added: this.#added,
      acknowledged: this.#acknowledged,
      textBytes: this.#textBytes,
      fileBytes: closed + this.#segment.bytes,
    }
  }

  /** Why nothing more can be written; null while it can. */
  get problem(): Error | null {
    return this.#problem
  }

  /**
   * What to wait for before the next record, so that who reads faster than the disk writes waits; null while there is
   * room. Several may wait, and the first of them may fill it again: whoever comes back asks again.
   */
  get full(): Promise<void> | null {
    return this.#filling.text.bytes < MEMBER_TEXT_BYTES ? null : this.#sealing
  }

  /**
   * Takes one record, where it is not full. Throws the Problem that ended it: what was acknowledged before stays
   * readable.
   */
  add(record: RecordedRecord): void {
    if (this.#problem) throw this.#problem
    const { topic, partition, offset, value, key, timestamp } = record
    const bytes = (value?.length ?? 0) + (key?.length ?? 0)
    if (bytes > MAX_RECORD_BYTES) {
      const where = `${topic}/${partition}/${offset}`
      throw new Problem(
        problemText(where, `${bytes} bytes`, `at most ${MAX_RECORD_BYTES} in a recording`),
      )
    }
    const { text, times } = this.#filling
    if (times.events === 0) {
      this.#cancelTimer = this.#options.clock.schedule(MEMBER_MS, () => this.#sealInTime())
    }
    this.#textBytes += text.add(record)
    times.add(timestamp, eventTimeOf(value))
    this.#added++
    if (text.bytes < MEMBER_TEXT_BYTES) return
    this.#sealing = this.#seal()
    this.#sealing.catch(() => {}) // whoever waits for it, adds next, or closes hears what went wrong
  }

  #sealInTime(): void {
    // Whoever adds next, or closes, hears what went wrong.
    this.#seal().catch(() => {})
  }

  /** Resolves once the member is on its way and another one can be filled. */
  async #seal(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    const sealed = this.#filling
    while (this.#isWriting) await this.#writing
    if (this.#problem) throw this.#problem
    if (sealed !== this.#filling || sealed.times.events === 0) return
    this.#filling = this.#spare
    this.#isWriting = true
    this.#writing = this.#write(sealed).finally(() => {
      this.#isWriting = false
    })
    this.#writing.catch((error: Error) => {
      this.#problem ??= error
    })
  }

  async #write({ text, times }: OpenMember): Promise<void> {
    const { survivesPowerCut, segmentBytes } = this.#options
    await this.#segment.append(text.view, times, survivesPowerCut)
    this.#acknowledged += times.events
    text.clear()
    this.#spare = { text, times: new MemberTimes() }
    if (this.#segment.bytes >= segmentBytes) await this.#roll()
  }

  async #roll(): Promise<void> {
    const { folder, track, codec, onSegment } = this.#options
    this.segments.push(await this.#segment.close())
    const name = segmentName(track, this.segments.length + 1, codec)
    this.#segment = await SegmentWriter.create(folder, name, codec)
    await onSegment()
  }

  /** Resolves when all that was added is in a file. */
  async flush(): Promise<void> {
    await this.#seal()
    await this.#writing
  }

  /** Writes what is left; then all of its segments are whole. */
  async close(): Promise<void> {
    await this.flush()
    this.segments.push(await this.#segment.close())
  }
}
