// A processor that dies suddenly: another takes its place after a second, and who waits for that learns how it went.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type KillableProcessor,
  startKillableProcessor,
} from '../../../commands/demo/killable-processor.ts'
import { virtualClock } from '../../../infra/clock.ts'
import { createIgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import { connectTo } from '../../../infra/memory/connection.ts'
import { createMemoryLog, type MemoryLog } from '../../../infra/memory/memory-log.ts'
import { topicNames, topicSpecs } from '../../../producers/contract/topics.ts'

const topics = topicNames()
const unseen = () => {
  throw new Error('there is no run')
}

let clock: ReturnType<typeof virtualClock>
let log: MemoryLog
let lives: number
let processor: KillableProcessor

beforeEach(async () => {
  clock = virtualClock(1_000_000)
  log = createMemoryLog({ clock })
  lives = 0
  await log.ensureTopics(topicSpecs(topics, ['lamp'], 1))
  processor = await startKillableProcessor({
    ...{ clock, topics, cityOf: unseen, catalogueOf: unseen },
    ignored: createIgnoredRecords({ clock, logger: { warn: () => {} } }),
    connect() {
      lives++
      if (lives === 3) throw new Error('no room for a third')
      return connectTo(log)
    },
  })
})

afterEach(async () => {
  await processor.stop()
  await log.close()
})

/** Kills it and lets the second pass that a supervisor needs. */
function killed() {
  const recovery = processor.kill()
  recovery.catch(() => {})
  clock.advance(1_000)
  return recovery
}

describe('a processor that can be killed', () => {
  it('has a successor with a name and a connection of its own', async () => {
    expect(await killed()).toMatchObject({
      ...{ victim: 'processor-1', successor: 'processor-2' },
      ...{ downMs: 1_000, recoveredMs: 1_000, watermark: null, records: 0 },
    })
    expect(lives).toBe(2)
  })

  it('is killed once at a time', async () => {
    const first = processor.kill()
    await expect(processor.kill()).rejects.toThrow('still recovering; wait for it')
    clock.advance(1_000)
    await first
  })

  it('has failed when no successor starts', async () => {
    await killed()
    await expect(killed()).rejects.toThrow('no room for a third')
    await expect(processor.done).rejects.toThrow('no room for a third')
  })
})
