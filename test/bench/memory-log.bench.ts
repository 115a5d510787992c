// Prints what the memory log costs: appends/s, deliveries/s, and CPU at 20,000 events/s. Run: npx node test/bench/memory-log.bench.ts
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'

const PARTITIONS = 12
const DOMAINS = ['a', 'b', 'c', 'd', 'e', 'f']
const VALUE = Buffer.alloc(330, 'x')
const TOTAL = 2_000_000

function batchOf(size: number): NewRecord[] {
  return Array.from({ length: size }, (_, i) => ({
    key: Buffer.from(`asset-${i}`),
    value: VALUE,
    timestamp: Date.now(),
  }))
}

async function openLog() {
  const log = createMemoryLog()
  await log.ensureTopics(
    DOMAINS.map((name) => ({
      name,
      partitions: PARTITIONS,
      cleanup: 'delete' as const,
      retain: 'events' as const,
    })),
  )
  return log
}

/** A group and a tail that read everything; resolves through `all` when the group has seen `total`. */
async function readers(log: Awaited<ReturnType<typeof openLog>>, total: number) {
  let seen = 0
  let finish = () => {}
  const all = new Promise<void>((resolve) => {
    finish = resolve
  })
  await log.group({
    group: 'bench',
    topics: DOMAINS,
    handler: {
      assigned: async (ps) => ps.map((p) => ({ ...p, offset: 'earliest' as const })),
      batch: async ({ records }) => {
        seen += records.length
        if (seen >= total) finish()
      },
      revoked: async () => {},
    },
  })
  let tailed = 0
  for (const topic of DOMAINS) {
    await log.tail({
      topic,
      from: 'earliest',
      batch(batch) {
        tailed += batch.records.length
      },
    })
  }
  return { all, tailed: () => tailed }
}

async function throughput(batchSize: number): Promise<void> {
  const log = await openLog()
  const batch = batchOf(batchSize)
  const started = performance.now()
  for (let i = 0; i < TOTAL / batchSize; i++) {
    await log.append(DOMAINS[i % 6], i % PARTITIONS, batch)
  }
  const appended = performance.now() - started
  await log.close()

  const second = await openLog()
  const { all, tailed } = await readers(second, TOTAL)
  const cpu = process.cpuUsage()
  const begun = performance.now()
  for (let i = 0; i < TOTAL / batchSize; i++) {
    await second.append(DOMAINS[i % 6], i % PARTITIONS, batch)
  }
  await all
  const took = performance.now() - begun
  const { user, system } = process.cpuUsage(cpu)
  const delivered = TOTAL + tailed()
  console.log(
    `append batch ${batchSize}: ${perSecond(TOTAL, appended)} appends/s alone; with a group and tails ` +
      `${perSecond(TOTAL, took)} appends/s and ${perSecond(delivered, took)} deliveries/s, ` +
      `${((user + system) / TOTAL).toFixed(2)} CPU µs per event`,
  )
  await second.close()
}

/** 20,000 events/s for 10 s, appended every 10 ms to all topic-partitions in turn. */
async function paced(): Promise<void> {
  const log = await openLog()
  const { all } = await readers(log, 200_000)
  const cpu = process.cpuUsage()
  const begun = performance.now()
  const batch = batchOf(5)
  let sent = 0
  let turn = 0
  const timer = setInterval(() => {
    while (sent < Math.min(200_000, (performance.now() - begun) * 20)) {
      void log.append(DOMAINS[turn % 6], Math.floor(turn / 6) % PARTITIONS, batch)
      turn++
      sent += 5
    }
  }, 10)
  await all
  clearInterval(timer)
  const { user, system } = process.cpuUsage(cpu)
  const share = (user + system) / 10 / (performance.now() - begun)
  console.log(`20,000 events/s to a group and a tail: ${share.toFixed(1)} % of one core`)
  await log.close()
}

function perSecond(count: number, ms: number): string {
  return Math.round((count / ms) * 1000).toLocaleString('en')
}

await throughput(1)
await throughput(100)
await paced()
console.log(`RSS ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`)
