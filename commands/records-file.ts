// A file of records as `huacheng events --meta --json` prints them: read through in its order, then topic-partition by topic-partition.
import { closeSync, openSync, readSync } from 'node:fs'
import type { LogRecord } from '../infra/event-log.ts'
import { Problem, problemText } from '../infra/problem.ts'

const CHUNK_BYTES = 1024 * 1024
const BATCH = 1000
const NEWLINE = 10
const SHOWN = 60

export type FileRecord = { topic: string; partition: number; line: number; record: LogRecord }

export interface RecordsFile {
  /** Every record in the file's order until `take` says true; a Problem names the line that is none. */
  each(take: (record: FileRecord) => boolean | undefined): void
  /** Records of one topic-partition, once `each` has gone through the file. */
  lane(topic: string, partition: number): Iterable<LogRecord[]>
  close(): void
}

type Place = { position: number; bytes: number; offset: bigint }
type Meta = { topic: string; partition: number; offset?: string | number } & Record<
  'key' | 'value',
  string | null
>

/** Offsets are those of the lines, or the place in the topic-partition where lines have none. */
export function openRecords(path: string): RecordsFile {
  const fd = open(path)
  const lanes = new Map<string, Place[]>()

  function each(take: (record: FileRecord) => boolean | undefined): void {
    lanes.clear()
    let line = 0
    for (const { text, position, bytes } of linesOf(fd)) {
      line++
      if (text === '') continue
      const meta = readMeta(text, `${path}:${line}`)
      const { topic, partition } = meta
      const name = `${topic}/${partition}`
      const lane = lanes.get(name) ?? []
      lanes.set(name, lane)
      const offset = BigInt(meta.offset ?? lane.length)
      lane.push({ position, bytes, offset })
      if (take({ topic, partition, line, record: toRecord(meta, offset) })) return
    }
  }

  function* lane(topic: string, partition: number): Generator<LogRecord[]> {
    const places = lanes.get(`${topic}/${partition}`) ?? []
    for (let i = 0; i < places.length; i += BATCH) {
      yield places.slice(i, i + BATCH).map(({ position, bytes, offset }) => {
        const buffer = Buffer.allocUnsafe(bytes)
        readSync(fd, buffer, 0, bytes, position)
        return toRecord(JSON.parse(buffer.toString()) as Meta, offset)
      })
    }
  }

  return { each, lane, close: () => closeSync(fd) }
}

function open(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Problem(problemText(path, String(code), 'a file of records that can be read'))
  }
}

function* linesOf(fd: number) {
  let rest = Buffer.alloc(0)
  /** Of the first byte of `rest`. */
  let position = 0
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  for (;;) {
    const read = readSync(fd, chunk, 0, CHUNK_BYTES, position + rest.length)
    const all = Buffer.concat([rest, chunk.subarray(0, read)])
    let from = 0
    for (let to = all.indexOf(NEWLINE); to >= 0; to = all.indexOf(NEWLINE, from)) {
      yield { text: all.toString('utf8', from, to), position: position + from, bytes: to - from }
      from = to + 1
    }
    rest = all.subarray(from)
    position += from
    if (read > 0) continue
    if (rest.length > 0) yield { text: rest.toString(), position, bytes: rest.length }
    return
  }
}

function readMeta(text: string, where: string): Meta {
  let meta: Partial<Meta> | null = null
  try {
    meta = JSON.parse(text) as Partial<Meta> | null
  } catch {
    // Told below, with what stands there.
  }
  const isText = (x: unknown) => x === null || typeof x === 'string'
  const isRecord =
    typeof meta?.topic === 'string' &&
    Number.isInteger(meta.partition) &&
    isText(meta.key) &&
    isText(meta.value)
  if (isRecord) return meta as Meta
  const expected =
    '{"topic", "partition", "key", "value"} as `huacheng events --meta --json` prints'
  throw new Problem(problemText(where, text.slice(0, SHOWN), expected))
}

function toRecord({ key, value }: Meta, offset: bigint): LogRecord {
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text))
  return { key: bytes(key), value: bytes(value), timestamp: 0, offset }
}
