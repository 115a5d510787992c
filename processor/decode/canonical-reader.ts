// Events as our producers write them (design.md §4), read from their bytes without making JSON of them: the literal bytes are
// compared in their places, and what differs anywhere is left to the decoder, which accepts and words everything else.
import { HOUR_MS, MINUTE_MS } from '../../infra/time.ts'
import type { Expr } from '../../producers/contract/measures.ts'
import type { EventData } from '../program/compile.ts'
import type { DomainProgram } from '../program/program.ts'
import { type AssetIds, assetIdsOf } from './asset-ids.ts'
import type { Decoded } from './decoded.ts'
import { instantOf } from './instant.ts'
import { MISMATCH, matches, ObjectReader, type PlainSchema, textEnd } from './value-readers.ts'

const OPENING = Buffer.from('{"specversion":"1.0","id":"')
const TIME = Buffer.from('","time":"')
const SEQ = Buffer.from('","seq":')
const DISTRICT = Buffer.from(',"district":"')
const CAUSE = Buffer.from('","cause":"')
const DATA = Buffer.from('","data":')
const COLON = 0x3a
const ZERO = 0x30
const END_BRACE = 0x7d
/** A sequence number with more digits may not be a whole one any more. */
const MOST_DIGITS = 15
const TIME_BYTES = 24
/** `2025-06-18T`. */
const DATE_BYTES = 11

type EventReader = { type: Buffer; data: ObjectReader }

export class CanonicalReader {
  readonly #program: DomainProgram
  readonly #partition: number
  readonly #out: Decoded
  /** Between id and type. */
  readonly #source: Buffer
  /** By event index; null where the schema is not one that can be read here. */
  readonly #events: (EventReader | null)[]
  /** By scope number. */
  readonly #districts: Buffer[]
  #ids: AssetIds | null = null
  /** The date that was read last, and its first instant. */
  #date = Buffer.alloc(0)
  #day = 0

  constructor(program: DomainProgram, partition: number, out: Decoded) {
    this.#program = program
    this.#partition = partition
    this.#out = out
    const { run, domain } = program
    this.#source = Buffer.from(`","source":"/huacheng/${run}/${domain}","type":"`)
    this.#events = eventReaders(program)
    this.#districts = program.scopes.map((code) => Buffer.from(code))
  }

  /** True when it is an event of this topic-partition: `out` then holds it. False says nothing. */
  read(bytes: Buffer, key: Buffer): boolean {
    const idEnd = OPENING.length + key.length
    if (!matches(bytes, 0, OPENING) || !matches(bytes, OPENING.length, key)) return false
    if (bytes[idEnd] !== COLON) return false
    const seqFrom = idEnd + 1
    const seqTo = digitsEnd(bytes, seqFrom)
    if (seqTo === MISMATCH || !matches(bytes, seqTo, this.#source)) return false
    const typeAt = seqTo + this.#source.length
    const event = this.#eventAt(bytes, typeAt)
    if (event === MISMATCH) return false
    const { type, data } = this.#events[event]!
    const subjectAt = typeAt + type.length
    if (!matches(bytes, subjectAt, key)) return false
    const timeAt = subjectAt + key.length + TIME.length
    if (!matches(bytes, timeAt - TIME.length, TIME)) return false
    const time = this.#timeAt(bytes, timeAt)
    // NaN fails the comparison.
    if (!(time < this.#program.end)) return false
    const seqAt = timeAt + TIME_BYTES + SEQ.length
    if (!matches(bytes, seqAt - SEQ.length, SEQ)) return false
    const seqEnd = seqAt + seqTo - seqFrom
    for (let i = 0; i < seqTo - seqFrom; i++) {
      if (bytes[seqAt + i] !== bytes[seqFrom + i]) return false
    }
    const number = this.#numberOf(key)
    if (number === MISMATCH || !matches(bytes, seqEnd, DISTRICT)) return false
    const dataAt = this.#dataAt(bytes, seqEnd + DISTRICT.length, number)
    if (dataAt === MISMATCH) return false
    const end = data.read(bytes, dataAt)
    if (end === MISMATCH || bytes[end] !== END_BRACE || end + 1 !== bytes.length) return false
    this.#take(event, number, numberAt(bytes, seqFrom, seqTo), time, data.value)
    return true
  }

  #take(event: number, number: number, seq: number, time: number, data: EventData): void {
    const out = this.#out
    const { assets } = this.#program
    out.kind = 'event'
    out.event = event
    out.number = number
    out.local = assets.localOf[number - assets.from]
    out.seq = seq
    out.time = time
    out.data = data
  }

  #eventAt(bytes: Buffer, at: number): number {
    for (let i = 0; i < this.#events.length; i++) {
      const reader = this.#events[i]
      if (reader && matches(bytes, at, reader.type)) return i
    }
    return MISMATCH
  }

  /** The asset's catalogue number, when it is one of this topic-partition. */
  #numberOf(key: Buffer): number {
    const { assets } = this.#program
    this.#ids ??= assetIdsOf(this.#program)
    const index = this.#ids.find(key)
    return index < 0 || assets.partitionOf[index] !== this.#partition
      ? MISMATCH
      : assets.from + index
  }

  /** Where `data` begins, behind the asset's own district at `at` and a cause, if there is one. */
  #dataAt(bytes: Buffer, at: number, number: number): number {
    const district = this.#districts[this.#program.catalogue.district[number]]
    if (!matches(bytes, at, district)) return MISMATCH
    const behind = at + district.length
    if (matches(bytes, behind, DATA)) return behind + DATA.length
    if (!matches(bytes, behind, CAUSE)) return MISMATCH
    const end = textEnd(bytes, behind + CAUSE.length)
    return end !== MISMATCH && matches(bytes, end, DATA) ? end + DATA.length : MISMATCH
  }

  /** NaN for what is no instant. */
  #timeAt(bytes: Buffer, at: number): number {
    if (at + TIME_BYTES > bytes.length) return Number.NaN
    if (this.#date.length === 0 || !matches(bytes, at, this.#date)) {
      const whole = instantOf(bytes.toString('latin1', at, at + TIME_BYTES))
      if (Number.isNaN(whole)) return whole
      this.#date = Buffer.from(bytes.subarray(at, at + DATE_BYTES))
      this.#day = whole - timeOfDay(bytes, at + DATE_BYTES)
      return whole
    }
    return this.#day + timeOfDay(bytes, at + DATE_BYTES)
  }
}

/** ms of `08:30:00.000Z`; NaN when that is not what stands there. */
function timeOfDay(bytes: Buffer, at: number): number {
  const hour = twoDigits(bytes, at)
  const minute = twoDigits(bytes, at + 3)
  const second = twoDigits(bytes, at + 6)
  const milli = twoDigits(bytes, at + 9) * 10 + digit(bytes[at + 11])
  const isWritten =
    bytes[at + 2] === COLON &&
    bytes[at + 5] === COLON &&
    bytes[at + 8] === 0x2e &&
    bytes[at + 12] === 0x5a
  if (!(isWritten && hour < 24 && minute < 60 && second < 60 && milli >= 0)) return Number.NaN
  return hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + milli
}

function twoDigits(bytes: Buffer, at: number): number {
  return digit(bytes[at]) * 10 + digit(bytes[at + 1])
}

function digit(byte: number): number {
  const value = byte - ZERO
  return value >= 0 && value <= 9 ? value : Number.NaN
}

/** Behind a whole number ≥ 1 without zeros before it. */
function digitsEnd(bytes: Buffer, at: number): number {
  let i = at
  while (bytes[i] >= ZERO && bytes[i] <= ZERO + 9) i++
  return i === at || i - at > MOST_DIGITS || bytes[at] === ZERO ? MISMATCH : i
}

function numberAt(bytes: Buffer, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) value = value * 10 + (bytes[i] - ZERO)
  return value
}

const readers = new WeakMap<DomainProgram, (EventReader | null)[]>()

/** Made once for all topic-partitions of the domain: whoever reads takes what was read before anybody reads again. */
function eventReaders(program: DomainProgram): (EventReader | null)[] {
  const known = readers.get(program)
  if (known) return known
  const made = newEventReaders(program)
  readers.set(program, made)
  return made
}

/** Of each event, as far as its measures and the map want its data. */
function newEventReaders({ events, declaration }: DomainProgram): (EventReader | null)[] {
  const { layer, measures } = declaration
  return events.map(({ type, schema }, i) => {
    const { name } = declaration.events[i]
    const wanted: unknown[] = measures.filter((m) => m.on.includes(name))
    if (layer.on.includes(name)) wanted.push(layer.state, layer.value)
    // Its keywords alone: what a library adds for itself is not in it.
    const plain = JSON.parse(JSON.stringify(schema)) as PlainSchema
    if (plain.type !== 'object') return null
    const kept = [...new Set(wanted.flatMap(fieldsIn))]
    const data = ObjectReader.of(plain, kept)
    return data && { type: Buffer.from(`${type}","subject":"`), data }
  })
}

/** Names of the fields that expressions read, wherever they stand in it. */
function fieldsIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return []
  const { field } = part as { field?: Expr }
  if (typeof field === 'string') return [field]
  return Object.values(part).flatMap(fieldsIn)
}
