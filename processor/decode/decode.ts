// Value bytes → checked event, tick or run-started. The one place that reads JSON: a faster reader may replace it.
import { isAscii, isUtf8 } from 'node:buffer'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { problemText } from '../../infra/problem.ts'
import { RUN_STARTED_TYPE, TICK_TYPE } from '../../producers/contract/records.ts'
import type { DomainProgram } from '../program/program.ts'
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

  constructor(program: DomainProgram, partition: number) {
    this.#events = new EventDecoder(program, partition, this.#out)
    this.#markers = new MarkerDecoder(program, partition, this.#out)
  }

  /** The returned object is reused by the next call: read it before. `epoch` = that of the run. */
  decode({ value, key, damage }: LogRecord, epoch: number): Decoded {
    const out = this.#out
    if (damage !== undefined) return out.reject('encoding', damage)
    if (value === null) return out.reject('null', problemText('value', 'null', 'a JSON object'))
    if (value.length > MAX_EVENT_BYTES) {
      const got = `${value.length} bytes`
      return out.reject('too-large', problemText('value', got, `at most ${MAX_EVENT_BYTES}`))
    }
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
