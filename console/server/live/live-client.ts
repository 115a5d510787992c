// One page's flow control: at most two unacknowledged binary messages, after that the latest value only.
import type { Clock } from '../../../infra/clock.ts'
import type { ConsoleMetrics } from '../metrics.ts'
import type { EventTrace } from '../state/listener.ts'
import type { ClientSocket } from './client-socket.ts'
import { DirtySet } from './dirty-set.ts'
import type { EncodedState, LiveEncoder } from './live-encoder.ts'
import type { SharedText } from './packing.ts'

/** One frame on the way, one being drawn: a third would only age in a buffer. */
const MAX_IN_FLIGHT = 2
const MAX_HZ = 10
const MIN_HZ = 0.1
/** A delta costs 7 bytes per asset, a snapshot 3: from here on the snapshot is the smaller message. */
const SNAPSHOT_SHARE = 3 / 7
/** Timers fire a little early or late; without slack every second frame of a 10 Hz client would wait. */
const DUE_SLACK = 0.8
/** Readings may wait when this much is unsent; they are latest-value-only too. */
const QUIET_BYTES = 256 * 1024
const NEVER = Number.NEGATIVE_INFINITY
const NO_READINGS = -1

export type LiveClientContext = {
  socket: ClientSocket
  clock: Clock
  encoder: Pick<LiveEncoder, 'snapshot' | 'delta' | 'outline'>
  metrics: ConsoleMetrics
  /** It asked for few bytes: long messages packed, and an outline before it subscribes to frames. */
  isPacked: boolean
}

export class LiveClient {
  readonly socket: ClientSocket
  readonly isPacked: boolean
  readonly #clock: Clock
  readonly #encoder: LiveClientContext['encoder']
  readonly #metrics: ConsoleMetrics
  #unacked: number[] = []
  /** Made when something has to wait for the first time. */
  #waiting: DirtySet | null = null
  #size = 0
  #snapshotDue = false
  #maxHz = MAX_HZ
  #wantsFrames: boolean
  #sentAt = NEVER
  #cancelWake: (() => void) | null = null
  /** Newest readings version that this client has. */
  #readingsVersion = NO_READINGS
  #aggregateAt = NEVER

  constructor({ socket, clock, encoder, metrics, isPacked }: LiveClientContext) {
    this.socket = socket
    this.isPacked = isPacked
    this.#wantsFrames = !isPacked
    this.#clock = clock
    this.#encoder = encoder
    this.#metrics = metrics
  }

  view(): { inFlight: number; waiting: number; bufferedBytes: number } {
    return {
      inFlight: this.#unacked.length,
      waiting: this.#waiting?.size ?? 0,
      bufferedBytes: this.socket.bufferedBytes,
    }
  }

  /** A new picture of `size` assets: whatever was in flight belongs to the old one. */
  reset(size: number): void {
    this.#unacked = []
    this.#waiting = null
    this.#size = size
    this.#snapshotDue = true
    this.#sentAt = NEVER
    this.#readingsVersion = NO_READINGS
    this.#aggregateAt = NEVER
    if (this.isPacked && !this.#wantsFrames) this.socket.send('outline', this.#encoder.outline())
    this.#pump()
  }

  /** Forwards the shared delta, or remembers which assets changed. */
  onDelta(numbers: Uint32Array, oldest: EventTrace | null, shared: () => EncodedState): void {
    const isUpToDate = !this.#snapshotDue && (this.#waiting?.size ?? 0) === 0
    if (isUpToDate && this.#mayStart() && this.#isDue()) {
      this.#send('delta', shared())
      return
    }
    if (!this.#snapshotDue) {
      this.#waiting ??= new DirtySet(this.#size)
      this.#waiting.mark(numbers, oldest)
      this.#metrics.conflated.inc(numbers.length)
    }
    this.#pump()
  }

  onAck(seq: number): void {
    this.#unacked = this.#unacked.filter((s) => s > seq)
    this.#pump()
  }

  onSubscribe(hz: number, wantsFrames: boolean): void {
    this.#maxHz = Math.min(MAX_HZ, Math.max(MIN_HZ, hz))
    this.#wantsFrames = wantsFrames
    this.stop()
    this.#pump()
  }

  /** At most every so many ms, and no more often than it draws. */
  wantsAggregate(now: number, everyMs: number): boolean {
    const period = Math.max(everyMs, this.#periodMs())
    return (
      this.socket.isOpen &&
      now - this.#aggregateAt >= DUE_SLACK * period &&
      this.socket.bufferedBytes < QUIET_BYTES
    )
  }

  /** Sends what is newer than what this client has, up to `version`. */
  sendAggregate(now: number, version: number, since: (version: number) => SharedText): void {
    this.socket.send('agg', since(this.#readingsVersion).for(this.isPacked))
    this.#readingsVersion = version
    this.#aggregateAt = now
  }

  stop(): void {
    this.#cancelWake?.()
    this.#cancelWake = null
  }

  /** Sends what waits, if it may go now. */
  #pump(): void {
    if (!this.#mayStart()) return
    const waiting = this.#waiting?.size ?? 0
    if (!this.#snapshotDue && waiting === 0) return
    if (!this.#snapshotDue && !this.#isDue()) this.#wakeWhenDue()
    else if (this.#snapshotDue || waiting > SNAPSHOT_SHARE * this.#size) {
      this.#snapshotDue = false
      this.#waiting?.drain()
      this.#send('snapshot', this.#encoder.snapshot())
    } else {
      const { numbers, oldest } = this.#waiting!.drain()
      this.#send('delta', this.#encoder.delta(numbers, oldest))
    }
  }

  #send(kind: string, { seq, bytes }: EncodedState): void {
    this.#unacked.push(seq)
    this.#sentAt = this.#clock.now()
    this.socket.send(kind, bytes)
  }

  #wakeWhenDue(): void {
    const wait = Math.max(1, this.#sentAt + this.#periodMs() - this.#clock.now())
    this.#cancelWake ??= this.#clock.schedule(wait, () => {
      this.#cancelWake = null
      this.#pump()
    })
  }

  #periodMs(): number {
    return 1000 / this.#maxHz
  }

  #isDue(): boolean {
    return this.#clock.now() - this.#sentAt >= DUE_SLACK * this.#periodMs()
  }

  #mayStart(): boolean {
    return this.socket.isOpen && this.#wantsFrames && this.#unacked.length < MAX_IN_FLIGHT
  }
}
