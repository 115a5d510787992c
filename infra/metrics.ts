// The pipeline's metrics: one factory per process, handed to whoever counts; `/metrics` prints its registry.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { type Clock, realClock } from './clock.ts'
import type { EventLog } from './event-log/event-log.ts'
import { recordBytes } from './event-log/record-bytes.ts'
import type { Backlog } from './kafka/produce/batcher.ts'

export type Metrics = ReturnType<typeof createMetrics>

/** Seconds from a record's intended send time; the demo aims at well under one. */
const LATENCY_BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** A registry of its own, nothing global. `defaults` adds prom-client's process metrics (CPU, memory, event loop, GC). */
export function createMetrics(options: { defaults?: boolean } = {}) {
  const registry = new Registry()
  if (options.defaults ?? true) collectDefaultMetrics({ register: registry })
  return {
    registry,
    ...appendMetrics([registry]),
    ...readMetrics([registry]),
    ...processorMetrics([registry]),
    ...watchers(registry),
  }
}

function appendMetrics(registers: Registry[]) {
  return {
    recordsAppended: new Counter({
      name: 'huacheng_records_appended_total',
      help: 'Records acknowledged by the log, by topic',
      labelNames: ['topic'] as const,
      registers,
    }),
    bytesAppended: new Counter({
      name: 'huacheng_bytes_appended_total',
      help: 'Bytes of keys, values and headers acknowledged by the log, by topic',
      labelNames: ['topic'] as const,
      registers,
    }),
    appendSeconds: new Histogram({
      name: 'huacheng_append_seconds',
      help: 'Wall time from an append to its acknowledgement',
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
  }
}

function readMetrics(registers: Registry[]) {
  return {
    processorRecords: new Counter({
      name: 'huacheng_processor_records_total',
      help: 'Records read by the processor, by topic and by what became of them',
      labelNames: ['topic', 'outcome'] as const,
      registers,
    }),
    uncaughtErrors: new Counter({
      name: 'huacheng_uncaught_errors_total',
      help: 'Errors that nobody caught but the last guard: each is a defect',
      registers,
    }),
    recordsIgnored: new Counter({
      name: 'huacheng_records_ignored_total',
      help: 'Records that were read and do not fit (somebody else wrote them), by topic and reason',
      labelNames: ['topic', 'reason'] as const,
      registers,
    }),
  }
}

function processorMetrics(registers: Registry[]) {
  return {
    windowsClosed: new Counter({
      name: 'huacheng_windows_closed_total',
      help: 'Windows closed by tasks, by topic',
      labelNames: ['topic'] as const,
      registers,
    }),
    finalReadings: new Counter({
      name: 'huacheng_final_readings_total',
      help: 'Final readings of windows and days, by what they are beside the truth: equal, differs, or none without one',
      labelNames: ['truth'] as const,
      registers,
    }),
    checkpointSeconds: new Counter({
      name: 'huacheng_checkpoint_seconds_total',
      help: 'Time spent on packing the state of tasks into checkpoints',
      registers,
    }),
    checkpointBytes: new Counter({
      name: 'huacheng_checkpoint_bytes_total',
      help: 'Bytes of the checkpoints packed',
      registers,
    }),
    processorLatency: new Histogram({
      name: 'huacheng_processor_latency_seconds',
      help: "Wall time from the intended send time of a batch's last record to the end of its processing",
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
    lag: new Gauge({
      name: 'huacheng_lag_records',
      help: 'Records that a group has not read yet, by topic',
      labelNames: ['group', 'topic'] as const,
      registers,
    }),
  }
}

/** Metrics whose numbers somebody else keeps. */
function watchers(registry: Registry) {
  const registers = [registry]
  return {
    /** A total that somebody else keeps (horizon stalls, say), read whenever the metrics are asked for. */
    watchTotal(name: string, help: string, read: () => number): void {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset()
          this.inc(read())
        },
      })
    },
    /** Levels by topic that somebody else keeps, read whenever the metrics are asked for; a topic without one is left out. */
    watchLevels(name: string, help: string, read: () => Iterable<[topic: string, level: number]>) {
      registry.removeSingleMetric(name)
      new Gauge({
        name,
        help,
        labelNames: ['topic'] as const,
        registers,
        collect() {
          this.reset()
          for (const [topic, level] of read()) this.set({ topic }, level)
        },
      })
    },
    /** A level that somebody else keeps (bytes in the log, say), read whenever the metrics are asked for. */
    watchLevel(name: string, help: string, read: () => number): void {
      // Where a part was started anew, the new one is the one to ask.
      registry.removeSingleMetric(name)
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read())
        },
      })
    },
  }
}

/** The same log, counting what it acknowledged. */
export function meteredLog(log: EventLog, metrics: Metrics, clock: Clock = realClock): EventLog {
  return {
    ...log,
    async append(topic, partition, records) {
      const since = clock.now()
      const first = await log.append(topic, partition, records)
      metrics.appendSeconds.observe((clock.now() - since) / 1000)
      const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0)
      metrics.recordsAppended.inc({ topic }, records.length)
      metrics.bytesAppended.inc({ topic }, bytes)
      return first
    },
  }
}

/** What waits for the broker's acknowledgement, read whenever the metrics are asked for. */
export function watchBacklog(metrics: Metrics, backlog: () => Backlog): void {
  metrics.watchLevel(
    'huacheng_backlog_records',
    'Records appended and not acknowledged',
    () => backlog().records,
  )
  metrics.watchLevel(
    'huacheng_backlog_bytes',
    'Bytes appended and not acknowledged; at 64 MiB an append is refused',
    () => backlog().bytes,
  )
  metrics.watchLevel(
    'huacheng_backlog_age_seconds',
    'How long the oldest of them has been waiting',
    () => backlog().oldestMs / 1000,
  )
}

/** Sets the lag gauges of one group from the log's own answer. */
export async function measureLag(log: EventLog, group: string, metrics: Metrics): Promise<void> {
  const byTopic = new Map<string, number>()
  for (const { topic, committed, latest } of await log.lag(group)) {
    byTopic.set(topic, (byTopic.get(topic) ?? 0) + Number(latest - committed))
  }
  for (const [topic, records] of byTopic) metrics.lag.set({ group, topic }, records)
}
