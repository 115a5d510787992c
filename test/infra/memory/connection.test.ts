// A process of the demo that dies alone: its members vanish, others take over, and nothing it still does has any effect.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stoppableClock, virtualClock } from '../../../infra/clock.ts'
import { connectTo } from '../../../infra/memory/connection.ts'
import { createMemoryLog, type MemoryLog } from '../../../infra/memory/memory-log.ts'
import { eventLogSuite } from '../event-log/event-log.suite.ts'
import { createMember, createTailNotes, records, turns } from '../recorder.ts'

eventLogSuite('memory, through a connection', async () => {
  const log = createMemoryLog()
  return {
    log: connectTo(log),
    leaveHole: async (topic, partition) => log.skip(topic, partition, 2),
    close: () => log.close(),
  }
})

describe('a severed connection', () => {
  let log: MemoryLog

  beforeEach(async () => {
    log = createMemoryLog()
    await log.ensureTopics([{ name: 't', partitions: 2, cleanup: 'delete' }])
  })
  afterEach(() => log.close())

  it('leaves its group without revoked, and the next member takes over where the last commit was', async () => {
    const connection = connectTo(log)
    const first = createMember()
    await connection.group({ group: 'g', topics: ['t'], handler: first.handler })
    await log.append('t', 0, records('a', 2))
    await first.seen(2)
    await turns()
    connection.sever()
    const second = createMember({ start: () => 'earliest' })
    await log.group({ group: 'g', topics: ['t'], handler: second.handler })
    await log.append('t', 0, records('c', 1))
    await second.seen(3)
    expect(second.values()).toEqual(['a-0', 'a-1', 'c-0'])
    expect(first.values()).toEqual(['a-0', 'a-1'])
    expect(first.calls.filter((call) => call.startsWith('revoked'))).toEqual([])
  })

  it('commits nothing for a batch in which it died', async () => {
    const connection = connectTo(log)
    const handled = Promise.withResolvers<void>()
    const blocked = Promise.withResolvers<void>()
    const first = createMember({
      onBatch: async () => {
        handled.resolve()
        await blocked.promise
      },
    })
    await connection.group({ group: 'g', topics: ['t'], handler: first.handler })
    await log.append('t', 0, records('a', 1))
    await handled.promise
    connection.sever()
    blocked.resolve()
    await turns()
    const [lag] = (await log.lag('g')).filter((l) => l.partition === 0)
    expect([lag.committed, lag.latest]).toEqual([0n, 1n])
  })

  it('answers no call any more and ends its tails', async () => {
    const connection = connectTo(log)
    const notes = createTailNotes()
    await connection.tail({ topic: 't', from: 'earliest', batch: notes.batch })
    await log.append('t', 0, records('a', 1))
    await notes.seen(1)
    connection.sever()
    await log.append('t', 0, records('b', 1))
    let answered = 0
    for (const call of [
      connection.append('t', 0, records('c', 1)),
      connection.offsets('t'),
      connection.lag('g'),
      connection.tail({ topic: 't', from: 'earliest', batch: notes.batch }),
      connection.close(),
    ]) {
      void call.then(() => answered++)
    }
    await turns()
    expect(answered).toBe(0)
    expect(notes.values()).toEqual(['a-0'])
    expect((await log.offsets('t'))[0].latest).toBe(2n)
  })

  it('does not keep the log from closing, whatever its handlers wait for', async () => {
    const connection = connectTo(log)
    const member = createMember({ onBatch: () => new Promise(() => {}) })
    await connection.group({ group: 'g', topics: ['t'], handler: member.handler })
    await log.append('t', 0, records('a', 1))
    await turns()
    connection.sever()
    await log.close()
  })
})

describe('the clock of what may die', () => {
  it('runs nothing after it was stopped', () => {
    const clock = virtualClock()
    const killable = stoppableClock(clock)
    const ran: string[] = []
    killable.schedule(10, () => ran.push('before'))
    killable.schedule(30, () => ran.push('after'))
    const cancel = killable.schedule(10, () => ran.push('cancelled'))
    cancel()
    clock.advance(20)
    killable.stop()
    killable.schedule(1, () => ran.push('later'))
    clock.advance(100)
    expect(ran).toEqual(['before'])
    expect(killable.now()).toBe(clock.now())
  })
})
