// Events as our producers write them (design.md §4), read from their bytes without making JSON of them: the literal bytes are
// compared in their places, and what differs anywhere is left to the decoder, which accepts and words everything else.
import type { Expr } from '../../producers/contract/measures.ts'
import type { EventData } from '../program/compile.ts'
import type { DomainProgram } from '../program/program.ts'
import { type AssetIds, assetIdsOf } from './asset-ids.ts'
import { Literal, Memory } from './byte-text.ts'
import type { Decoded } from './decoded.ts'
import { instantOf } from './instant.ts'
import { MISMATCH, ObjectReader, type PlainSchema, textEnd } from './value-readers.ts'

const OPENING = new Literal('{"specversion":"1.0","id":"')
const TIME = new Literal('","time":"')
const SEQ = new Literal('","seq":')
const DISTRICT = new Literal(',"district":"')
const CAUSE = new Literal('","cause":"')
const DATA = new Literal('","data":')
const COLON = 0x3a
const ZERO = 0x30
const END_BRACE = 0x7d
/** A sequence number with more digits may not be a whole one any more. */
const MOST_DIGITS = 15
const TIME_BYTES = 24
/** `2025-06-18T08:30`. */
const MINUTE_BYTES = 16

type EventReader = { type: Literal; data: ObjectReader }

export class CanonicalReader {
  readonly #program: DomainProgram
  readonly #partition: number
  readonly #out: Decoded
  /** Between id and type. */
  readonly #source: Literal
  /** By event index; null where the schema is not one that can be read here. */
  readonly #events: (EventReader | null)[]
  /** By scope number. */
  readonly #districts: Literal[]
  readonly #memory = new Memory()
  #ids: AssetIds | null = null
  /** The minute that was read last, `2025-06-18T08:30`, and its first instant. */
  #minuteText = new Literal('')
  #minute = 0

  constructor(program: DomainProgram, partition: number, out: Decoded) {
    this.#program = program
    this.#partition = partition
    this.#out = out
    const { run, domain } = program
    this.#source = new Literal(`","source":"/huacheng/${run}/${domain}","type":"`)
    this.#events = eventReaders(program)
    this.#districts = program.scopes.map((code) => new Literal(code))
  }

  /**
   * True when it is an event of this topic-partition: `out` then holds it. False says nothing. Positions only grow, and the last
   * one has to be the record's end: so nothing that is behind it was taken for a part of it.
   */
  read(value: Uint8Array, key: Uint8Array): boolean {
    const memory = this.#memory
    const start = memory.enter(value)
    const { bytes } = memory
    const index = this.#indexOf(key)
    if (index === MISMATCH) return false
    const ids = this.#ids!
    const idAt = start + OPENING.length
    if (!OPENING.isAt(memory, start) || !ids.isAt(index, memory, idAt)) return false
    const idEnd = idAt + key.length
    if (bytes[idEnd] !== COLON) return false
    const seqFrom = idEnd + 1
    const seqTo = digitsEnd(bytes, seqFrom)
    if (seqTo === MISMATCH || !this.#source.isAt(memory, seqTo)) return false
    const typeAt = seqTo + this.#source.length
    const event = this.#eventAt(typeAt)
    if (event === MISMATCH) return false
    const { type, data } = this.#events[event]!
    const subjectAt = typeAt + type.length
    if (!ids.isAt(index, memory, subjectAt)) return false
    const timeAt = subjectAt + key.length + TIME.length
    if (!TIME.isAt(memory, timeAt - TIME.length)) return false
    const time = this.#timeAt(timeAt)
    // NaN fails the comparison.
    if (!(time < this.#program.end)) return false
    const seqAt = timeAt + TIME_BYTES + SEQ.length
    if (!SEQ.isAt(memory, seqAt - SEQ.length)) return false
    const seqEnd = seqAt + seqTo - seqFrom
    for (let i = 0; i < seqTo - seqFrom; i++) {
      if (bytes[seqAt + i] !== bytes[seqFrom + i]) return false
    }
    if (!DISTRICT.isAt(memory, seqEnd)) return false
    const number = this.#program.assets.from + index
    const dataAt = this.#dataAt(seqEnd + DISTRICT.length, number)
    if (dataAt === MISMATCH) return false
    const end = data.read(memory, dataAt)
    if (end === MISMATCH || bytes[end] !== END_BRACE) return false
    if (end + 1 !== start + value.length) return false
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

  #eventAt(at: number): number {
    for (let i = 0; i < this.#events.length; i++) {
      if (this.#events[i]?.type.isAt(this.#memory, at)) return i
    }
    return MISMATCH
  }

  /** Of an asset of this topic-partition, its number among the domain's. */
  #indexOf(key: Uint8Array): number {
    this.#ids ??= assetIdsOf(this.#program)
    const index = this.#ids.find(key)
    const { partitionOf } = this.#program.assets
    return index < 0 || partitionOf[index] !== this.#partition ? MISMATCH : index
  }

  /** Where `data` begins, behind the asset's own district at `at` and a cause, if there is one. */
  #dataAt(at: number, number: number): number {
    const memory = this.#memory
    const district = this.#districts[this.#program.catalogue.district[number]]
    if (!district.isAt(memory, at)) return MISMATCH
    const behind = at + district.length
    if (DATA.isAt(memory, behind)) return behind + DATA.length
    if (!CAUSE.isAt(memory, behind)) return MISMATCH
    const end = textEnd(memory, behind + CAUSE.length)
    return end !== MISMATCH && DATA.isAt(memory, end) ? end + DATA.length : MISMATCH
  }

  /** NaN for what is no instant. */
  #timeAt(at: number): number {
    const memory = this.#memory
    const { bytes } = memory
    if (at + TIME_BYTES > bytes.length) return Number.NaN
    if (this.#minuteText.length > 0 && this.#minuteText.isAt(memory, at)) {
      return this.#minute + timeOfMinute(bytes, at + MINUTE_BYTES)
    }
    const text = bytes.toString('latin1', at, at + TIME_BYTES)
    const time = instantOf(text)
    if (Number.isNaN(time)) return time
    this.#minuteText = new Literal(text.slice(0, MINUTE_BYTES))
    this.#minute = time - timeOfMinute(bytes, at + MINUTE_BYTES)
    return time
  }
}

/** ms of `:07.250Z`; NaN when that is not what stands there. */
function timeOfMinute(bytes: Uint8Array, at: number): number {
  const second = twoDigits(bytes, at + 1)
  const milli = twoDigits(bytes, at + 4) * 10 + digit(bytes[at + 6])
  const isWritten = bytes[at] === COLON && bytes[at + 3] === 0x2e && bytes[at + 7] === 0x5a
  if (!(isWritten && second < 60 && milli >= 0)) return Number.NaN
  return second * 1000 + milli
}

function twoDigits(bytes: Uint8Array, at: number): number {
  return digit(bytes[at]) * 10 + digit(bytes[at + 1])
}

function digit(byte: number): number {
  const value = byte - ZERO
  return value >= 0 && value <= 9 ? value : Number.NaN
}

/** Behind a whole number ≥ 1 without zeros before it. */
function digitsEnd(bytes: Uint8Array, at: number): number {
  let i = at
  while (bytes[i] >= ZERO && bytes[i] <= ZERO + 9) i++
  return i === at || i - at > MOST_DIGITS || bytes[at] === ZERO ? MISMATCH : i
}

function numberAt(bytes: Uint8Array, from: number, to: number): number {
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
    return data && { type: new Literal(`${type}","subject":"`), data }
  })
}

/** Names of the fields that expressions read, wherever they stand in it. */
function fieldsIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return []
  const { field } = part as { field?: Expr }
  if (typeof field === 'string') return [field]
  return Object.values(part).flatMap(fieldsIn)
}
