// A log that loses one event on the way: the very one it names, from the topics it was given, and never a tick.
import { beforeEach, describe, expect, it } from 'vitest'
import { createLossyLog, type LossyLog } from '../../../commands/demo/lossy-log.ts'
import { virtualClock } from '../../../infra/clock.ts'
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import { createMemoryLog, type MemoryLog } from '../../../infra/memory/memory-log.ts'
import { turns } from '../../infra/recorder.ts'
import { createTape, START } from '../../processor/lamp.ts'

let memory: MemoryLog
let lossy: LossyLog
const clock = virtualClock()

beforeEach(async () => {
  memory = createMemoryLog()
  const shape = { partitions: 2, cleanup: 'delete' as const }
  await memory.ensureTopics([
    { name: 'city.lamp', ...shape },
    { name: 'city.well', ...shape },
  ])
  lossy = createLossyLog(memory, ['city.lamp'], clock)
})

const tape = createTape()
let seq = 0
const events = (count: number) =>
  Array.from({ length: count }, () => tape.event({ lamp: 1, seq: ++seq, time: START + seq }))

async function held(topic: string): Promise<string[]> {
  const found: LogRecord[] = []
  await memory.tail({ topic, from: 'earliest', batch: (b) => void found.push(...b.records) })
  await turns()
  return found.map((r) => `${r.value}`)
}

describe('a lossy log', () => {
  it('passes everything on until it is to lose one', async () => {
    const records = [...events(3), tape.tick(START + 10)]
    await lossy.append('city.lamp', 1, records)
    expect(await held('city.lamp')).toEqual(records.map((r) => `${r.value}`))
  })

  it('loses one event of its topics, says which, and leaves ticks and everything else alone', async () => {
    const loss = lossy.loseOne()
    const elsewhere = events(20)
    await lossy.append('city.well', 0, elsewhere)
    const ticks = Array.from({ length: 12 }, (_, i) => tape.tick(START + 20 + i))
    const records = [...ticks, ...events(9)]
    await lossy.append('city.lamp', 1, records)
    const lost = await loss
    expect(lost).toMatchObject({ topic: 'city.lamp', partition: 1, district: '990002' })
    expect(await held('city.well')).toHaveLength(20)
    const left = await held('city.lamp')
    const gone = records.map((r) => `${r.value}`).filter((value) => !left.includes(value))
    expect(gone.map((value) => JSON.parse(value))).toMatchObject([
      { subject: lost.asset, seq: lost.seq, time: lost.time },
    ])
    expect(records, 'the producer’s own list stays as it is').toHaveLength(21)
    await lossy.append('city.lamp', 1, events(20))
    expect(await held('city.lamp')).toHaveLength(20 + 20)
  })

  it('delivers what it lost, once, byte for byte, whatever the producer did with its memory since', async () => {
    const loss = lossy.loseOne()
    const records = events(14)
    const before = records.map((r) => `${r.value}`)
    await lossy.append('city.lamp', 0, records)
    const lost = await loss
    for (const { value } of records) value!.fill(0)
    await lossy.giveBack(lost)
    const all = await held('city.lamp')
    expect(before.filter((value) => all.includes(value)).map((v) => JSON.parse(v).seq)).toContain(
      lost.seq,
    )
    await expect(lossy.giveBack(lost)).rejects.toThrow('is not lost, or not any more')
  })

  it('gives up when no event comes, and steals none later', async () => {
    const loss = lossy.loseOne()
    clock.advance(20_000)
    await expect(loss).rejects.toThrow(/no event within 20 s/)
    await lossy.append('city.lamp', 0, events(30))
    expect(await held('city.lamp')).toHaveLength(30)
  })
})
