// Prints what the Kafka log costs: produce and consume rates, the city's own load, and idle CPU with and without the guard.
// Run: npx node test/bench/kafka-log.bench.ts [records], with KAFKA_BROKERS or a Docker engine. Compare ratios, not absolutes.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import { createKafkaLog, type KafkaLog, type KafkaLogOptions } from '../../infra/kafka/kafka-log.ts'
import type { Compression } from '../../infra/record-batch/codecs.ts'
import { findBroker } from '../kafka/broker.ts'

const TOTAL = Number(process.argv[2] ?? 600_000)
const PARTITIONS = 12
const DOMAINS = 6
const IDLE_MS = 10_000
const CITY_RATE = 9000
const CITY_MS = 10_000

/** An event of about 330 bytes that compresses as events do. */
function eventOf(i: number): NewRecord {
  const id = `5g-440106-${String(i % 100_000).padStart(5, '0')}`
  const value = Buffer.from(
    `{"specversion":"1.0","id":"${id}:${i}","source":"/huacheng/r-1f0c9a77b2e4/five-g-site","type":"city.five-g-site.status.v1","subject":"${id}","time":"2025-06-18T10:05:00.000Z","seq":${i},"district":"440106","data":{"state":"on-air","kind":"outdoor","shared":true,"operator":"A","loadPct":${(i * 7919) % 1000},"users":${i % 97}}}`,
  )
  return { key: Buffer.from(id), value, timestamp: Date.now() }
}

function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

function perSecond(count: number, ms: number): string {
  return `${Math.round((count / ms) * 1000).toLocaleString('en')}/s`
}

async function newTopics(log: KafkaLog, label: string, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, i) => `bench-${label}-${process.pid}-${i}`)
  await log.ensureTopics(
    names.map((name) => ({ name, partitions: PARTITIONS, cleanup: 'delete', retain: 'events' })),
  )
  return names
}

/** Appends of 500 to 12 topic-partitions, all of them awaited together round by round; then a group reads everything. */
async function throughput(connection: KafkaLogOptions['connection'], compression: Compression) {
  const log = createKafkaLog({ connection, compression, maxBacklogBytes: 512 * 1024 * 1024 })
  const [topic] = await newTopics(log, compression, 1)
  const batch = Array.from({ length: 500 }, (_, i) => eventOf(i))
  await log.append(topic, 0, batch)
  let cpu = process.cpuUsage()
  let started = performance.now()
  for (let sent = 0; sent < TOTAL; sent += PARTITIONS * batch.length) {
    await Promise.all(Array.from({ length: PARTITIONS }, (_, p) => log.append(topic, p, batch)))
  }
  const took = performance.now() - started
  const cost = cpuMs(cpu)
  let read = 0
  const expected = (await log.offsets(topic)).reduce((sum, o) => sum + Number(o.latest), 0)
  const { promise: all, resolve } = Promise.withResolvers<void>()
  await log.group({
    group: topic,
    topics: [topic],
    handler: {
      async assigned(ps) {
        started = performance.now() // the pause before the first fetch, up to half a second, is in it
        cpu = process.cpuUsage()
        return ps.map((p) => ({ ...p, offset: 'earliest' as const }))
      },
      async batch({ records }) {
        read += records.length
        if (read >= expected) resolve()
      },
      revoked: async () => {},
    },
  })
  await all
  const readMs = performance.now() - started
  const us = (ms: number) => ((ms * 1000) / expected).toFixed(1)
  console.log(
    `${compression}: append ${perSecond(expected, took)}, ${us(cost)} CPU µs each; ` +
      `group ${perSecond(expected, readMs)}, ${us(cpuMs(cpu))} CPU µs each`,
  )
  await log.close()
}

/** The default scenario's rate over 72 topic-partitions, appended every 10 ms: the shape that linger and merging are for. */
async function city(connection: KafkaLogOptions['connection'], compression: Compression) {
  const log = createKafkaLog({ connection, compression })
  const topics = await newTopics(log, `city-${compression}`, DOMAINS)
  for (const topic of topics) await log.append(topic, 0, [eventOf(0)])
  const cpu = process.cpuUsage()
  const begun = performance.now()
  const delays: number[] = []
  let sent = 0
  let turn = 0
  while (performance.now() - begun < CITY_MS) {
    const due = ((performance.now() - begun) * CITY_RATE) / 1000
    while (sent < due) {
      const at = performance.now()
      const records = [eventOf(sent), eventOf(sent + 1), eventOf(sent + 2)]
      void log
        .append(topics[turn % DOMAINS], Math.floor(turn / DOMAINS) % PARTITIONS, records)
        .then(() => delays.push(performance.now() - at))
      sent += records.length
      turn++
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const share = (100 * cpuMs(cpu)) / (performance.now() - begun)
  const { oldestMs } = log.backlog()
  await log.close()
  delays.sort((a, b) => a - b)
  const at = (q: number) => `${delays[Math.floor(delays.length * q)].toFixed(0)} ms`
  console.log(
    `${CITY_RATE} events/s over ${DOMAINS * PARTITIONS} topic-partitions, ${compression}: ` +
      `${share.toFixed(0)} % of a core, acknowledged after p50 ${at(0.5)}, p99 ${at(0.99)}, oldest at the end ${oldestMs} ms`,
  )
}

/** A producer, a group of one and three tails, all idle. `guarded` false puts kafkajs' own timer loop back. */
async function idle(connection: KafkaLogOptions['connection'], guarded: boolean) {
  const require = createRequire(import.meta.url)
  const { prototype } = require('kafkajs/src/network/requestQueue')
  const original = prototype.scheduleCheckPendingRequests
  const log = createKafkaLog({ connection })
  const guard = prototype.scheduleCheckPendingRequests
  if (!guarded) prototype.scheduleCheckPendingRequests = original
  const [topic] = await newTopics(log, guarded ? 'guarded' : 'bare', 1)
  await log.append(topic, 0, [eventOf(0)])
  const { promise: joined, resolve } = Promise.withResolvers<void>()
  await log.group({
    group: topic,
    topics: [topic],
    handler: {
      async assigned(ps) {
        resolve()
        return ps.map((p) => ({ ...p, offset: 'latest' as const }))
      },
      batch: async () => {},
      revoked: async () => {},
    },
  })
  for (let i = 0; i < 3; i++) await log.tail({ topic, from: 'latest', batch: () => {} })
  await joined
  await new Promise((done) => setTimeout(done, 5000)) // connections made, code compiled
  const cpu = process.cpuUsage()
  await new Promise((done) => setTimeout(done, IDLE_MS))
  const share = (100 * cpuMs(cpu)) / IDLE_MS
  console.log(`idle, ${guarded ? 'guarded' : 'without the guard'}: ${share.toFixed(2)} % of a core`)
  prototype.scheduleCheckPendingRequests = guard
  await log.close()
}

const mode = process.argv[3]
if (mode) {
  // A process of its own: the guard is put in place once per process.
  await idle({ brokers: process.env.KAFKA_BROKERS!.split(',') }, mode === 'guarded')
  process.exit()
}
const broker = await findBroker()
if (typeof broker === 'string') throw new Error(broker)
console.log(`Kafka: ${broker.from}`)
const connection = { brokers: broker.brokers.split(',') }
const env = { ...process.env, KAFKA_BROKERS: broker.brokers }
for (const how of ['bare', 'guarded']) {
  spawnSync(process.execPath, [import.meta.filename, '0', how], { env, stdio: 'inherit' })
}
for (const compression of ['none', 'zstd', 'gzip'] as const) {
  await throughput(connection, compression)
}
for (const compression of ['none', 'zstd'] as const) await city(connection, compression)
await broker.stop()
