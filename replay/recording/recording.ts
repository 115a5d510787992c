// An opened recording: what it holds, and its records member by member. One that was cut off is read up to where it is whole.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'
import type { RecordedRecord } from './line.ts'
import { type Manifest, readManifest, segmentName } from './manifest.ts'
import type { MemberEntry } from './member-index.ts'
import { SegmentReader } from './segment-reader.ts'

/** Of a recording that was not closed: `events` of the segment that was open, and bytes behind its last whole member. */
export type Recovered = { events: number; tornBytes: number }

export class Recording {
  readonly folder: string
  readonly manifest: Manifest
  /** Null for one that was closed. */
  readonly recovered: Recovered | null
  readonly #segments: SegmentReader[]

  private constructor(folder: string, manifest: Manifest, segments: SegmentReader[]) {
    this.folder = folder
    this.manifest = manifest
    this.#segments = segments
    const open = manifest.closed ? undefined : segments[manifest.segments.length]
    const events = open?.entries.reduce((sum, entry) => sum + entry.events, 0) ?? 0
    this.recovered = manifest.closed ? null : { events, tornBytes: open?.tornBytes ?? 0 }
  }

  /** Throws a Problem where the folder holds no recording, or one whose files do not fit its manifest. */
  static async open(folder: string): Promise<Recording> {
    const manifest = await readManifest(folder)
    const { codec } = manifest
    const segments: SegmentReader[] = []
    try {
      for (const [i, note] of manifest.segments.entries()) {
        if (note.file !== segmentName(i + 1, codec)) {
          throw new Problem(
            problemText(
              join(folder, 'manifest.json'),
              `segment ${note.file}`,
              segmentName(i + 1, codec),
            ),
          )
        }
        const segment = await SegmentReader.open(folder, note.file, codec, true)
        segments.push(segment)
        const events = segment.entries.reduce((sum, entry) => sum + entry.events, 0)
        if (events !== note.events) {
          throw new Problem(
            problemText(segment.file, `${events} records`, `${note.events} as the manifest says`),
          )
        }
      }
      const next = segmentName(segments.length + 1, codec)
      const isThere = await stat(join(folder, next)).then(
        () => true,
        () => false,
      )
      if (!manifest.closed && isThere)
        segments.push(await SegmentReader.open(folder, next, codec, false))
      return new Recording(folder, manifest, segments)
    } catch (error) {
      await Promise.all(segments.map((segment) => segment.close()))
      throw error
    }
  }

  /** All members in the order in which they were written. */
  members(): Member[] {
    return this.#segments.flatMap((segment) => segment.entries.map((entry) => ({ segment, entry })))
  }

  get events(): number {
    return this.members().reduce((sum, { entry }) => sum + entry.events, 0)
  }

  /** All records in the order in which they came, a member at a time. */
  async *records(): AsyncGenerator<RecordedRecord[]> {
    for (const { segment, entry } of this.members()) yield await segment.read(entry)
  }

  async close(): Promise<void> {
    await Promise.all(this.#segments.map((segment) => segment.close()))
  }
}

export type Member = { segment: SegmentReader; entry: MemberEntry }
