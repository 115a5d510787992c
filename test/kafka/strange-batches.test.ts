// What other writers and bad disks leave on a broker: every codec, an open transaction, a batch that is damaged.
import kafkajs from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { IgnoredRecord } from '../../infra/event-log/ignored-records.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { createKafkaLog, type KafkaLog, type KafkaLogOptions } from '../../infra/kafka/kafka-log.ts'
import { createTailNotes, records } from '../infra/recorder.ts'
import { findBroker, until } from './broker.ts'
import { createForeignProducer } from './transactions.ts'

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd']

const broker = await findBroker({ env: {} })
if (typeof broker === 'string') {
  console.error(`\nStrange batches NOT run: ${broker}\n`)
  describe('strange batches', () => {
    it.skip(`NOT run: ${broker}`, () => {})
  })
} else {
  const { Kafka, logLevel } = kafkajs
  const admin = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING }).admin()
  const brokers = [broker.brokers]
  const logs: KafkaLog[] = []
  let topics = 0
  beforeAll(() => admin.connect())
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()))
  })
  afterAll(async () => {
    await admin.disconnect()
    await broker.stop()
  })

  function open(options: Partial<KafkaLogOptions> = {}): KafkaLog {
    const log = createKafkaLog({ connection: { brokers }, ...options })
    logs.push(log)
    return log
  }

  async function newTopic(config: Record<string, string> = {}): Promise<string> {
    const topic = `strange-${topics++}`
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] })
    return topic
  }

  async function valuesOf(log: KafkaLog, topic: string): Promise<string[]> {
    const values: string[] = []
    for await (const some of readRange(log, { topic, partition: 0 })) {
      values.push(...some.map((r) => String(r.value)))
    }
    return values
  }

  describe(`strange batches (${broker.from})`, () => {
    it('of every codec, by Java’s console producer, are read in one topic', async () => {
      const topic = await newTopic()
      for (const codec of CODECS) {
        const line = `hello in ${codec} `.repeat(20)
        const command = `for i in 1 2 3 4 5; do echo "$i ${line}"; done | /opt/kafka/bin/kafka-console-producer.sh --bootstrap-server localhost:9094 --topic ${topic} --compression-codec ${codec}`
        const { exitCode, output } = await broker.container!.exec(['sh', '-c', command])
        expect(exitCode, output).toBe(0)
      }
      const values = await valuesOf(open(), topic)
      expect(values).toEqual(
        CODECS.flatMap((codec) =>
          [1, 2, 3, 4, 5].map((i) => `${i} ${`hello in ${codec} `.repeat(20)}`),
        ),
      )
    }, 240_000)

    it('that the broker packs itself are read, whatever the topic says', async () => {
      const log = open()
      for (const codec of CODECS) {
        const topic = await newTopic({ 'compression.type': codec })
        await log.append(topic, 0, records(codec, 40))
        expect(await valuesOf(log, topic)).toEqual(records(codec, 40).map((r) => String(r.value)))
      }
    })

    it('of an open transaction are not read, nor is what comes after; reading ends there and says why', async () => {
      const topic = await newTopic()
      const log = open({ times: { staleAfterMs: 500 } })
      const foreign = await createForeignProducer(broker.brokers)
      await log.append(topic, 0, records('before', 1))
      const transaction = await foreign.begin(topic, 0, [{ value: 'not yet' }])
      await log.append(topic, 0, records('behind', 1))
      expect(await log.offsets(topic)).toEqual([{ partition: 0, earliest: 0n, latest: 1n }])
      expect(await valuesOf(log, topic)).toEqual(['before-0'])
      const notes = createTailNotes()
      await log.tail({ topic, from: 'earliest', batch: notes.batch })
      await notes.seen(1)
      const waits = `tail ${topic}: 2 offsets of ${topic}/0 wait for a transaction that somebody left open`
      await until(() => log.health().some((reason) => reason.startsWith(waits)))
      await transaction.commit()
      await notes.seen(3)
      expect(notes.values()).toEqual(['before-0', 'not yet', 'behind-0'])
      await until(() => log.health().length === 0)
      await foreign.close()
    })

    it('that a disk has damaged are named, and what follows is read', async () => {
      const topic = await newTopic()
      const reported: IgnoredRecord[] = []
      const log = open({ ignored: { report: (record) => reported.push(record) } })
      for (const label of ['first', 'second', 'third'])
        await log.append(topic, 0, records(label, 3))
      const file = `/tmp/kafka-logs/${topic}-0/00000000000000000000.log`
      const spoil = `cd / && at=$(grep -abo second-1 ${file} | cut -d: -f1) && printf X | dd of=${file} bs=1 seek=$at conv=notrunc`
      const { exitCode, output } = await broker.container!.exec(['sh', '-c', spoil])
      expect(exitCode, output).toBe(0)
      const notes = createTailNotes()
      await log.tail({ topic, from: 'earliest', batch: notes.batch })
      await notes.until(() => notes.batches.at(-1)?.next === 9n)
      const [damage] = notes.records.filter((r) => r.damage !== undefined)
      expect(damage).toMatchObject({ offset: 5n, key: null })
      expect(damage.damage).toMatch(/^checksum /)
      expect(notes.values().filter((v) => /^(first|third)-\d$/.test(v))).toHaveLength(6)
      expect(reported).toMatchObject([{ topic, partition: 0, offset: 5n, reason: 'encoding' }])
    })
  })
}
