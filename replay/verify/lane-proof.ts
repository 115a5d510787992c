// The chain of one topic-partition, computed again from its records: from tick to tick, so that any slice between two ticks
// can be proved, and what is not is named by its times.
import { createHash, type Hash } from 'node:crypto'
import {
  NO_INJECTED,
  RUN_STARTED_TYPE,
  TICK_TYPE,
  type Tick,
} from '../../producers/contract/records.ts'
import { isDisturbed, writtenBy } from '../../producers/contract/tick-counts.ts'
import type { RecordedRecord } from '../recording/line.ts'
import { eventTimeOf } from '../recording/member-index.ts'
import { markerOf } from './marker.ts'

const NO_CHAIN = Buffer.alloc(32)

type TickData = Tick['data']

/** Sim times in ms; `from` = -Infinity for the run's very beginning. */
export type Interval = { epoch: number; from: number; to: number }

/** Why an interval is not proved: other bytes, or another number of events where faults were injected. */
export type Broken = Interval & { why: string }

/** What its events came to, whatever its tick says. */
export type Hashed = Interval & { chain: string; events: number }

export class LaneProof {
  readonly proved: Interval[] = []
  readonly broken: Broken[] = []
  /** Intervals in which a fault that was injected dropped, cut, held or delayed events: there their number is held against the tick. */
  disturbed = 0
  events = 0
  repeated = 0
  /** Beginnings of runs, and ticks: none where the topic is not a city's. */
  markers = 0
  #epoch = -1
  /** The chain at the last tick; null before any. */
  #chain: Buffer | null = null
  #hash: Hash = createHash('sha256')
  #from = Number.NEGATIVE_INFINITY
  #last: Pick<TickData, 'count' | 'injected'> | null = null
  /** Since the last tick. */
  #came = 0
  #newest: Buffer | null = null
  #first: number | null = null
  /** From the first event to the first tick, where that was not the run's beginning (ms). */
  #before = 0
  /** By asset, from which number up to which all of its events have come, and which besides. */
  #seen = new Map<string, { from: number; upTo: number; besides: Set<number> }>()
  readonly #onInterval: (interval: Hashed) => void

  /** `onInterval` hears of every interval between two ticks, once its last event is there. */
  constructor(onInterval: (interval: Hashed) => void = () => {}) {
    this.#onInterval = onInterval
  }

  /** Records in the order of their offsets. */
  add({ key, value }: RecordedRecord): void {
    if (value === null) return
    if (key !== null) this.#event(key.toString('latin1'), value)
    else this.#marker(value)
  }

  /** Sim ms before the first tick and behind the last one, of which nothing can be proved. */
  get edges(): { before: number; behind: number } {
    const last = this.#came > 0 ? eventTimeOf(this.#newest) : null
    const behind = last === null || this.#from === Number.NEGATIVE_INFINITY ? 0 : last - this.#from
    return { before: this.#before, behind: Math.max(0, behind) }
  }

  #event(subject: string, value: Buffer): void {
    if (this.#isRepeated(subject, value)) {
      this.repeated++
      return
    }
    this.events++
    this.#came++
    this.#newest = value
    if (this.#chain === null) this.#first ??= eventTimeOf(value)
    this.#hash.update(value).update('\n')
  }

  /** A retried append leaves an event twice; the chain has it once. */
  #isRepeated(subject: string, value: Buffer): boolean {
    const seq = Number(/"seq":(\d+)/.exec(value.toString('latin1', 0, 512))?.[1] ?? Number.NaN)
    if (Number.isNaN(seq)) return false
    const known = this.#seen.get(subject)
    if (!known) {
      // What came before the recording began is nobody's concern; one that is late may still come.
      this.#seen.set(subject, { from: seq, upTo: seq, besides: new Set() })
      return false
    }
    const { from, upTo, besides } = known
    if ((seq >= from && seq <= upTo) || besides.has(seq)) return true
    besides.add(seq)
    while (besides.delete(known.upTo + 1)) known.upTo++
    return false
  }

  #marker(value: Buffer): void {
    const marker = markerOf(value)
    if (marker) this.markers++
    if (marker?.type === RUN_STARTED_TYPE) this.#start(marker.data.epoch)
    else if (marker?.type === TICK_TYPE) this.#tick(Date.parse(marker.time), marker.data)
  }

  #start(epoch: number): void {
    // Every process that takes part in a run says so; only the first one begins it.
    if (epoch <= this.#epoch) return
    this.#epoch = epoch
    this.#seen.clear()
    this.#from = Number.NEGATIVE_INFINITY
    this.#last = null
    this.#begin(NO_CHAIN)
  }

  #tick(time: number, data: TickData): void {
    if (data.epoch < this.#epoch || (data.epoch === this.#epoch && time <= this.#from)) return
    if (data.epoch > this.#epoch) {
      // The recording began in the middle of it: what comes next can be proved.
      this.#epoch = data.epoch
      this.#seen.clear()
    } else if (this.#chain !== null) this.#judge(time, data)
    if (this.#first !== null) this.#before = Math.max(0, time - this.#first)
    this.#first = null
    this.#from = time
    this.#last = data
    this.#begin(Buffer.from(data.chain, 'hex'))
  }

  #judge(to: number, tick: TickData): void {
    const interval = { epoch: this.#epoch, from: this.#from, to }
    const before = this.#last ?? { count: 0, injected: NO_INJECTED }
    const chain = this.#hash.digest('hex')
    this.#onInterval({ ...interval, chain, events: this.#came })
    if (isDisturbed(before.injected, tick.injected)) {
      this.disturbed++
      const expected = writtenBy(tick) - writtenBy(before)
      if (this.#came === expected) this.proved.push(interval)
      else this.broken.push({ ...interval, why: `got ${this.#came} events, expected ${expected}` })
      return
    }
    if (chain === tick.chain) this.proved.push(interval)
    else {
      const got = `got ${this.#came} events with chain ${chain}`
      this.broken.push({ ...interval, why: `${got}, expected chain ${tick.chain}` })
    }
  }

  #begin(chain: Buffer): void {
    this.#chain = chain
    this.#hash = createHash('sha256').update(chain)
    this.#came = 0
  }
}
