// A report with everything in it.
import type { LatencyQuantiles, LoadReport } from '../../../load/report/report-schema.ts'

const quantiles = (ms: number): LatencyQuantiles => ({
  ...{ count: 1_000_000, meanMs: ms, p50Ms: ms, p90Ms: 2 * ms, p95Ms: 3 * ms, p99Ms: 6 * ms },
  ...{ p999Ms: 8 * ms, p9999Ms: 9 * ms, maxMs: 10 * ms },
})

const seconds = Array.from({ length: 60 }, (_, second) => ({
  ...{ second, warmUp: second < 10, meant: 20_000, sent: 20_000, acked: 19_990, failed: 0 },
  ...{ bytes: 6e6, sendP99Ms: 2, ackP50Ms: 10, ackP99Ms: second === 7 ? null : 60, e2eP99Ms: 90 },
  ...{ lag: second % 5, cpuPercent: 120, rssBytes: 4e8, loopP99Ms: 1 },
}))

export const exampleReport = (more: Partial<LoadReport> = {}): LoadReport => ({
  version: 1,
  verdict: 'fail',
  reasons: ['threshold crossed: ack p99<50ms'],
  command: 'huacheng load --rate 20k',
  began: '2026-11-27T10:00:00.000Z',
  ended: '2026-11-27T10:01:01.500Z',
  load: {
    ...{ text: '20k/s', aligned: false, segments: [{ ms: 60_000, from: 20_000, to: 20_000 }] },
    ...{ durationMs: 60_000, warmUpMs: 10_000, events: 1_200_000, simSpeed: 68 },
    ...{ mostSendDelayMs: 10, changed: [] },
  },
  city: {
    ...{ scenario: 'a/default', seed: 1, digest: 'd', run: 'r-000000000000', scale: 1 },
    ...{ partitions: 12, topics: 9 },
  },
  machine: {
    ...{ huacheng: '0.1.0', commit: null, node: '24.0.0', cpu: 'a CPU', cores: 2 },
    ...{ memoryBytes: 8e9, kernel: '6', clock: 'one' },
  },
  brokers: {
    ...{ where: '127.0.0.1:9092', version: '4.0 or newer', acks: 'all', lingerMs: 10 },
    ...{ compression: 'none', workers: 2 },
  },
  rate: {
    ...{ offered: 20_000, achieved: 19_990, bytesPerSecond: 6e6, sent: 1e6, acked: 1e6 },
    ...{ errors: 0, sentInAll: 1.2e6, recordsInAll: 1.3e6 },
  },
  latency: { send: quantiles(0.4), ack: quantiles(10.2), e2e: quantiles(30) },
  lag: { group: 'my-app', max: 4000, end: 3, slope: -0.2, margin: 3 },
  sink: {
    ...{ topic: 'out', match: '$.id', followed: 10, sent: 100, seen: 99, lost: 1 },
    ...{ duplicates: 0, withoutId: 0 },
  },
  cost: { cpuMs: 72_000, usPerEvent: 60, perCore: 16_667, rssMaxBytes: 4e8 },
  thresholds: [
    { text: 'ack p99<50ms', actual: 61.2, unit: 'ms', ok: false },
    { text: 'errors<1', actual: 0, unit: 'events', ok: true },
  ],
  search: {
    slos: ['p99<500ms'],
    steps: [
      { phase: 'up', rate: 10_000, verdict: 'sustained', why: [] },
      { phase: 'up', rate: 20_000, verdict: 'not sustained', why: ['lag grows'] },
    ],
    rate: 10_000,
    isGeneratorsLimit: false,
  },
  seconds,
  ...more,
})
