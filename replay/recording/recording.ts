// An opened recording: what it holds, and its records member by member. One that was cut off is read up to where it is whole.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'
import { ByteCache } from './byte-cache.ts'
import type { RecordedRecord } from './line.ts'
import type { MemberLines } from './lines/member-lines.ts'
import {
  MANIFEST_FILE,
  type RecordingManifest,
  readManifest,
  segmentName,
  TRACKS,
  type Track,
} from './manifest.ts'
import type { MemberEntry } from './member-index.ts'
import { SegmentReader } from './segment-reader.ts'

/** Of a recording that was not closed: `events` of the segment that was open, and bytes behind its last whole member. */
export type Recovered = { events: number; tornBytes: number }

/** Members in memory: what lies between checkpoints is read to find where to begin, and then to be played. */
const MOST_MEMBER_BYTES = 128 * 1024 * 1024
/** Of those of which every record is wanted. */
const MOST_RECORD_BYTES = 32 * 1024 * 1024
/** What text, or records, take, by the bytes of the file. */
const UNPACKED = 12

type Tracks = Map<Track, SegmentReader[]>

export class Recording {
  readonly folder: string
  readonly manifest: RecordingManifest
  /** Null for one that was closed. */
  readonly recovered: Recovered | null
  readonly #tracks: Tracks
  readonly #closers: (() => Promise<void>)[] = []
  readonly #records = new ByteCache<RecordedRecord[]>(MOST_RECORD_BYTES)
  readonly #lines = new ByteCache<MemberLines>(MOST_MEMBER_BYTES)

  private constructor(
    folder: string,
    manifest: RecordingManifest,
    tracks: Tracks,
    recovered: Recovered,
  ) {
    this.folder = folder
    this.manifest = manifest
    this.#tracks = tracks
    this.recovered = manifest.closed ? null : recovered
  }

  /** Throws a Problem where the folder holds no recording, or one whose files do not fit its manifest. */
  static async open(folder: string): Promise<Recording> {
    const manifest = await readManifest(folder)
    const tracks: Tracks = new Map()
    const recovered = { events: 0, tornBytes: 0 }
    try {
      for (const track of TRACKS) {
        const segments: SegmentReader[] = []
        tracks.set(track, segments)
        await openWhole(folder, manifest, track, segments)
        const open = manifest.closed ? null : await openLast(folder, manifest, track, segments)
        recovered.events += open?.events ?? 0
        recovered.tornBytes += open?.tornBytes ?? 0
      }
      return new Recording(folder, manifest, tracks, recovered)
    } catch (error) {
      await Promise.all([...tracks.values()].flat().map((segment) => segment.close()))
      throw error
    }
  }

  /** Of a track, in the order in which they were written. */
  members(track: Track): PlacedMember[] {
    const segments = this.#tracks.get(track) ?? []
    return segments.flatMap((segment) => segment.entries.map((entry) => ({ segment, entry })))
  }

  /** Of a member that is likely to be asked for again: what was read lately is kept, so it must not be changed. */
  read(member: PlacedMember): Promise<RecordedRecord[]> {
    const { segment, entry } = member
    const bytes = UNPACKED * entry.bytes
    return this.#records.get(entry, bytes, () => segment.read(entry))
  }

  /** The same where few of its records are wanted. */
  lines({ segment, entry }: PlacedMember): Promise<MemberLines> {
    return this.#lines.get(entry, UNPACKED * entry.bytes, () => segment.lines(entry))
  }

  /** Records in the order in which they came, a member at a time. */
  async *records(track: Track): AsyncGenerator<RecordedRecord[]> {
    for (const { segment, entry } of this.members(track)) yield await segment.read(entry)
  }

  /** What is to be closed with it. */
  closesToo(close: () => Promise<void>): void {
    this.#closers.push(close)
  }

  async close(): Promise<void> {
    await Promise.all(this.#closers.map((close) => close()))
    await Promise.all([...this.#tracks.values()].flat().map((segment) => segment.close()))
  }
}

export type PlacedMember = { segment: SegmentReader; entry: MemberEntry }

/** Those that the manifest names, by number, each with as many records as it says. */
async function openWhole(
  folder: string,
  { segments: notes, codec }: RecordingManifest,
  track: Track,
  opened: SegmentReader[],
): Promise<void> {
  const where = join(folder, MANIFEST_FILE)
  for (const note of notes.filter(({ file }) => file.startsWith(`${track}-`))) {
    const name = segmentName(track, opened.length + 1, codec)
    if (note.file !== name) throw new Problem(problemText(where, `segment ${note.file}`, name))
    const segment = await SegmentReader.open(folder, name, codec, true)
    opened.push(segment)
    if (segment.events !== note.events) {
      const expected = `${note.events} as the manifest says`
      throw new Problem(problemText(segment.file, `${segment.events} records`, expected))
    }
  }
}

/** The one that was open when the recorder ended, if there was any. */
async function openLast(
  folder: string,
  { codec }: RecordingManifest,
  track: Track,
  opened: SegmentReader[],
): Promise<SegmentReader | null> {
  const name = segmentName(track, opened.length + 1, codec)
  const isThere = await stat(join(folder, name)).then(
    () => true,
    () => false,
  )
  if (!isThere) return null
  const segment = await SegmentReader.open(folder, name, codec, false)
  opened.push(segment)
  return segment
}
