// One segment's members: by its index as far as that fits the file, and by hopping from head to head behind it.
import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { type Codec, MEMBER_HEAD_BYTES, memberBytes, unpackMember } from './codec.ts'
import { decodeLine, type RecordedRecord } from './line.ts'
import { indexName } from './manifest.ts'
import { eventTimeOf, type MemberEntry, MemberTimes, readEntries } from './member-index.ts'

const NEWLINE = 0x0a
/** An index is a hundredth of its segment; whatever is larger is none. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024

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
    let handle: FileHandle
    try {
      handle = await open(path, 'r')
    } catch (error) {
      throw fileProblem(error, path)
    }
    try {
      const indexed = await readIndex(join(folder, indexName(file)))
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
    return recordsOf({ path: this.#path, codec: this.#codec, handle: this.#handle }, entry)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

type Source = { path: string; codec: Codec; handle: FileHandle }
/** `why` the rest behind `end` is no member. */
type Found = { entries: MemberEntry[]; end: number; tornBytes: number; why: string | null }

async function readIndex(path: string): Promise<MemberEntry[]> {
  const isUsable = await stat(path).then(
    ({ size }) => size <= MAX_INDEX_BYTES,
    () => false,
  )
  // It says nothing that the segment does not say.
  return isUsable ? readEntries(await readFile(path, 'utf8')) : []
}

async function findMembers(source: Source, indexed: MemberEntry[]): Promise<Found> {
  const { size } = await source.handle.stat()
  const entries = indexed.filter(({ at, bytes }) => at + bytes <= size)
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
  const bytes = memberBytes(source.codec, await readAt(source.handle, at, MEMBER_HEAD_BYTES))
  if (typeof bytes === 'string') return bytes
  if (at + bytes > size) return `got ${size - at} of a member's ${bytes} bytes`
  const text = await unpackMember(source.codec, await readAt(source.handle, at, bytes))
  if (typeof text === 'string') return text
  const times = new MemberTimes()
  const problem = eachRecord(text, ({ timestamp, value }) =>
    times.add(timestamp, eventTimeOf(value)),
  )
  if (problem !== null) return problem
  return times.events > 0 ? times.entry(at, bytes) : 'got a member without records'
}

async function recordsOf(
  source: Source,
  { at, bytes, events }: MemberEntry,
): Promise<RecordedRecord[]> {
  const where = `${source.path} at byte ${at}`
  const member = await readAt(source.handle, at, bytes)
  const found = memberBytes(source.codec, member)
  if (found !== bytes) {
    const got = typeof found === 'string' ? found : `got a member of ${found} bytes`
    throw new Problem(`${where}: ${got}, expected the one of ${bytes} bytes that the index names`)
  }
  const text = await unpackMember(source.codec, member)
  if (typeof text === 'string') throw new Problem(problemText(where, text, 'a whole member'))
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

/** Calls back for each line; in words what is wrong with the first that does not fit. */
function eachRecord(text: Buffer, take: (record: RecordedRecord) => void): string | null {
  for (let from = 0, line = 1; from < text.length; line++) {
    const to = text.indexOf(NEWLINE, from)
    if (to < 0) return `line ${line}: got no end of it, expected a newline`
    const record = decodeLine(text.subarray(from, to))
    if (typeof record === 'string') return `line ${line}: ${record}`
    take(record)
    from = to + 1
  }
  return null
}

async function readAt(handle: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes)
  let read = 0
  while (read < bytes) {
    const { bytesRead } = await handle.read(buffer, read, bytes - read, at + read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return buffer.subarray(0, read)
}
