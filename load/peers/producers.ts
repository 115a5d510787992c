// Two ways of sending the same records as fast as they go, in turns: our log's append, and plain kafkajs.
// Run: npx node load/peers/producers.ts --brokers 127.0.0.1:9092 --way append|kafkajs --topic t --payload values.jsonl --records 400000
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import kafkajs from 'kafkajs'
import { realClock } from '../../infra/clock.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { Problem } from '../../infra/problem.ts'
import { reportingProblems } from '../../infra/program/main.ts'

const PARTITIONS = 12
/** Records of an append. */
const SLICE = 500
/** Batches under way. */
const IN_FLIGHT = 8

type Payload = { key: Buffer; value: Buffer }
type Send = (partition: number, slice: Payload[]) => Promise<unknown>

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string', default: '127.0.0.1:9092' },
      way: { type: 'string' },
      topic: { type: 'string', default: 'bench-send' },
      payload: { type: 'string' },
      records: { type: 'string', default: '400000' },
    },
  })
  if (!values.payload) throw new Problem('--payload: not given, expected a file of values')
  const payload = readFileSync(values.payload, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Payload => {
      const { subject } = JSON.parse(line) as { subject: string }
      return { key: Buffer.from(subject), value: Buffer.from(line) }
    })
  const brokers = values.brokers.split(',')
  const { topic } = values
  const send =
    values.way === 'kafkajs'
      ? await kafkajsSend(brokers, topic)
      : await appendSend(values.brokers, topic)
  const records = Number(values.records)
  for await (const _ of createInterface({ input: process.stdin })) {
    console.log('BEGIN')
    await sendAll(send, payload, records)
    console.log(`DRAINED ${records}\nCLOSING\nCLOSED`)
  }
  process.exit()
}

async function sendAll(send: Send, payload: Payload[], records: number): Promise<void> {
  let next = 0
  async function worker(): Promise<void> {
    while (next < records) {
      const from = next
      next += SLICE
      const slice = Array.from(
        { length: Math.min(SLICE, records - from) },
        (_, i) => payload[(from + i) % payload.length],
      )
      await send((from / SLICE) % PARTITIONS, slice)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
}

async function appendSend(brokers: string, topic: string): Promise<Send> {
  const log = createKafkaLog({ connection: { brokers: brokers.split(',') } })
  await log.ensureTopics([{ name: topic, partitions: PARTITIONS, cleanup: 'delete' }])
  return (partition, slice) => {
    const timestamp = realClock.now()
    return log.append(
      topic,
      partition,
      slice.map((record) => ({ ...record, timestamp })),
    )
  }
}

async function kafkajsSend(brokers: string[], topic: string): Promise<Send> {
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.ERROR })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }] })
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  return (partition, slice) =>
    producer.send({ topic, acks: -1, messages: slice.map((record) => ({ ...record, partition })) })
}

await reportingProblems(main)
