// What a segment's index says of each member: where it is and what times lie in it, so that a reader goes straight to one.
import { crc32 } from 'node:zlib'

/** Times in ms; `minTs`, `maxTs` of the records' timestamps, `minTime`, `maxTime` of the events' own, null where none has one. */
export type MemberEntry = {
  /** Where it begins in the segment. */
  at: number
  bytes: number
  events: number
  minTs: number
  maxTs: number
  minTime: number | null
  maxTime: number | null
}

/** Adds up what an entry says while the records of a member come by. */
export class MemberTimes {
  events = 0
  #minTs = Number.POSITIVE_INFINITY
  #maxTs = Number.NEGATIVE_INFINITY
  #minTime = Number.POSITIVE_INFINITY
  #maxTime = Number.NEGATIVE_INFINITY

  add(timestamp: number, time: number | null): void {
    this.events++
    if (timestamp < this.#minTs) this.#minTs = timestamp
    if (timestamp > this.#maxTs) this.#maxTs = timestamp
    if (time === null) return
    if (time < this.#minTime) this.#minTime = time
    if (time > this.#maxTime) this.#maxTime = time
  }

  /** Of a member of at least one record. */
  entry(at: number, bytes: number): MemberEntry {
    const hasTime = this.#minTime <= this.#maxTime
    return {
      ...{ at, bytes, events: this.events, minTs: this.#minTs, maxTs: this.#maxTs },
      minTime: hasTime ? this.#minTime : null,
      maxTime: hasTime ? this.#maxTime : null,
    }
  }
}

/** The end of a CloudEvents `time` in UTC stands so far from its beginning, and its beginning among an event's first fields. */
const TIME_FIELD = Buffer.from('"time":"')
const TIME_CHARS = 24
const SEARCHED_BYTES = 1_024

/** When a value says that it happened (ms), if it has a CloudEvents `time` in UTC with milliseconds near its beginning. */
export function eventTimeOf(value: Buffer | null): number | null {
  if (value === null) return null
  const found = value.subarray(0, SEARCHED_BYTES).indexOf(TIME_FIELD)
  if (found < 0) return null
  const from = found + TIME_FIELD.length
  const text = value.toString('latin1', from, from + TIME_CHARS)
  if (text.length < TIME_CHARS || text[TIME_CHARS - 1] !== 'Z') return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : time
}

/** Behind the entry, its CRC-32 in hex: an entry that was damaged is none. */
const ENTRY = /^(\{"at":.*),"crc":"([0-9a-f]{8})"\}$/
/** Seven numbers and a checksum. */
const MAX_ENTRY_CHARS = 512
const crcOf = (text: string): string => crc32(text).toString(16).padStart(8, '0')

export function entryLine(entry: MemberEntry): Buffer {
  const text = JSON.stringify(entry).slice(0, -1)
  return Buffer.from(`${text},"crc":"${crcOf(text)}"}\n`)
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)
const isMoment = (value: unknown) => value === null || isWhole(value)

function isEntry(entry: MemberEntry): boolean {
  const { at, bytes, events, minTs, maxTs, minTime, maxTime } = entry
  return (
    [at, bytes, events, minTs, maxTs].every(isWhole) &&
    [minTime, maxTime].every(isMoment) &&
    [bytes > 0, events > 0, minTs <= maxTs, (minTime === null) === (maxTime === null)].every(
      Boolean,
    )
  )
}

/**
 * Of an index the entries as far as each is whole, begins where the one before ended and ends within the segment of `size`
 * bytes; what follows has to be looked up anew. Takes pieces of the index until it answers false.
 */
export class EntryReader {
  readonly entries: MemberEntry[] = []
  readonly #size: number
  #end = 0
  #rest = ''

  constructor(size: number) {
    this.#size = size
  }

  take(piece: string): boolean {
    const lines = (this.#rest + piece).split('\n')
    this.#rest = lines.pop()!
    return lines.every((line) => this.#takeLine(line)) && this.#rest.length <= MAX_ENTRY_CHARS
  }

  #takeLine(line: string): boolean {
    const [, fields, crc] = line.length <= MAX_ENTRY_CHARS ? (ENTRY.exec(line) ?? []) : []
    if (fields === undefined || crcOf(fields) !== crc) return false
    const entry = entryOf(`${fields}}`)
    if (!entry || entry.at !== this.#end || entry.at + entry.bytes > this.#size) return false
    this.entries.push(entry)
    this.#end += entry.bytes
    return true
  }
}

/** Null where it is none: anybody can compute a checksum. */
function entryOf(text: string): MemberEntry | null {
  try {
    const entry = JSON.parse(text) as MemberEntry
    return isEntry(entry) ? entry : null
  } catch {
    return null
  }
}

/** What entries come to; null where there is nothing. */
export function summaryOf(entries: MemberEntry[]) {
  const least = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null)
    return known.length > 0 ? known.reduce((a, b) => Math.min(a, b)) : null
  }
  const most = (values: (number | null)[]) => {
    const negated = least(values.map((value) => (value === null ? null : -value)))
    return negated === null ? null : -negated
  }
  return {
    events: entries.reduce((sum, { events }) => sum + events, 0),
    minTs: least(entries.map(({ minTs }) => minTs)),
    maxTs: most(entries.map(({ maxTs }) => maxTs)),
    minTime: least(entries.map(({ minTime }) => minTime)),
    maxTime: most(entries.map(({ maxTime }) => maxTime)),
  }
}
