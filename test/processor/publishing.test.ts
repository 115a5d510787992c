// What a processor publishes beside its values, and when: headers that name it, send times, and a loss at once.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { virtualClock } from '../../infra/clock.ts'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { sentOf } from '../../processor/contract/frame.ts'
import { type LedgerReading, OWNER_HEADER } from '../../processor/contract/types.ts'
import { runProcessor } from '../../processor/run.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { turns } from '../infra/recorder.ts'
import { descriptorRecord } from '../run-records.ts'
import { CITY, createTape, lampCatalogue, lampDescriptor, START } from './lamp.ts'

const OWNER = 'here-1'
const topics = topicNames()

async function open() {
  const clock = virtualClock(1_000_000)
  const log = createMemoryLog({ clock })
  await log.ensureTopics(topicSpecs(topics, ['lamp'], 1))
  const processor = await runProcessor({
    ...{ log, clock, topics, owner: OWNER },
    cityOf: () => CITY,
    catalogueOf: () => lampCatalogue(8),
  })
  const described = descriptorRecord(lampDescriptor())
  const epoch = Number(await log.append(topics.run, 0, [described]))
  return {
    tape: createTape({ epoch }),
    async write(...records: LogRecord[]) {
      await log.append(topics.domain('lamp'), 0, records)
      await turns(60)
    },
    async pass(ms: number) {
      for (let i = 0; i < ms; i += 250) {
        clock.advance(250)
        await turns(60)
      }
    },
    async read(topic: string) {
      const found: LogRecord[] = []
      const tail = await log.tail({
        topic,
        from: 'earliest',
        batch: (b) => void found.push(...b.records),
      })
      await turns(60)
      await tail.close()
      return found
    },
    async ledgers() {
      const records = await this.read(topics.kpi)
      return records.filter((r) => `${r.key}`.startsWith(`${epoch}|ledger|`))
    },
    async close() {
      await processor.stop()
      await log.close()
    },
  }
}

let here: Awaited<ReturnType<typeof open>>
beforeEach(async () => {
  here = await open()
})
afterEach(() => here.close())

const readingOf = (record: LogRecord) => JSON.parse(`${record.value}`) as LedgerReading

describe('a processor', () => {
  it('names its owner and the send times of what a frame shows in headers, and in no value', async () => {
    const { tape, write, pass } = here
    const pulse = (lamp: number, timestamp: number) => ({
      ...tape.event({ lamp, seq: 1, time: START + 1000 + lamp }),
      timestamp,
    })
    await write(tape.started(), tape.tick(START))
    await pass(250)
    await write(pulse(0, 5_000), pulse(2, 7_000), pulse(4, 6_000))
    await pass(1000)
    const frames = await here.read(topics.map)
    expect(frames.map((f) => sentOf(f.headers))).toEqual([null, { oldest: 5_000, newest: 7_000 }])
    const ledgers = await here.ledgers()
    expect(ledgers.map((r) => r.headers)).toEqual([[[OWNER_HEADER, Buffer.from(OWNER)]]])
    const partials = await here.read(topics.partial)
    for (const { value } of [...frames, ...ledgers, ...partials]) {
      expect(value!.includes(OWNER)).toBe(false)
    }
  })

  it('publishes a loss at the very tick, and its name, without waiting until it is due', async () => {
    const { tape, write, pass } = here
    const event = (seq: number, ms: number) => tape.event({ lamp: 0, seq, time: START + ms })
    await write(tape.started(), event(1, -1000), tape.tick(START))
    await pass(1000)
    await write(tape.tick(START + 10_000))
    const [quiet] = await here.ledgers()
    expect(readingOf(quiet), 'an even account waits').toMatchObject({
      watermark: '2025-06-18T08:30:00.000Z',
    })
    event(2, 12_000) // never arrives
    await write(tape.tick(START + 20_000))
    const [broken] = await here.ledgers()
    expect(readingOf(broken)).toMatchObject({ unexplained: 1, breaks: [{ missing: [] }] })
    await write(event(3, 22_000), tape.tick(START + 30_000))
    const [named] = await here.ledgers()
    expect(readingOf(named).breaks[0].missing).toMatchObject([{ seq: 2 }])
  })
})
