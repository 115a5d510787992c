// One topic-partition as its producer sees it: bytes, count, chain and the records waiting to be appended.
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import type { Injected } from '../contract/records.ts'
import { createChain } from './chain.ts'
import { SUBJECT_AT } from './encode.ts'
import type { Injection } from './faults.ts'

const BUFFER_BYTES = 128 * 1024
const WORST_BYTES_PER_UNIT = 3 // one UTF-16 unit is at most three bytes of UTF-8
const NEWLINE = 0x0a

export interface Lane {
  readonly domain: string
  readonly partition: number
  /** Events since run-started, census included, before faults. */
  readonly count: number
  /** Hex chain of the last tick; 64 zeros before the first. */
  readonly chain: string
  readonly injected: Injected
  /** Counts, hashes and queues one event, subject to a fault if one is due. */
  event(
    text: string,
    idLength: number,
    timestamp: number,
    time: number,
    fault: Injection | null,
  ): Buffer
  /** Queues what was held back until `time`. */
  release(time: number, timestamp: number): void
  /** Closes the chain's interval and queues the tick that `encode` writes. */
  tick(timestamp: number, encode: (chain: string) => string): void
  /** Queues a marker that is neither counted nor hashed. */
  marker(text: string, timestamp: number): void
  /** Takes the records queued so far, in order. */
  drain(): NewRecord[]
}

/** `ticks` false leaves ticks out for foreign pipelines; the chain is kept all the same. */
export function createLane(domain: string, partition: number, ticks = true): Lane {
  const chain = createChain()
  const injected: Injected = { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 }
  let held: { due: number; record: NewRecord }[] = []
  let buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  let at = 0
  let hashedTo = 0
  let count = 0
  let lastChain = '0'.repeat(64)
  let queue: NewRecord[] = []

  function hashPending(): void {
    if (at > hashedTo) chain.add(buffer.subarray(hashedTo, at))
    hashedTo = at
  }

  function room(units: number): void {
    const worst = units * WORST_BYTES_PER_UNIT + 1
    if (at + worst <= buffer.length) return
    hashPending()
    // Records keep views of the old buffer until they are appended.
    buffer = Buffer.allocUnsafe(Math.max(BUFFER_BYTES, worst))
    at = 0
    hashedTo = 0
  }

  function inject(record: NewRecord, time: number, fault: Injection): void {
    switch (fault.kind) {
      case 'drop':
        injected.drop++
        return
      case 'duplicate':
        injected.duplicate++
        queue.push(record, record)
        return
      case 'corrupt':
        injected.corrupt++
        queue.push({ ...record, value: record.value!.subarray(0, record.value!.length >> 1) })
        return
      default:
        // late and gateway-outage: counted now, written when due.
        injected.late++
        injected.held++
        held.push({ due: Math.max(fault.until, time), record })
    }
  }

  return {
    domain,
    partition,
    injected,
    get count() {
      return count
    },
    get chain() {
      return lastChain
    },
    event(text, idLength, timestamp, time, fault) {
      room(text.length)
      const from = at
      at += buffer.write(text, at, 'utf8')
      const value = buffer.subarray(from, at)
      buffer[at++] = NEWLINE
      count++
      const key = buffer.subarray(from + SUBJECT_AT, from + SUBJECT_AT + idLength)
      const record: NewRecord = { key, value, timestamp }
      if (fault === null) queue.push(record)
      else inject(record, time, fault)
      return value
    },
    release(time, timestamp) {
      if (held.length === 0) return
      const due = held.filter((h) => h.due <= time)
      if (due.length === 0) return
      held = held.filter((h) => h.due > time)
      due.sort((a, b) => a.due - b.due) // stable: equal dues keep the order in which they were held
      for (const { record } of due) queue.push({ ...record, timestamp })
      injected.held = held.length
    },
    tick(timestamp, encode) {
      hashPending()
      lastChain = chain.close()
      if (ticks) queue.push({ key: null, value: Buffer.from(encode(lastChain)), timestamp })
    },
    marker(text, timestamp) {
      queue.push({ key: null, value: Buffer.from(text), timestamp })
    },
    drain() {
      const taken = queue
      queue = []
      return taken
    },
  }
}
