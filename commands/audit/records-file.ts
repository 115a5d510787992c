// A file of records as `huacheng events --meta --json` prints them: read through in its order, then topic-partition by topic-partition.

import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { parseBoundedJson } from '../../infra/text/bounded-json.ts'
import { openLines } from './line-file.ts'

const BATCH = 1000
const SHOWN = 60
/** Kafka's offsets have 63 bits. */
const OFFSET = /^\d{1,18}$/

export type FileRecord = { topic: string; partition: number; line: number; record: LogRecord }

export interface RecordsFile {
  /** Every record in the file's order until `take` says true; a Problem names the line that is none. */
  each(take: (record: FileRecord) => boolean | undefined): void
  /** Records of one topic-partition, once `each` has gone through the file. */
  lane(topic: string, partition: number): Iterable<LogRecord[]>
  close(): void
}

type RecordPlace = { position: number; bytes: number; offset: bigint }
type Meta = { topic: string; partition: number; offset?: string | number } & Record<
  'key' | 'value',
  string | null
>

/** Offsets are those of the lines, or the place in the topic-partition where lines have none. */
export async function openRecords(path: string): Promise<RecordsFile> {
  const file = await openLines(path)
  const lanes = new Map<string, RecordPlace[]>()

  function each(take: (record: FileRecord) => boolean | undefined): void {
    lanes.clear()
    for (const { bytes, line, position } of file.lines()) {
      if (bytes.length === 0) continue
      const meta = readMeta(bytes, `${path}:${line}`)
      const { topic, partition } = meta
      const name = `${topic}/${partition}`
      const lane = lanes.get(name) ?? []
      lanes.set(name, lane)
      const offset = BigInt(meta.offset ?? lane.length)
      lane.push({ position, bytes: bytes.length, offset })
      if (take({ topic, partition, line, record: toRecord(meta, offset) })) return
    }
  }

  function* lane(topic: string, partition: number): Generator<LogRecord[]> {
    const places = lanes.get(`${topic}/${partition}`) ?? []
    for (let i = 0; i < places.length; i += BATCH) {
      yield places.slice(i, i + BATCH).map(({ position, bytes, offset }) => {
        return toRecord(JSON.parse(file.at(position, bytes).toString()) as Meta, offset)
      })
    }
  }

  return { each, lane, close: file.close }
}

function readMeta(bytes: Buffer, where: string): Meta {
  const parsed = parseBoundedJson(bytes, { maxBytes: bytes.length })
  const meta = parsed.fault ? null : (parsed.value as Partial<Meta> | null)
  const isText = (x: unknown) => x === null || typeof x === 'string'
  const isRecord =
    typeof meta?.topic === 'string' &&
    Number.isInteger(meta.partition) &&
    isText(meta.key) &&
    isText(meta.value) &&
    (meta.offset === undefined || OFFSET.test(String(meta.offset)))
  if (isRecord) return meta as Meta
  const got = parsed.fault?.reason === 'too-deep' ? parsed.fault.detail : bytes.toString()
  const expected =
    '{"topic", "partition", "key", "value"} as `huacheng events --meta --json` prints'
  throw new Problem(problemText(where, got.slice(0, SHOWN), expected))
}

function toRecord({ key, value }: Meta, offset: bigint): LogRecord {
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text))
  return { key: bytes(key), value: bytes(value), timestamp: 0, offset }
}
