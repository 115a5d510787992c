// Value bytes → checked event, tick or run-started. Events as our producers write them are read from their bytes
// (canonical-reader.ts); what differs from that in one byte is read as JSON, here, which decides what is right.
import { isAscii, isUtf8 } from 'node:buffer'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { problemText } from '../../infra/problem.ts'
import { RUN_STARTED_TYPE, TICK_TYPE } from '../../producers/contract/records.ts'
import type { DomainProgram } from '../program/program.ts'
import { CanonicalReader } from './canonical-reader.ts'
import { Decoded } from './decoded.ts'
import { EventDecoder } from './event-decoder.ts'
import { MarkerDecoder } from './marker-decoder.ts'

/** An event may have this many bytes (design.md §7); ticks and markers are far smaller. */
const MAX_EVENT_BYTES = 256 * 1024

/** Decodes the records of one topic-partition. */
export class RecordDecoder {
  readonly #out = new Decoded()
  readonly #events: EventDecoder
  readonly #markers: MarkerDecoder
  readonly #canonical: CanonicalReader | null

  /** `isCanonicalRead` false: everything is read as JSON, which has to come to the same. */
  constructor(program: DomainProgram, partition: number, isCanonicalRead = true) {
    this.#events = new EventDecoder(program, partition, this.#out)
    this.#markers = new MarkerDecoder(program, partition, this.#out)
    this.#canonical = isCanonicalRead ? new CanonicalReader(program, partition, this.#out) : null
  }

  /** The returned object, its data too, is reused by the next call: read it before. `epoch` = that of the run. */
  decode({ value, key, damage }: LogRecord, epoch: number): Decoded {
    const out = this.#out
    if (damage !== undefined) return out.reject('encoding', damage)
    if (value === null) return out.reject('null', problemText('value', 'null', 'a JSON object'))
    if (value.length > MAX_EVENT_BYTES) {
      const got = `${value.length} bytes`
      return out.reject('too-large', problemText('value', got, `at most ${MAX_EVENT_BYTES}`))
    }
    if (key !== null && this.#canonical?.read(value, key)) return out
    const json = parse(value)
    if (json === undefined) {
      return out.reject('not-json', problemText('value', 'no JSON', 'a JSON object'))
    }
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      return out.wrong('/', json, 'an object')
    }
    const e = json as Record<string, unknown>
    if (e.type === TICK_TYPE) return this.#markers.tick(e, key, epoch)
    if (e.type === RUN_STARTED_TYPE) return this.#markers.runStarted(e, key, epoch)
    return this.#events.decode(e, key)
  }
}

/** `undefined` when the bytes are not UTF-8 JSON. */
function parse(value: Buffer): unknown {
  try {
    if (isAscii(value)) return JSON.parse(value.toString('latin1'))
    if (isUtf8(value)) return JSON.parse(value.toString('utf8'))
  } catch {
    // Not JSON: the caller turns that into a dead letter.
  }
  return undefined
}
