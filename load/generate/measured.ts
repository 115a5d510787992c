// What all workers together have sent and what it took, added up while it goes on: totals, histograms, a row a second.
import { LatencyHistogram } from '../measure/latency-histogram.ts'
import type { WorkerStats } from './messages.ts'

/** One second of a load; latencies of what happened in it. */
export type SecondRow = {
  /** From 0, since the plan's start. */
  second: number
  /** Events that the plan means in it. */
  meant: number
  sent: number
  acked: number
  failed: number
  bytes: number
  sendP99Ms: number | null
  ackP50Ms: number | null
  ackP99Ms: number | null
  /** Of all workers, % of one core. */
  cpuPercent: number
  rssBytes: number
  loopP99Ms: number
}

export type SendTotals = {
  sent: number
  acked: number
  failed: number
  bytes: number
  records: number
}

type Second = SendTotals & {
  send: LatencyHistogram
  ack: LatencyHistogram
  cpuMs: number
  rss: Map<number, number>
  loopP99Ms: number
}

export class LoadMeasured {
  /** Of events that count. */
  readonly send = new LatencyHistogram()
  readonly ack = new LatencyHistogram()
  /** Of the whole plan, its warm-up too. */
  readonly all: SendTotals = { sent: 0, acked: 0, failed: 0, bytes: 0, records: 0 }
  readonly counted = { sent: 0, acked: 0, failed: 0, bytes: 0 }
  cpuMs = 0
  readonly #seconds = new Map<number, Second>()

  /** `sinceMs`: when they were taken, since the plan's start. */
  take(worker: number, stats: WorkerStats, sinceMs: number): void {
    this.send.add(stats.send.measured)
    this.ack.add(stats.ack.measured)
    for (const name of ['sent', 'acked', 'failed', 'bytes', 'records'] as const) {
      this.all[name] += stats[name]
    }
    for (const name of ['sent', 'acked', 'failed', 'bytes'] as const) {
      this.counted[name] += stats.measured[name]
    }
    this.cpuMs += stats.cpuMs
    // They tell of the time before they were taken.
    this.#add(Math.max(0, Math.ceil(sinceMs / 1000) - 1), worker, stats)
  }

  #add(index: number, worker: number, stats: WorkerStats): void {
    const second = this.#seconds.get(index) ?? newSecond()
    this.#seconds.set(index, second)
    for (const phase of ['warmUp', 'measured'] as const) {
      second.send.add(stats.send[phase])
      second.ack.add(stats.ack[phase])
    }
    for (const name of ['sent', 'acked', 'failed', 'bytes', 'records'] as const) {
      second[name] += stats[name]
    }
    second.cpuMs += stats.cpuMs
    second.rss.set(worker, stats.rssBytes)
    second.loopP99Ms = Math.max(second.loopP99Ms, stats.loopP99Ms)
  }

  /** `meantIn`: events that the plan means in a second. */
  rows(meantIn: (second: number) => number): SecondRow[] {
    return [...this.#seconds]
      .sort(([a], [b]) => a - b)
      .map(([second, of]) => ({
        second,
        meant: Math.round(meantIn(second)),
        sent: of.sent,
        acked: of.acked,
        failed: of.failed,
        bytes: of.bytes,
        sendP99Ms: of.send.quantile(0.99),
        ackP50Ms: of.ack.quantile(0.5),
        ackP99Ms: of.ack.quantile(0.99),
        cpuPercent: of.cpuMs / 10,
        rssBytes: [...of.rss.values()].reduce((sum, bytes) => sum + bytes, 0),
        loopP99Ms: of.loopP99Ms,
      }))
  }
}

const newSecond = (): Second => ({
  sent: 0,
  acked: 0,
  failed: 0,
  bytes: 0,
  records: 0,
  send: new LatencyHistogram(),
  ack: new LatencyHistogram(),
  cpuMs: 0,
  rss: new Map(),
  loopP99Ms: 0,
})
