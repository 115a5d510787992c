// What one worker counts while it sends: delays and latencies from the intended time, in two phases, taken once a second.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { LatencyHistogram } from '../measure/latency-histogram.ts'
import type { Phases, WorkerStats } from './messages.ts'

const NS_PER_MS = 1e6
const LOOP_RESOLUTION_MS = 5

class PhasedHistogram {
  readonly #warmUp = new LatencyHistogram()
  readonly #measured = new LatencyHistogram()

  record(ms: number, isMeasured: boolean): void {
    if (isMeasured) this.#measured.record(ms)
    else this.#warmUp.record(ms)
  }

  drain(): Phases {
    return { warmUp: this.#warmUp.drain(), measured: this.#measured.drain() }
  }
}

/** An event's meant time is the plan's, never that of the send: a stalled sender's events wait, and that shows. */
export class SendingStats {
  readonly #send = new PhasedHistogram()
  readonly #ack = new PhasedHistogram()
  readonly #loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  #counts = noCounts()
  #cpu = process.cpuUsage()

  constructor() {
    this.#loop.enable()
  }

  /** An event was handed to the client. */
  sent(meant: number, at: number, bytes: number, isMeasured: boolean): void {
    this.#send.record(at - meant, isMeasured)
    this.#counts.sent++
    if (!isMeasured) return
    this.#counts.measured.sent++
    this.#counts.measured.bytes += bytes
  }

  /** Records of any kind left with it. */
  left(records: number, bytes: number): void {
    this.#counts.records += records
    this.#counts.bytes += bytes
  }

  acked(meant: number, at: number, isMeasured: boolean): void {
    this.#ack.record(at - meant, isMeasured)
    this.#counts.acked++
    if (isMeasured) this.#counts.measured.acked++
  }

  failed(events: number, measured: number): void {
    this.#counts.failed += events
    this.#counts.measured.failed += measured
  }

  take(at: number): WorkerStats {
    const { user, system } = process.cpuUsage(this.#cpu)
    this.#cpu = process.cpuUsage()
    // The monitor counts the pause between two looks as well.
    const loopP99Ms = Math.max(0, this.#loop.percentile(99) / NS_PER_MS - LOOP_RESOLUTION_MS)
    this.#loop.reset()
    const counts = this.#counts
    this.#counts = noCounts()
    return {
      at,
      ...counts,
      send: this.#send.drain(),
      ack: this.#ack.drain(),
      cpuMs: (user + system) / 1000,
      rssBytes: process.memoryUsage.rss(),
      loopP99Ms,
    }
  }

  close(): void {
    this.#loop.disable()
  }
}

const noCounts = () => ({
  sent: 0,
  records: 0,
  bytes: 0,
  acked: 0,
  failed: 0,
  measured: { sent: 0, acked: 0, failed: 0, bytes: 0 },
})
