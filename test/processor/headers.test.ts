// What a processor says of itself stands in record headers: values are the same whoever writes them.
import { expect, it } from 'vitest'
import { virtualClock } from '../../infra/clock.ts'
import type { LogRecord } from '../../infra/event-log.ts'
import { createMemoryLog } from '../../infra/memory-log.ts'
import { OWNER_HEADER, sentOf } from '../../processor/contract.ts'
import { runProcessor } from '../../processor/run.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { turns } from '../infra/recorder.ts'
import { CITY, createTape, lampCatalogue, lampDescriptor, START } from './lamp.ts'

const OWNER = 'here-1'
const topics = topicNames()

it('names its owner and the send times of what a frame tells in headers, and in no value', async () => {
  const clock = virtualClock(1_000_000)
  const log = createMemoryLog({ clock })
  await log.ensureTopics(topicSpecs(topics, ['lamp'], 1))
  const processor = await runProcessor({
    ...{ log, clock, topics, owner: OWNER },
    cityOf: () => CITY,
    catalogueOf: () => lampCatalogue(8),
  })
  const key = Buffer.from('descriptor|r|u')
  const value = Buffer.from(JSON.stringify(lampDescriptor()))
  const epoch = Number(await log.append(topics.run, 0, [{ key, value, timestamp: 0 }]))
  const tape = createTape({ epoch })
  const write = async (...records: LogRecord[]) => {
    await log.append(topics.domain('lamp'), 0, records)
    await turns(60)
    for (let i = 0; i < 4; i++) {
      clock.advance(250)
      await turns(60)
    }
  }
  const pulse = (lamp: number, timestamp: number) => ({
    ...tape.event({ lamp, seq: 1, time: START + 1000 + lamp }),
    timestamp,
  })
  await write(tape.started(), tape.tick(START))
  await write(pulse(0, 5_000), pulse(2, 7_000), pulse(4, 6_000))

  const read: Record<string, LogRecord[]> = {}
  for (const topic of [topics.map, topics.kpi, topics.partial]) {
    read[topic] = []
    await log.tail({ topic, from: 'earliest', batch: (b) => void read[topic].push(...b.records) })
  }
  await turns(60)
  const frames = read[topics.map]
  expect(frames.map((f) => sentOf(f.headers))).toEqual([null, { oldest: 5_000, newest: 7_000 }])
  const ledgers = read[topics.kpi].filter((r) => `${r.key}`.startsWith(`${epoch}|ledger|`))
  expect(ledgers.map((r) => r.headers)).toEqual([[[OWNER_HEADER, Buffer.from(OWNER)]]])
  for (const record of Object.values(read).flat()) {
    expect(record.value!.includes(OWNER)).toBe(false)
  }
  await processor.stop()
  await log.close()
})
