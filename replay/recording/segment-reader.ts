// One segment's members: by its index as far as that fits the file, and by hopping from head to head behind it.
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'
import {
  type Codec,
  MEMBER_HEAD_BYTES,
  MOST_LINES_BYTES,
  memberBytes,
  unpackMember,
} from './codec.ts'
import { decodeLine, type RecordedRecord } from './line.ts'
import { MemberLines } from './lines/member-lines.ts'
import { indexName } from './manifest.ts'
import { EntryReader, eventTimeOf, type MemberEntry, MemberTimes } from './member-index.ts'
import { openPlain, readAt } from './plain-file.ts'

const NEWLINE = 0x0a
const INDEX_PIECE_BYTES = 64 * 1024
/** Such a one is read in one go, whoever says how long it is. */
const SHORT_MEMBER_BYTES = 2 * 1024 * 1024

export class SegmentReader {
  readonly file: string
  readonly entries: readonly MemberEntry[]
  /** Bytes behind the last whole member: what a crash left of one. */
  readonly tornBytes: number
  readonly #path: string
  readonly #codec: Codec
  readonly #handle: FileHandle

  private constructor(path: string, codec: Codec, handle: FileHandle, found: Found) {
    this.file = path
    this.#path = path
    this.#codec = codec
    this.#handle = handle
    this.entries = found.entries
    this.tornBytes = found.tornBytes
  }

  /** `isWhole` = it was closed: then whatever does not fit is a Problem, and nothing is left out. */
  static async open(
    folder: string,
    file: string,
    codec: Codec,
    isWhole: boolean,
  ): Promise<SegmentReader> {
    const path = join(folder, file)
    const handle = await openPlain(path)
    try {
      const { size } = await handle.stat()
      const indexed = await readIndex(join(folder, indexName(file)), size)
      const found = await findMembers({ path, codec, handle }, indexed)
      if (isWhole && found.why)
        throw new Problem(
          problemText(`${path} at byte ${found.end}`, found.why, 'members to its end'),
        )
      return new SegmentReader(path, codec, handle, found)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  get events(): number {
    return this.entries.reduce((sum, { events }) => sum + events, 0)
  }

  /** The records of a member, in the order in which they came; throws a Problem that names the place. */
  async read(entry: MemberEntry): Promise<RecordedRecord[]> {
    return recordsOf(this.#source, entry)
  }

  /** The same, of which each record is made when it is read. */
  async lines(entry: MemberEntry): Promise<MemberLines> {
    const where = placeOf(this.#source, entry)
    return new MemberLines(await textOf(this.#source, entry), entry.events, where)
  }

  get #source(): Source {
    return { path: this.#path, codec: this.#codec, handle: this.#handle }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

type Source = { path: string; codec: Codec; handle: FileHandle }
/** `why` the rest behind `end` is no member. */
type Found = { entries: MemberEntry[]; end: number; tornBytes: number; why: string | null }

/** It says nothing that the segment does not say: where it cannot be read, or does not fit, the segment is asked. */
async function readIndex(path: string, segmentBytes: number): Promise<MemberEntry[]> {
  const reader = new EntryReader(segmentBytes)
  const handle = await openPlain(path).catch(() => null)
  if (!handle) return []
  try {
    for (let at = 0; ; at += INDEX_PIECE_BYTES) {
      const piece = await readAt(handle, path, at, INDEX_PIECE_BYTES)
      const goesOn = reader.take(piece.toString('latin1'))
      if (!goesOn || piece.length < INDEX_PIECE_BYTES) break
    }
  } finally {
    await handle.close()
  }
  return reader.entries
}

async function findMembers(source: Source, indexed: MemberEntry[]): Promise<Found> {
  const { size } = await source.handle.stat()
  const entries = [...indexed]
  const last = entries.at(-1)
  let end = last ? last.at + last.bytes : 0
  while (end < size) {
    const found = await scannedEntry(source, end, size)
    if (typeof found === 'string') return { entries, end, tornBytes: size - end, why: found }
    entries.push(found)
    end += found.bytes
  }
  return { entries, end, tornBytes: 0, why: null }
}

async function scannedEntry(
  source: Source,
  at: number,
  size: number,
): Promise<MemberEntry | string> {
  const bytes = memberBytes(
    source.codec,
    await readAt(source.handle, source.path, at, MEMBER_HEAD_BYTES),
  )
  if (typeof bytes === 'string') return bytes
  if (at + bytes > size) return `got ${size - at} of a member's ${bytes} bytes`
  const text = await unpackMember(source.codec, await readAt(source.handle, source.path, at, bytes))
  if (typeof text === 'string') return text
  const times = new MemberTimes()
  const problem = eachRecord(text, ({ timestamp, value }) =>
    times.add(timestamp, eventTimeOf(value)),
  )
  if (problem !== null) return problem
  return times.events > 0 ? times.entry(at, bytes) : 'got a member without records'
}

const placeOf = ({ path }: Source, { at }: MemberEntry): string => `${path} at byte ${at}`

async function textOf(source: Source, entry: MemberEntry): Promise<Buffer> {
  const { at, bytes } = entry
  const where = placeOf(source, entry)
  // Of a long one nothing is read that its own beginning does not claim.
  const isShort = bytes <= SHORT_MEMBER_BYTES
  const read = (count: number) => readAt(source.handle, source.path, at, count)
  const begin = await read(isShort ? bytes : MEMBER_HEAD_BYTES)
  const found = memberBytes(source.codec, begin)
  if (found !== bytes) {
    const got = typeof found === 'string' ? found : `got a member of ${found} bytes`
    throw new Problem(`${where}: ${got}, expected the one of ${bytes} bytes that the index names`)
  }
  const text = await unpackMember(source.codec, isShort ? begin : await read(bytes))
  if (typeof text === 'string') throw new Problem(problemText(where, text, 'a whole member'))
  return text
}

async function recordsOf(source: Source, entry: MemberEntry): Promise<RecordedRecord[]> {
  const where = placeOf(source, entry)
  const { events } = entry
  const text = await textOf(source, entry)
  const records: RecordedRecord[] = []
  const problem = eachRecord(text, (record) => records.push(record))
  if (problem !== null) throw new Problem(`${where}: ${problem}`)
  if (records.length !== events) {
    throw new Problem(
      problemText(where, `${records.length} records`, `${events} as the index says`),
    )
  }
  return records
}

/** Calls back for each line, with where it ends; in words what is wrong with the first that does not fit. */
function eachRecord(
  text: Buffer,
  take: (record: RecordedRecord, end: number) => void,
): string | null {
  for (let from = 0, line = 1; from < text.length; line++) {
    const to = text.indexOf(NEWLINE, from)
    if (to < 0) return `line ${line}: got no end of it, expected a newline`
    // Whoever writes one seals it there; so what a member comes to in memory is bounded.
    if (from >= MOST_LINES_BYTES)
      return `line ${line}: got more lines, expected a member's last within ${MOST_LINES_BYTES} bytes`
    const record = decodeLine(text.subarray(from, to))
    if (typeof record === 'string') return `line ${line}: ${record}`
    from = to + 1
    take(record, from)
  }
  return null
}
