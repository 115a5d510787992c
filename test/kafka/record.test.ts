// Recording from a real broker: anybody's bytes come back as they were written, and a kill takes less than a second with it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { realClock, sleep } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { stream } from '../../infra/random.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { asText, hostileRecord } from '../replay/recording/hostile-records.ts'
import { type Broker, findBroker } from './broker.ts'
import { type Running, startHuacheng } from './programs.ts'

const found = await findBroker()
if (typeof found === 'string') console.error(`\nRecording from Kafka NOT run: ${found}\n`)

const PARTITIONS = 3
const RECORDS = 20_000
const BATCH = 500
/** Records a second while the recorder is killed, and how long they come. */
const RATES = [100, 5_000]
const KILL_AFTER_MS = 4_000
const STEP_MS = 20
const LOST_MS = 1_000

describe.skipIf(typeof found === 'string')('recording from a real broker', () => {
  const broker = found as Broker
  const log: EventLog = createKafkaLog({ connection: { brokers: [broker.brokers] } })
  const scratch = mkdtempSync(join(tmpdir(), 'huacheng-record-'))
  const started: Running[] = []
  afterAll(async () => {
    await Promise.all(started.map((program) => program.kill()))
    await log.close()
    await broker.stop?.()
    rmSync(scratch, { recursive: true })
  })

  function startRecorder(topic: string, ...more: string[]): { program: Running; folder: string } {
    const folder = join(scratch, topic)
    const program = startHuacheng([
      ...[
        'record',
        '--brokers',
        broker.brokers,
        '--topics',
        topic,
        '--out',
        folder,
        '--status-port',
        '0',
      ],
      ...more,
    ])
    started.push(program)
    return { program, folder }
  }

  async function recorded(folder: string) {
    const recording = await Recording.open(folder)
    const records = []
    for await (const member of recording.records('events')) records.push(...member)
    await recording.close()
    return { records, recording }
  }

  it('brings back whatever was written, byte by byte', async () => {
    const topic = `hostile-${process.pid}`
    await log.ensureTopics([{ name: topic, partitions: PARTITIONS, cleanup: 'delete' }])
    const words = stream(1, 'records', 'kafka')
    const written: string[] = []
    for (let i = 0; i < RECORDS; i += BATCH) {
      const partition = (i / BATCH) % PARTITIONS
      const records = Array.from({ length: BATCH }, () => {
        const record = hostileRecord(words, 0n)
        // Kafka takes no negative time.
        return { ...record, timestamp: Math.max(1, record.timestamp) }
      })
      const first = await log.append(topic, partition, records)
      const asWritten = (record: (typeof records)[number], n: number) =>
        asText({ ...record, topic, partition, offset: first + BigInt(n) })
      written.push(...records.map(asWritten))
    }
    const { program, folder } = startRecorder(topic)
    await expect
      .poll(() => program.output(), { timeout: 60_000 })
      .toContain(`"acknowledged":${RECORDS}`)
    await program.stop()
    const { records, recording } = await recorded(folder)
    expect(recording.recovered).toBeNull()
    expect(records.map(asText).sort()).toEqual(written.sort())
  })

  it.each(RATES)(
    'killed at %i records a second has lost less than a second of them',
    async (rate) => {
      const topic = `killed-${rate}-${process.pid}`
      await log.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete' }])
      const { program, folder } = startRecorder(topic)
      await expect.poll(() => program.output(), { timeout: 60_000 }).toContain('record: writes')
      const begun = Date.now()
      let sent = 0
      while (Date.now() < begun + KILL_AFTER_MS) {
        const due = Math.floor(((Date.now() - begun) * rate) / 1_000)
        const records = Array.from({ length: due - sent }, (_, n) => ({
          ...{ key: null, value: Buffer.from(`{"n":${sent + n}}`), timestamp: Date.now() },
        }))
        sent = due
        if (records.length > 0) await log.append(topic, 0, records)
        await sleep(realClock, STEP_MS)
      }
      await program.kill()
      const killed = Date.now()
      const { records, recording } = await recorded(folder)
      expect(recording.recovered?.events).toBe(records.length)
      const last = records.at(-1)!.timestamp
      console.log(
        `${rate}/s: ${sent} sent, ${records.length} readable, the newest ${killed - last} ms before the kill`,
      )
      expect(records.map(({ value }) => JSON.parse(String(value)).n)).toEqual(
        records.map((_, n) => n),
      )
      expect(killed - last).toBeLessThanOrEqual(LOST_MS + STEP_MS)
    },
  )
})
