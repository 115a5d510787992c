// A plain kafkajs consumer that computes all KPIs of a run and writes them to a topic, for `huacheng grade`; with mistakes when asked.
// Run: npx node load/peers/kafkajs-consumer.ts --brokers 127.0.0.1:9092 --topic my-kpi [--prefix city.] [--drop 0.001] [--wrong-edge] [--count-duplicates]

import { parseArgs } from 'node:util'
import kafkajs, { type Kafka, type Message } from 'kafkajs'
import { Problem } from '../../infra/problem.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { loadCity } from '../../seeds/load/city.ts'
import { PlainFold, type PlainReading } from './plain-fold.ts'

/** One topic, one partition: a reading's versions stay in order. */
const PARTITIONS = 1
const READINGS_AT_ONCE = 2000

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string' },
      prefix: { type: 'string', default: 'city.' },
      topic: { type: 'string' },
      drop: { type: 'string', default: '0' },
      'wrong-edge': { type: 'boolean', default: false },
      'count-duplicates': { type: 'boolean', default: false },
    },
  })
  const { brokers, prefix, topic } = values
  if (!brokers || !topic) throw new Problem('--brokers, --topic: not given, expected both')
  const { logLevel } = kafkajs
  const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: logLevel.ERROR })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }] })
  await admin.disconnect()

  const descriptor = await readDescriptor(kafka, `${prefix}run`)
  const producer = kafka.producer()
  await producer.connect()
  const waiting: PlainReading[] = []
  const fold = new PlainFold(
    descriptor,
    loadCity(descriptor.city).code,
    (reading) => waiting.push(reading),
    {
      drop: Number(values.drop),
      wrongEdge: values['wrong-edge'],
      countDuplicates: values['count-duplicates'],
    },
  )
  const topics = Object.keys(descriptor.declarations).map((domain) => `${prefix}${domain}`)
  const lanes = topics.length * descriptor.partitions
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const consumer = kafka.consumer({ groupId: `${topic}-plain` })
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    eachBatch: async ({ batch }) => {
      const domain = batch.topic.slice(prefix.length)
      for (const { value } of batch.messages) fold.record(domain, batch.partition, value)
      while (waiting.length > 0) {
        await producer.send({ topic, messages: waiting.splice(0, READINGS_AT_ONCE).map(message) })
      }
      if (fold.ended === lanes) end()
    },
  })
  await ended
  await consumer.disconnect()
  await producer.disconnect()
  console.log(`${topic}: the run ${descriptor.run} is over, all readings are written`)
}

function message(reading: PlainReading): Message {
  return { key: `${reading.name}|${reading.area}|${reading.ts}`, value: JSON.stringify(reading) }
}

/** The newest run that stands on the topic now. */
async function readDescriptor(kafka: Kafka, topic: string): Promise<Descriptor> {
  const admin = kafka.admin()
  await admin.connect()
  const [{ high }] = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const consumer = kafka.consumer({ groupId: `${topic}-plain-descriptor-${process.pid}` })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  const { promise, resolve } = Promise.withResolvers<Descriptor | null>()
  let newest: Descriptor | null = null
  await consumer.run({
    eachMessage: async ({ message: { key, value, offset } }) => {
      if (key?.toString().startsWith('descriptor|') && value) {
        newest = JSON.parse(value.toString()) as Descriptor
      }
      if (BigInt(offset) >= BigInt(high) - 1n) resolve(newest)
    },
  })
  const found = await promise
  await consumer.disconnect()
  if (found) return found
  throw new Problem(`${topic}: no run, expected one; start \`npx huacheng produce\``)
}

await reportingProblems(main)
