// The guards that only a real broker can show: fence, restore before fetch, tails without groups, outages, large records.
import kafkajs, { type Admin } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TopicSpec } from '../../infra/event-log/event-log.ts'
import { createKafkaLog, type KafkaLog, type KafkaLogOptions } from '../../infra/kafka/kafka-log.ts'
import { createMember, createSignal, createTailNotes, records } from '../infra/recorder.ts'
import { type Broker, findBroker, pause, restart, until } from './broker.ts'
import { startModule } from './programs.ts'
import { startTraffic, type Traffic } from './traffic.ts'

const found = await findBroker({ env: { KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '3000' } })
if (typeof found === 'string') console.error(`\nKafka lane NOT run: ${found}\n`)

describe.skipIf(typeof found === 'string')('Kafka log on a real broker', () => {
  const broker = found as Broker
  const logs: KafkaLog[] = []
  let admin: Admin
  let number = 0

  beforeAll(async () => {
    const { Kafka, logLevel } = kafkajs
    admin = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
  })
  afterEach(async () => {
    for (const log of logs.splice(0)) await log.close()
  })
  afterAll(async () => {
    await admin?.disconnect()
    await broker.stop?.()
  })

  function open(options: Partial<KafkaLogOptions> = {}): KafkaLog {
    const log = createKafkaLog({ connection: { brokers: [broker.brokers] }, ...options })
    logs.push(log)
    return log
  }
  async function newTopic(log: KafkaLog, partitions = 1, spec: Partial<TopicSpec> = {}) {
    const name = `guards-${number++}`
    await log.ensureTopics([{ name, partitions, cleanup: 'delete', ...spec }])
    return name
  }

  it('drops what it fetched when its generation is over: after a rebalance began no further batch', async () => {
    const log = open()
    const topic = await newTopic(log, 8)
    for (let p = 0; p < 8; p++) await log.append(topic, p, records(`p${p}`, 10))
    const signal = createSignal()
    let release = () => {}
    const first = createMember({
      onBatch: () =>
        new Promise<void>((resolve) => {
          release = resolve
          signal.notify()
        }),
    })
    await log.group({ group: topic, topics: [topic], handler: first.handler })
    await first.until(() => first.owned.size === 8)
    await until(() => first.calls.some((c) => c.startsWith('batch')))
    const second = createMember()
    await open().group({ group: topic, topics: [topic], handler: second.handler })
    await until(async () => {
      const { groups } = await admin.describeGroups([topic])
      return groups[0].state === 'PreparingRebalance'
    })
    await new Promise((resolve) => setTimeout(resolve, 1500)) // the next heartbeat is due
    release()
    await first.until(() => first.calls.some((c) => c.startsWith('revoked')))
    expect(first.calls.map((c) => c.split(' ')[0])).toEqual(['assigned', 'batch', 'revoked'])
    await second.until(() => second.owned.size === 4)
    release()
    await until(() => {
      release() // the first member's batches after the rebalance
      return new Set([...first.values(), ...second.values()]).size === 80
    })
  })

  it('fetches nothing before the restore is done, then starts where it says', async () => {
    const log = open()
    const topic = await newTopic(log, 2)
    for (const p of [0, 1]) await log.append(topic, p, records(`p${p}`, 10))
    const order: string[] = []
    const { promise: restored, resolve: restore } = Promise.withResolvers<void>()
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
    const values: string[] = []
    const signal = createSignal()
    await log.group({
      group: topic,
      topics: [topic],
      handler: {
        async assigned(partitions) {
          order.push('assigned')
          ask()
          await restored
          order.push('restored')
          return partitions.map((p) => ({ ...p, offset: 7n }))
        },
        async batch(batch) {
          order.push('batch')
          values.push(...batch.records.map((r) => String(r.value)))
          signal.notify()
        },
        async revoked() {},
      },
    })
    await asked
    await new Promise((resolve) => setTimeout(resolve, 1500)) // three rounds of fetches
    restore()
    await signal.until(() => values.length === 6)
    expect(order.slice(0, 3)).toEqual(['assigned', 'restored', 'batch'])
    expect(values.sort()).toEqual(['p0-7', 'p0-8', 'p0-9', 'p1-7', 'p1-8', 'p1-9'])
  })

  it('keeps its membership through a handler call that is longer than the session', async () => {
    const log = open({ times: { sessionTimeoutMs: 6000 } })
    const topic = await newTopic(log)
    await log.append(topic, 0, records('a', 1))
    let waitMs = 9000
    const member = createMember({
      onBatch: () => new Promise<void>((resolve) => setTimeout(resolve, waitMs)),
    })
    await log.group({ group: topic, topics: [topic], handler: member.handler })
    await member.seen(1)
    waitMs = 0
    await log.append(topic, 0, records('b', 1))
    await member.seen(2)
    expect(member.calls.map((c) => c.split(' ')[0])).toEqual(['assigned', 'batch', 'batch'])
  })

  it('takes the work of a process of this machine that was killed without waiting for its session', async () => {
    const session = 60_000
    const topic = await newTopic(open(), 4)
    const child = startModule(
      `
      import { createKafkaLog } from './infra/kafka/kafka-log.ts'
      const [, broker, topic, session] = process.argv
      const log = createKafkaLog({ connection: { brokers: [broker] }, times: { sessionTimeoutMs: Number(session) } })
      const assigned = async (partitions) => {
        console.log('assigned', partitions.length)
        return partitions.map((p) => ({ ...p, offset: 'earliest' }))
      }
      await log.group({ group: topic, topics: [topic], handler: { assigned, async batch() {}, async revoked() {} } })
    `,
      [broker.brokers, topic, String(session)],
    )
    await child.says(/assigned 4/)
    const member = createMember()
    await open({ times: { sessionTimeoutMs: session } }).group({
      ...{ group: topic, topics: [topic], handler: member.handler },
    })
    // It lives: it keeps its half.
    await member.until(() => member.owned.size === 2)
    await child.kill()
    const since = Date.now()
    const heir = createMember()
    await open({ times: { sessionTimeoutMs: session } }).group({
      ...{ group: topic, topics: [topic], handler: heir.handler },
    })
    await heir.until(() => heir.owned.size === 2)
    expect(Date.now() - since).toBeLessThan(session / 2)
  })

  it('tails without a group: nothing for brokers to hold, delay or delete', async () => {
    const log = open()
    const topic = await newTopic(log)
    await log.append(topic, 0, records('a', 3))
    const before = await admin.listGroups()
    const started = performance.now()
    const notes = createTailNotes()
    const tail = await log.tail({ topic, from: 'earliest', batch: notes.batch })
    await notes.seen(3)
    const took = performance.now() - started
    expect((await admin.listGroups()).groups).toEqual(before.groups)
    await tail.close()
    expect((await admin.listGroups()).groups).toEqual(before.groups)
    // A throw-away group would wait for the broker's group.initial.rebalance.delay.ms first: 3 s here, as by default.
    expect(took).toBeLessThan(3000)
  })

  it('tells a tail that retention overtook while it was busy, and goes on at the earliest record', async () => {
    const log = open()
    const topic = await newTopic(log)
    await log.append(topic, 0, records('old', 5))
    const notes = createTailNotes()
    const { promise: began, resolve: begin } = Promise.withResolvers<void>()
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    await log.tail({
      topic,
      from: 'earliest',
      outOfRange: notes.outOfRange,
      async batch(batch) {
        begin()
        await released
        notes.batch(batch)
      },
    })
    await began
    await log.append(topic, 0, records('lost', 5))
    await log.append(topic, 0, records('new', 2))
    await admin.fetchTopicOffsets(topic) // kafkajs deletes only from topics that it has met
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '10' }] })
    release()
    await notes.seen(7)
    expect(notes.overtaken).toEqual([{ partition: 0, earliest: 10n }])
    expect(notes.values().slice(5)).toEqual(['new-0', 'new-1'])
  })

  it.each(['none', 'gzip', 'zstd'] as const)('writes and reads with compression %s', async (c) => {
    const log = open({ compression: c })
    const topic = await newTopic(log)
    const value = Buffer.from('{"state":"on-air"}'.repeat(50))
    await log.append(topic, 0, Array(300).fill({ key: null, value, timestamp: 1_750_000_000_000 }))
    const notes = createTailNotes()
    await log.tail({ topic, from: 'earliest', batch: notes.batch })
    await notes.seen(300)
    expect(notes.records.every((r) => r.value!.equals(value))).toBe(true)
    const size = await storedBytes(topic)
    if (c === 'none') expect(size).toBeGreaterThan(300 * value.length)
    else expect(size).toBeLessThan(30 * value.length)
  })

  it('carries records of 8 MiB where the topic says so, among small ones', async () => {
    const log = open()
    const maxMessageBytes = 8 * 1024 * 1024
    const topic = await newTopic(log, 1, { cleanup: 'compact', maxMessageBytes })
    const value = Buffer.alloc(maxMessageBytes - 10, 'x')
    const key = Buffer.from('checkpoint')
    const appends = [
      log.append(topic, 0, records('before', 3)),
      log.append(topic, 0, [{ key, value, timestamp: Date.now() }]),
      log.append(topic, 0, records('after', 3)),
    ]
    expect(await Promise.all(appends)).toEqual([0n, 3n, 4n])
    const notes = createTailNotes()
    await log.tail({ topic, from: 'earliest', batch: notes.batch })
    await notes.seen(7)
    expect(notes.records.map((r) => r.value!.length > 1000)).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
      false,
    ])
  })

  it('creates topics with the settings of their spec', async () => {
    const log = open({ retention: { eventBytes: 50_000_000, eventMs: 60_000 } })
    const events = await newTopic(log, 2, { retain: 'events' })
    const kept = await newTopic(log, 1, { cleanup: 'compact', maxMessageBytes: 8 * 1024 * 1024 })
    expect(await configOf(events)).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.bytes': '50000000',
      'retention.ms': '60000',
      'segment.bytes': '16777216',
      'message.timestamp.type': 'CreateTime',
    })
    expect(await configOf(kept)).toMatchObject({
      'cleanup.policy': 'compact',
      'segment.ms': '60000',
      'segment.bytes': '16777216',
      'max.message.bytes': String(8 * 1024 * 1024 + 512),
    })
  })

  it('refuses more copies than there are brokers, and says so', async () => {
    const log = open({ replication: 3 })
    await expect(newTopic(log)).rejects.toThrow(
      /replication factor than 3; the cluster has 1 brokers/,
    )
  })

  it('says what to do when no broker answers', async () => {
    const log = open({ connection: { brokers: ['127.0.0.1:1'] } })
    await expect(log.offsets('x')).rejects.toThrow(/Kafka at 127\.0\.0\.1:1: .*--brokers/)
  })

  it('goes on after the broker hung: nothing lost, order kept, not ready meanwhile', async () => {
    const used = await traffic()
    await used.write()
    // The other one's first append has to connect, to a port that is open and to a broker that does not answer.
    const fresh = await traffic()
    await pause(broker, 25_000, () => {
      fresh.write().catch(() => {}) // `settle` says so, and what else is missing
    })
    for (const reasons of await Promise.all([used.settle(), fresh.settle()])) {
      for (const who of ['append: ', 'group ', 'tail ']) {
        expect(
          reasons.some((r) => r.startsWith(who)),
          `${who}in\n${reasons.join('\n')}`,
        ).toBe(true)
      }
    }
  })

  it('goes on after the broker was killed and started again', async () => {
    const used = await traffic()
    await used.write()
    await restart(broker)
    await used.settle()
  })

  /** Of a log of its own, that soon says when it is not ready. */
  async function traffic(): Promise<Traffic> {
    const log = open({ times: { staleAfterMs: 5000 } })
    return startTraffic(log, await newTopic(log, 2))
  }

  /** What lies on the broker's disk. */
  async function storedBytes(topic: string): Promise<number> {
    const command = `cat "$(find / -type d -name '${topic}-0' 2>/dev/null | head -1)"/*.log | wc -c`
    const { output } = await broker.container!.exec(['bash', '-c', command])
    return Number(output)
  }

  async function configOf(topic: string): Promise<Record<string, string>> {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
    })
    return Object.fromEntries(resources[0].configEntries.map((c) => [c.configName, c.configValue]))
  }
})
