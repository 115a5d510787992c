// One topic-partition as its producer sees it: bytes, count, chain and the records waiting to be appended.
import type { NewRecord } from '../../../infra/event-log/event-log.ts'
import type { StateWalk } from '../../../infra/state/state-walk.ts'
import type { Injected } from '../../contract/records.ts'
import type { Gateways, Injection } from '../faults.ts'
import { InjectedFaults } from './injected-faults.ts'
import { LineBuffer, subjectOf } from './line-buffer.ts'

export class EventLane {
  readonly domain: string
  readonly partition: number
  readonly #writesTicks: boolean
  readonly #lines = new LineBuffer()
  readonly #faults: InjectedFaults
  #count = 0
  #chain = '0'.repeat(64)
  #queue: NewRecord[] = []

  /** `ticks` false leaves ticks out for foreign pipelines; the chain is kept all the same. */
  constructor(domain: string, partition: number, ticks = true, gateways?: Gateways) {
    this.domain = domain
    this.partition = partition
    this.#writesTicks = ticks
    this.#faults = new InjectedFaults(gateways)
  }

  /** Events since run-started, census included, before faults. */
  get count(): number {
    return this.#count
  }

  /** Hex chain of the last tick; 64 zeros before the first. */
  get chain(): string {
    return this.#chain
  }

  get injected(): Injected {
    return this.#faults.counts
  }

  /** Counts, hashes and queues one event, subject to a fault if one is due; returns its bytes, a view. */
  event(
    text: string,
    idLength: number,
    timestamp: number,
    time: number,
    fault: Injection | null,
  ): Buffer {
    return this.#queued(this.#lines.write(text), idLength, timestamp, time, fault)
  }

  /** Makes room for an event of so many bytes at most; it is to be written into `bytes` from here on. */
  room(most: number): number {
    return this.#lines.room(most)
  }

  get bytes(): Buffer {
    return this.#lines.bytes
  }

  /** The same for an event whose bytes stand in `bytes` now, from where there was room up to `end`. */
  written(
    end: number,
    idLength: number,
    timestamp: number,
    time: number,
    fault: Injection | null,
  ): Buffer {
    return this.#queued(this.#lines.written(end), idLength, timestamp, time, fault)
  }

  #queued(
    value: Buffer,
    idLength: number,
    timestamp: number,
    time: number,
    fault: Injection | null,
  ): Buffer {
    this.#count++
    const record: NewRecord = { key: subjectOf(value, idLength), value, timestamp }
    if (fault === null) this.#queue.push(record)
    else this.#queue.push(...this.#faults.apply(fault, record, time))
    return value
  }

  /** Queues what was held back until `time`. */
  release(time: number, timestamp: number): void {
    for (const record of this.#faults.release(time)) this.#queue.push({ ...record, timestamp })
  }

  /** Closes the chain's interval and queues the tick that `encode` writes. */
  tick(timestamp: number, encode: (chain: string) => string): void {
    this.#chain = this.#lines.closeChain()
    if (this.#writesTicks) this.marker(encode(this.#chain), timestamp)
  }

  /** Queues a marker that is neither counted nor hashed. */
  marker(text: string, timestamp: number): void {
    this.#queue.push({ key: null, value: Buffer.from(text), timestamp })
  }

  /** Records that nobody has taken yet are part of it. */
  state(walk: StateWalk): void {
    walk.part(this.#lines)
    walk.part(this.#faults)
    this.#count = walk.number(this.#count)
    this.#chain = walk.text(this.#chain)
    this.#queue = walk.plain(this.#queue)
  }

  /** Takes the records queued so far, in order. */
  drain(): NewRecord[] {
    const taken = this.#queue
    this.#queue = []
    return taken
  }
}
