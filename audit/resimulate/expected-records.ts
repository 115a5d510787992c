// The records that the same seeds give for one topic-partition, and where on the log each of them was found.
import { hash } from 'node:crypto'
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import { isoTime } from '../../infra/time.ts'
import type { AuditPlace } from '../place.ts'

export type JsonFields = Record<string, unknown>

/** A simulated record names itself at its beginning, half an event too. */
const ID = /^\{"specversion":"1\.0","id":"([^"]+)"/
const ID_BYTES = 200
const NO_KEY = Buffer.from([0])

/** Keeps them in memory; an expected record goes by its index in the order in which they come. */
export class ExpectedRecords {
  readonly #records: NewRecord[]
  readonly #byBytes = new Map<string, number[]>()
  readonly #byId = new Map<string, number[]>()
  /** Offset at which each was found, null = not found. */
  readonly #found: (bigint | null)[]

  constructor(records: NewRecord[]) {
    this.#records = records
    this.#found = records.map(() => null)
    records.forEach((record, i) => {
      push(this.#byBytes, fingerprint(record), i)
      push(this.#byId, ID.exec(record.value!.toString('latin1', 0, ID_BYTES))![1], i)
    })
  }

  /** All with these very bytes, as `fingerprint` gives them. */
  withBytes(name: string): number[] {
    return this.#byBytes.get(name) ?? []
  }

  withId(id: string): number[] {
    return this.#byId.get(id) ?? []
  }

  find(i: number, offset: bigint): void {
    this.#found[i] = offset
  }

  offsetOf(i: number): bigint | null {
    return this.#found[i]
  }

  keyOf(i: number): string | null {
    return this.#records[i].key?.toString() ?? null
  }

  fieldsOf(i: number): JsonFields {
    return fieldsIn(this.#records[i].value) ?? {}
  }

  /** All that were not found, up to this tick (ms); null = to the end. */
  missing(upToTick: number | null): number[] {
    const end = upToTick === null ? this.#records.length - 1 : this.#tickAt(upToTick)
    return [...this.#found.keys()].filter((i) => i <= end && this.#found[i] === null)
  }

  /** Offset of the last one before i that was found. */
  before(i: number): bigint | null {
    for (let j = i - 1; j >= 0; j--) if (this.#found[j] !== null) return this.#found[j]
    return null
  }

  /** Behind what it should stand. */
  whereOf(i: number): string {
    const offset = this.before(i)
    return offset === null ? 'nothing of the run' : `offset ${offset}`
  }

  about(i: number): Pick<AuditPlace, 'district' | 'time' | 'asset' | 'seq'> {
    return aboutFields(this.fieldsOf(i), this.keyOf(i))
  }

  #tickAt(time: number): number {
    const text = `"time":"${isoTime(time)}"`
    return this.#records.findLastIndex((e) => e.key === null && e.value!.includes(text))
  }
}

/** Equal for records of equal key and value. */
export function fingerprint({ key, value }: NewRecord): string {
  const bytes = Buffer.concat([key ?? NO_KEY, NO_KEY, value ?? NO_KEY])
  return hash('sha1', bytes, 'base64')
}

/** What a record says of itself: whose it is, when and where; `key` stands in for a subject that cannot be read. */
export function aboutFields(fields: JsonFields | null, key: string | null) {
  return {
    district: textOf(fields?.district),
    time: typeof fields?.time === 'string' ? Date.parse(fields.time) : null,
    asset: textOf(fields?.subject) ?? key,
    seq: typeof fields?.seq === 'number' ? fields.seq : null,
  }
}

export function fieldsIn(value: Buffer | null): JsonFields | null {
  try {
    const json: unknown = JSON.parse(value?.toString() ?? '')
    return typeof json === 'object' && !Array.isArray(json) ? (json as JsonFields | null) : null
  } catch {
    return null // A half event, say: it has no fields to compare.
  }
}

/** `subject:seq` of an event, the id of a tick or marker. */
export function idOf(fields: JsonFields | null): string {
  if (typeof fields?.subject === 'string') return `${fields.subject}:${String(fields.seq)}`
  return textOf(fields?.id) ?? ''
}

export function push(map: Map<string, number[]>, name: string, i: number): void {
  const list = map.get(name)
  if (list) list.push(i)
  else map.set(name, [i])
}

function textOf(x: unknown): string | null {
  return typeof x === 'string' ? x : null
}
