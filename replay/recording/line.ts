// One record as one line of JSON whose last field is the value in its original bytes: nothing is serialised anew, so what
// comes back is what went in. In: a record and where it lay. Out: bytes; and back, bounded, for bytes from anybody.
import { isUtf8 } from 'node:buffer'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { bodyAt, headAt } from './lines/line-heads.ts'

/** A record and where it lay. */
export type RecordedRecord = Omit<LogRecord, 'damage'> & { topic: string; partition: number }

/**
 * How the value stands in its line: `json` as it was, `text` as a JSON string, `b64` as base64 in a JSON string,
 * `null` = the record had none.
 */
export type ValueEncoding = 'json' | 'text' | 'b64' | 'null'

type Scalar = string | { b64: string } | null

const NEWLINE = 0x0a
const RETURN = 0x0d
const OPEN_OBJECT = 0x7b
const OPEN_ARRAY = 0x5b
const CLOSE_OBJECT = 0x7d
const CLOSE_ARRAY = 0x5d
const NULL = Buffer.from('null')
const ENC = Buffer.from(',"enc":"')
const VALUE = Buffer.from(',"value":')
const WORST_BYTES_PER_UNIT = 3 // one UTF-16 unit is at most three bytes of UTF-8
/** Readers differ in what they make of numbers beyond a double; and of half a surrogate pair, which only `\u` can write. */
const DISPUTED_NUMBER = /[:,[]\s*-?\d+(?:\.\d+)?[eE]\+?\d{3}|\d{300}/

/**
 * Lines of records, one behind the other in one buffer that is used again:
 * `{"ts","tt":0,"topic","partition","offset","key","headers","enc","n","value"}`; `n` = bytes of `value` as they stand here.
 */
export class LineText {
  #buffer: Buffer
  #at = 0
  /** By topic and partition, what stands in each of its lines. */
  readonly #places = new Map<string, string[]>()

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafe(bytes)
  }

  get bytes(): number {
    return this.#at
  }

  /** The lines so far, a view that holds until the next `add` or `clear`. */
  get view(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }

  clear(): void {
    this.#at = 0
  }

  /** Bytes of the record's line, its newline included. */
  add(record: RecordedRecord): number {
    const { key, headers } = record
    const [enc, value] = encodeValue(record.value)
    const head =
      `{"ts":${record.timestamp}${this.#placeOf(record)}${record.offset},"key":${scalarText(key)},"headers":` +
      `${headers && headers.length > 0 ? headersText(headers) : '[]'},"enc":"${enc}","n":${value.length},"value":`
    const from = this.#at
    this.#makeRoom(head.length * WORST_BYTES_PER_UNIT + value.length + 2)
    const to = from + this.#buffer.write(head, from, 'utf8')
    const end = to + value.copy(this.#buffer, to)
    this.#buffer[end] = CLOSE_OBJECT
    this.#buffer[end + 1] = NEWLINE
    this.#at = end + 2
    return this.#at - from
  }

  #placeOf({ topic, partition }: RecordedRecord): string {
    const known = this.#places.get(topic)
    if (known?.[partition] !== undefined) return known[partition]
    const text = `,"tt":0,"topic":${JSON.stringify(topic)},"partition":${partition},"offset":`
    const places = known ?? []
    places[partition] = text
    this.#places.set(topic, places)
    return text
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(2 * (this.#at + bytes))
    this.view.copy(larger)
    this.#buffer = larger
  }
}

function headersText(headers: [string, Buffer | null][]): string {
  return JSON.stringify(headers.map(([name, it]) => [name, scalarOf(it)]))
}

function encodeValue(value: Buffer | null): [ValueEncoding, Buffer] {
  if (value === null) return ['null', NULL]
  if (!isUtf8(value)) return ['b64', Buffer.from(`"${value.toString('base64')}"`)]
  if (isPlainJson(value)) return ['json', value]
  return ['text', Buffer.from(JSON.stringify(value.toString('utf8')))]
}

/** One line of JSON that everybody's parser reads alike. */
function isPlainJson(value: Buffer): boolean {
  const last = value[value.length - 1]
  const isObject = value[0] === OPEN_OBJECT && last === CLOSE_OBJECT
  if (!isObject && !(value[0] === OPEN_ARRAY && last === CLOSE_ARRAY)) return false
  if (value.includes(NEWLINE) || value.includes(RETURN)) return false
  const text = value.toString('utf8')
  try {
    JSON.parse(text)
  } catch {
    return false
  }
  return !(text.includes('\\u') || DISPUTED_NUMBER.test(text))
}

/** A key of plain letters is its own JSON. */
const PLAIN = /^[\w.:/ -]*$/

function scalarText(bytes: Buffer | null): string {
  if (bytes === null) return 'null'
  const text = bytes.toString('latin1')
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(scalarOf(bytes))
}

function scalarOf(bytes: Buffer | null): Scalar {
  if (bytes === null) return null
  return isUtf8(bytes) ? bytes.toString('utf8') : { b64: bytes.toString('base64') }
}

/**
 * The record of a line (without its newline), or in words what is wrong with it; never throws. Views of `line` where the
 * value stands there as it was.
 */
export function decodeLine(line: Buffer): RecordedRecord | string {
  const usual = usualRecordOf(line)
  if (usual) return usual
  // A quote within a string is escaped: the first of these is no part of a key or header.
  const enc = line.indexOf(ENC)
  const at = enc < 0 ? -1 : line.indexOf(VALUE, enc)
  if (at < 0) return 'got no "enc" and "value", expected the last fields of a record'
  const head = headOf(line.toString('utf8', 0, at))
  if (typeof head === 'string') return head
  const from = at + VALUE.length
  const value = line.subarray(from, from + head.n)
  if (from + head.n !== line.length - 1 || line[line.length - 1] !== CLOSE_OBJECT) {
    return `got ${line.length - 1 - from} bytes of value, expected ${head.n} as "n" says`
  }
  const decoded = decodeValue(head.enc, value)
  return typeof decoded === 'string' ? decoded : { ...head.record, value: decoded }
}

const HEAD =
  /^\{"ts":(-?\d{1,16}),"tt":[01],"topic":("(?:[^"\\]|\\.)*"),"partition":(\d{1,9}),"offset":(\d{1,19}),"key":(.*),"headers":(\[.*\]),"enc":"(json|text|b64|null)","n":(\d{1,10})$/s

/** Null of a line that is not as nearly all are (line-heads.ts). */
function usualRecordOf(line: Buffer): RecordedRecord | null {
  const head = headAt(line, 0)
  const at = head ? bodyAt(line, head) : null
  if (!head || !at || at.valueEnd !== line.length - 1 || line[at.valueEnd] !== CLOSE_OBJECT)
    return null
  const { topic, partition } = head.place
  return {
    timestamp: head.timestamp,
    topic,
    partition,
    offset: BigInt(head.offset),
    key: at.keyEnd === null ? null : line.subarray(head.keyAt, at.keyEnd),
    headers: undefined,
    value: line.subarray(at.valueAt, at.valueEnd),
  }
}

type LineHead = { record: Omit<RecordedRecord, 'value'>; enc: ValueEncoding; n: number }

function headOf(text: string): LineHead | string {
  const found = HEAD.exec(text)
  if (!found)
    return 'got other fields, expected ts, tt, topic, partition, offset, key, headers, enc, n'
  const [, ts, topic, partition, offset, key, headers, enc, n] = found
  try {
    return {
      record: {
        timestamp: Number(ts),
        topic: JSON.parse(topic) as string,
        partition: Number(partition),
        offset: BigInt(offset),
        key: bytesOf(JSON.parse(key)),
        headers: headersOf(JSON.parse(headers)),
      },
      enc: enc as ValueEncoding,
      n: Number(n),
    }
  } catch (error) {
    return (error as Error).message
  }
}

function headersOf(value: unknown): [string, Buffer | null][] | undefined {
  const pairs = (value as unknown[]).map((pair): [string, Buffer | null] => {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string') {
      throw new Error('got other headers, expected pairs of a name and a value')
    }
    return [pair[0], bytesOf(pair[1])]
  })
  return pairs.length > 0 ? pairs : undefined
}

function bytesOf(value: unknown): Buffer | null {
  if (value === null) return null
  if (typeof value === 'string') return Buffer.from(value)
  const { b64 } = value as { b64?: unknown }
  if (typeof b64 !== 'string') throw new Error('got something else, expected a text or {"b64"}')
  return base64Bytes(b64)
}

/** Readers differ in what they make of base64 that is none: only what a writer writes is read. */
function base64Bytes(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new Error('got other text, expected base64')
  return bytes
}

function decodeValue(enc: ValueEncoding, value: Buffer): Buffer | null | string {
  if (enc === 'json') return value
  if (enc === 'null') return value.equals(NULL) ? null : 'got a value, expected null as "enc" says'
  try {
    const text: unknown = JSON.parse(value.toString('utf8'))
    if (typeof text === 'string') return enc === 'b64' ? base64Bytes(text) : Buffer.from(text)
  } catch {}
  return `got no text, expected one as "enc":"${enc}" says`
}
