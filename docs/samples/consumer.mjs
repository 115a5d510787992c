// Follows the newest run and prints its final window readings of the whole city, one JSON line each.
//
//   node docs/samples/consumer.mjs 127.0.0.1:9092 [prefix] [--once]
//
// Written from docs/contracts.md. One package: npm install kafkajs. --once ends where the topic ends now. 模拟数据
import { randomUUID } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import kafkajs from 'kafkajs'

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs
// kafkajs brings gzip but no zstd; Node 22.15 and later have it.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async ({ buffer }) => zstdCompressSync(buffer),
  decompress: async (buffer) => zstdDecompressSync(buffer),
})

const once = process.argv.includes('--once')
const [brokers, prefix = 'city.'] = process.argv.slice(2).filter((word) => word !== '--once')
if (!brokers) {
  console.error('usage: node consumer.mjs host:port[,host:port] [prefix] [--once]')
  process.exit(2)
}
const topic = `${prefix}kpi`
const kafka = new Kafka({
  clientId: 'sample',
  brokers: brokers.split(','),
  logLevel: logLevel.ERROR,
})

const admin = kafka.admin()
await admin.connect()
const [{ high }] = await admin.fetchTopicOffsets(topic)
// A group of our own, gone afterwards: readings are read from the beginning by whoever comes.
const groupId = `sample-${randomUUID()}`
const consumer = kafka.consumer({ groupId })
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })

/** Highest epoch seen; records of lower ones belong to earlier runs. */
let epoch = -1
/** Finals by key: they are written once, but a restarted processor may write equal bytes again. */
let finals = new Map()
/** Before we have read what was there we cannot know which run is the newest. */
let caughtUp = high === '0'

/** A reading, or null: whoever likes may write to a topic, and what is not ours is passed over. */
function parse(value) {
  try {
    const reading = JSON.parse(value.toString())
    const isOurs = Number.isInteger(reading.epoch) && reading.epoch >= 0
    const isReading = reading.kpi === undefined || (reading.window && reading.scopes)
    return isOurs && isReading ? reading : null
  } catch {
    return null
  }
}

function take(reading, key) {
  if (reading.epoch < epoch) return
  if (reading.epoch > epoch) {
    epoch = reading.epoch
    finals = new Map()
  }
  // On the same topic: ledgers (no `kpi`), days and provisional readings.
  if (!reading.kpi || !reading.final || reading.window.kind !== 'window' || finals.has(key)) return
  const { kpi, window, unit, truth, scopes } = reading
  const { value, n } = Object.values(scopes)[0] // the whole city comes first
  finals.set(key, JSON.stringify({ epoch, kpi, start: window.start, value, unit, n, truth }))
  if (caughtUp) console.log(finals.get(key))
}

async function stop() {
  await consumer.disconnect()
  await admin.deleteGroups([groupId])
  await admin.disconnect()
}

let finish
const finished = new Promise((resolve) => {
  finish = resolve
})
process.once('SIGINT', finish)
if (once && caughtUp) finish()
// Told of every batch, also of one whose last offset is no record: a transaction's marker, say.
consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
  if (caughtUp || BigInt(payload.lastOffset) < BigInt(high) - 1n) return
  caughtUp = true
  for (const line of finals.values()) console.log(line)
  if (once) finish()
})
await consumer.run({
  eachBatch: async ({ batch }) => {
    for (const { key, value } of batch.messages) {
      const reading = key && value && parse(value)
      if (reading) take(reading, key.toString())
    }
  },
})
await finished
await stop()
