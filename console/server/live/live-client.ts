// One socket's flow control: at most two unacknowledged binary messages, after that the latest value only.
import type { WebSocket } from 'ws'
import type { Clock } from '../../../infra/clock.ts'
import type { ConsoleMetrics } from '../metrics.ts'
import type { EventTrace } from '../state/listener.ts'
import { createDirtySet, type DirtySet } from './dirty-set.ts'
import { type LiveEncoder, olderOf } from './live-encoder.ts'

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

export type LiveClient = ReturnType<typeof createLiveClient>
export type LiveClientContext = {
  socket: WebSocket
  address: string
  clock: Clock
  encoder: LiveEncoder
  metrics: ConsoleMetrics
  maxBufferedBytes: number
}

export function createLiveClient(context: LiveClientContext) {
  const { socket, address, clock, encoder, metrics, maxBufferedBytes } = context
  let unacked: number[] = []
  let dirty: DirtySet | null = null
  let dirtySize = 0
  /** Oldest event behind what waits in `dirty`. */
  let dirtyTracer: EventTrace | null = null
  let snapshotDue = false
  let maxHz = MAX_HZ
  let frames = true
  let sentAt = Number.NEGATIVE_INFINITY
  let cancelWake: (() => void) | null = null

  const periodMs = () => 1000 / maxHz
  const isDue = () => clock.now() - sentAt >= DUE_SLACK * periodMs()
  const mayStart = () => frames && unacked.length < MAX_IN_FLIGHT
  const isOpen = () => socket.readyState === socket.OPEN

  function cut(reason: string): void {
    metrics.cut.inc({ reason })
    socket.terminate()
  }

  function send(kind: string, data: string | Uint8Array): void {
    if (!isOpen()) return
    metrics.sent.inc({ kind })
    metrics.sentBytes.inc({ kind }, Buffer.byteLength(data))
    socket.send(data)
    if (socket.bufferedAmount > maxBufferedBytes) cut('too-slow')
  }

  function sendState(kind: string, message: { seq: number; bytes: Uint8Array }): void {
    unacked.push(message.seq)
    sentAt = clock.now()
    send(kind, message.bytes)
  }

  function wakeWhenDue(): void {
    const wait = Math.max(1, sentAt + periodMs() - clock.now())
    cancelWake ??= clock.schedule(wait, () => {
      cancelWake = null
      pump()
    })
  }

  /** Sends what waits, if it may go now. */
  function pump(): void {
    if (!isOpen() || !mayStart()) return
    const waiting = dirty?.size() ?? 0
    if (!snapshotDue && waiting === 0) return
    if (!snapshotDue && !isDue()) wakeWhenDue()
    else if (snapshotDue || waiting > SNAPSHOT_SHARE * dirtySize) {
      snapshotDue = false
      dirty?.drain()
      sendState('snapshot', encoder.snapshot())
    } else sendState('delta', encoder.delta(dirty!.drain(), dirtyTracer))
    if (!dirty?.size()) dirtyTracer = null
  }

  return {
    socket,
    address,
    /** Pings without an answer. */
    missed: 0,
    /** Newest readings version this client has; -1 = none. */
    readingsVersion: -1,
    aggregateAt: Number.NEGATIVE_INFINITY,
    send,
    cut,
    inFlight: () => unacked.length,
    view: () => ({
      inFlight: unacked.length,
      waiting: dirty?.size() ?? 0,
      bufferedBytes: socket.bufferedAmount,
    }),
    wantsAggregate(now: number, everyMs: number): boolean {
      const period = Math.max(everyMs, periodMs())
      return (
        isOpen() &&
        now - this.aggregateAt >= DUE_SLACK * period &&
        socket.bufferedAmount < QUIET_BYTES
      )
    },
    /** A new picture of `size` assets: whatever was in flight belongs to the old one. */
    reset(size: number): void {
      unacked = []
      dirty = null
      dirtyTracer = null
      dirtySize = size
      snapshotDue = true
      sentAt = Number.NEGATIVE_INFINITY
      this.readingsVersion = -1
      this.aggregateAt = Number.NEGATIVE_INFINITY
      pump()
    },
    /** Forwards the shared delta, or remembers which assets changed. */
    onDelta(
      numbers: Uint32Array,
      tracer: EventTrace | null,
      shared: () => { seq: number; bytes: Uint8Array },
    ): void {
      const upToDate = !snapshotDue && (dirty === null || dirty.size() === 0)
      if (upToDate && isOpen() && mayStart() && isDue()) {
        sendState('delta', shared())
        return
      }
      if (!snapshotDue) {
        dirty ??= createDirtySet(dirtySize)
        dirty.mark(numbers)
        dirtyTracer = olderOf(dirtyTracer, tracer)
        metrics.conflated.inc(numbers.length)
      }
      pump()
    },
    onAck(seq: number): void {
      unacked = unacked.filter((s) => s > seq)
      pump()
    },
    onSubscribe(hz: number, wantsFrames: boolean): void {
      maxHz = Math.min(MAX_HZ, Math.max(MIN_HZ, hz))
      frames = wantsFrames
      cancelWake?.()
      cancelWake = null
      pump()
    },
    stop(): void {
      cancelWake?.()
      cancelWake = null
    },
  }
}
