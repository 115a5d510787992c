// A recording sent into a real broker's topics and recorded again: anybody's bytes are the same, and so are a city's.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { realClock, sleep } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { stream } from '../../infra/random.ts'
import { cityDigest } from '../../producers/contract/digest.ts'
import { TICK_TYPE } from '../../producers/contract/records.ts'
import type { RecordedTopic } from '../../replay/record/city-topics.ts'
import { Recorder } from '../../replay/record/recorder.ts'
import type { RecordedRecord } from '../../replay/recording/line.ts'
import { TRACKS } from '../../replay/recording/manifest.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { RecordingWriter } from '../../replay/recording/recording-writer.ts'
import { markerOf } from '../../replay/verify/marker.ts'
import { asText, hostileRecord } from '../replay/recording/hostile-records.ts'
import { type Broker, findBroker } from './broker.ts'
import { type Running, startHuacheng } from './programs.ts'

const found = await findBroker()
if (typeof found === 'string') console.error(`\nReplaying to Kafka NOT run: ${found}\n`)

const SAMPLE = join(import.meta.dirname, '..', '..', 'docs', 'samples', 'rainstorm')
const PARTITIONS = 3
const RECORDS = 6_000
const BATCH = 200
/** Several programs one after the other, on a machine that does other work. */
const PROGRAMS_MS = 300_000
const HEADERS = ['replay.run', 'replay.orig.offset']

describe.skipIf(typeof found === 'string')('a recording on a real broker', () => {
  const broker = found as Broker
  const log: EventLog = createKafkaLog({ connection: { brokers: [broker.brokers] } })
  const scratch = mkdtempSync(join(tmpdir(), 'huacheng-resend-'))
  const started: Running[] = []
  afterAll(async () => {
    await Promise.all(started.map((program) => program.kill()))
    await log.close()
    await broker.stop?.()
    rmSync(scratch, { recursive: true })
  })

  const run = (...args: string[]): Running => {
    const program = startHuacheng([...args, '--brokers', broker.brokers])
    started.push(program)
    return program
  }

  /** What these topics hold by now, as a recording. */
  async function record(name: string, topics: string[], partitions = PARTITIONS): Promise<string> {
    const folder = join(scratch, name)
    const recorded = topics.map((topic): RecordedTopic => {
      return { name: topic, partitions, track: 'events', from: 'earliest' }
    })
    const writer = await RecordingWriter.create({
      ...{ folder, codec: 'gz', clock: realClock, source: { kind: 'kafka', prefix: '' } },
      topics: Object.fromEntries(recorded.map((topic) => [topic.name, topic])),
    })
    const recorder = await Recorder.start({ log, clock: realClock, writer, topics: recorded })
    while ((await recorder.lag()) > 0) await sleep(realClock, 50)
    await recorder.stop()
    return folder
  }

  async function recordsOf(folder: string): Promise<RecordedRecord[]> {
    const recording = await Recording.open(folder)
    const records: RecordedRecord[] = []
    for (const track of TRACKS)
      for await (const member of recording.records(track)) records.push(...member)
    await recording.close()
    return records
  }

  /** As it lay before it was sent again: the offset that it says, and without the headers that say so. */
  function original(record: RecordedRecord, prefix: string): RecordedRecord {
    const added = record.headers!.slice(-2)
    expect(added.map(([name]) => name)).toEqual(HEADERS)
    const headers = record.headers!.slice(0, -2)
    const topic = record.topic.slice(prefix.length)
    return { ...record, topic, headers, offset: BigInt(String(added[1][1])) }
  }

  it(
    'is what it was, whoever wrote it: nulls, headers of one name, any bytes',
    async () => {
      const topics = ['orders', 'sensor_1.raw'].map((name) => `${name}-${process.pid}`)
      await log.ensureTopics(
        topics.map((name) => ({ name, partitions: PARTITIONS, cleanup: 'delete' })),
      )
      const words = stream(1, 'records', 'replay')
      for (let i = 0; i < RECORDS; i += BATCH) {
        const n = i / BATCH
        const records = Array.from({ length: BATCH }, () => {
          const record = hostileRecord(words, 0n)
          return { ...record, timestamp: Math.max(1, record.timestamp) } // Kafka takes no negative time
        })
        await log.append(topics[n % 2], n % PARTITIONS, records)
      }
      const first = await record('first', topics)
      const before = await recordsOf(first)
      const isTwice = ({ headers = [] }: RecordedRecord) =>
        new Set(headers.map(([name]) => name)).size < headers.length
      expect(before.filter(({ value }) => value === null).length).toBeGreaterThan(100)
      expect(before.filter(isTwice).length).toBeGreaterThan(100)

      const prefix = `again-${process.pid}.`
      const to = ['replay', first, '--to', 'kafka', '--prefix', prefix, '--speed', 'max', '--json']
      const program = run(...to)
      expect(await program.ended, program.output()).toBe(0)
      const report = JSON.parse(program.stdout())
      expect(report).toMatchObject({ by: 'wall', stopped: false, acknowledged: RECORDS })
      for (const { name } of report.topics)
        expect(program.output()).toContain(`${name} (${PARTITIONS} partitions)`)

      const targets = topics.map((name) => `${prefix}${name}`)
      const sentAgain = await recordsOf(await record('second', targets))
      expect(sentAgain.map((it) => asText(original(it, prefix))).sort()).toEqual(
        before.map(asText).sort(),
      )
      expect(sentAgain[0].headers!.at(-2)![1]!.toString()).toBe(report.run)

      // Once more would be twice the same.
      const again = run(...to)
      expect(await again.ended).toBe(2)
      expect(again.output(), again.output()).toMatch(
        /topics: .*\(\d+ records\), expected new or empty ones; .*another --prefix/,
      )
    },
    PROGRAMS_MS,
  )

  it(
    'is a city, whose digest is that of the recording',
    async () => {
      const prefix = `storm-${process.pid}.`
      const to = ['replay', SAMPLE, '--to', 'kafka', '--prefix', prefix, '--speed', 'max', '--json']
      const program = run(...to)
      expect(await program.ended, program.output()).toBe(0)
      const { by, acknowledged, recorded } = JSON.parse(program.stdout())
      expect([by, acknowledged]).toEqual(['event', recorded])
      const digest = run('digest', '--prefix', prefix)
      expect(await digest.ended, digest.output()).toBe(0)
      expect(digest.stdout()).toContain(`city digest ${digestIn(await recordsOf(SAMPLE))}`)
    },
    PROGRAMS_MS,
  )

  it(
    'goes at its pace, and ends where it is stopped, with a beginning of every topic-partition',
    async () => {
      const prefix = `part-${process.pid}.`
      const program = run('replay', SAMPLE, '--to', 'kafka', '--prefix', prefix, '--speed', '300')
      await program.says(/replay: made/)
      await expect
        .poll(async () => (await log.offsets(`${prefix}run`))[0].latest, { timeout: 60_000 })
        .toBeGreaterThan(5n)
      expect(await program.stop(), program.output()).toBe(0)
      const report = program.stdout()
      expect(report).toMatch(/stopped: the newest is of 2025-06-11T/)
      expect(report).toMatch(/late +p50 [\d.]+ ms, p99 [\d.]+ ms, max/)
      const [, acknowledged, recorded] = /(\d+) of (\d+) acknowledged/.exec(report)!.map(Number)
      expect(acknowledged).toBeLessThan(recorded)
      const manifest = await Recording.open(SAMPLE).then(async (it) => {
        await it.close()
        return it.manifest
      })
      let there = 0
      for (const topic of Object.keys(manifest.topics)) {
        const sizes = await log.offsets(`${prefix}${topic.slice('city.'.length)}`)
        there += sizes.reduce((sum, { latest }) => sum + Number(latest), 0)
      }
      expect(there).toBe(acknowledged)
    },
    PROGRAMS_MS,
  )

  it(
    'is sent three times where three times its length is asked for, each record with its pass',
    async () => {
      const stretch = ['--until', '2025-06-11T07:05:00Z', '--topics', 'five-g-site,run', '--json']
      const send = async (prefix: string, ...more: string[]) => {
        const to = ['--to', 'kafka', '--prefix', prefix, '--speed', 'max', ...stretch, ...more]
        const program = run('replay', SAMPLE, ...to)
        expect(await program.ended, program.output()).toBe(0)
        return JSON.parse(program.stdout())
      }
      const once = await send(`once-${process.pid}.`)
      expect(once).toMatchObject({ passes: null, stopped: false })
      const prefix = `thrice-${process.pid}.`
      const thrice = await send(prefix, '--loop', '--for', 'PT15M')
      expect(thrice).toMatchObject({ passes: 3, acknowledged: 3 * once.acknowledged })
      const folder = await record('thrice', [`${prefix}five-g-site`], 2)
      const passes = Map.groupBy(await recordsOf(folder), ({ headers = [] }) => {
        const [name, value] = headers.at(-1)!
        return `${name} ${value}`
      })
      const bytes = [...passes].map(([pass, records]) => [
        pass,
        records.map((it) => asText({ ...it, offset: 0n, headers: it.headers!.slice(0, -1) })),
      ])
      const first = bytes[0][1].length
      expect(first).toBeGreaterThan(1_000)
      for (const [, texts] of bytes) (texts as string[]).sort()
      const names = ['replay.pass 1', 'replay.pass 2', 'replay.pass 3']
      expect(bytes).toEqual(names.map((name) => [name, bytes[0][1]]))
    },
    PROGRAMS_MS,
  )
})

/** The city's, by the last tick of each topic-partition. */
function digestIn(records: RecordedRecord[]): string {
  const ticks = new Map<string, { domain: string; partition: number; chain: string }>()
  for (const { topic, partition, key, value } of records) {
    const marker = key === null && value !== null ? markerOf(value) : null
    if (marker?.type !== TICK_TYPE) continue
    const domain = topic.slice('city.'.length)
    ticks.set(`${topic}/${partition}`, { domain, partition, chain: marker.data.chain })
  }
  return cityDigest([...ticks.values()]).digest
}
