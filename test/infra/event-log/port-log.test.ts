// A log through a message port answers as the log itself does, and dies no more silently.
import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import type { EventLog, LogRecord } from '../../../infra/event-log/event-log.ts'
import { logOverPort, type PortLog, serveLog } from '../../../infra/event-log/port-log.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'

const TOPIC = 'city.run'
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function logs(served: (log: EventLog) => PortLog = (log) => log) {
  const log = createMemoryLog()
  await log.ensureTopics([{ name: TOPIC, partitions: 1, cleanup: 'compact' }])
  const { port1, port2 } = new MessageChannel()
  serveLog(port1, served(log))
  closers.push(() => port1.close())
  return { log, far: logOverPort(port2) }
}

const record = (key: string | null, value: string | null) => ({
  key: key === null ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  timestamp: 7,
})

describe('a log over a port', () => {
  it('appends, and says where the topic ends', async () => {
    const { log, far } = await logs()
    expect(await far.append(TOPIC, 0, [record('a', '1'), record(null, 'ü')])).toBe(0n)
    expect(await far.append(TOPIC, 0, [record('a', null)])).toBe(2n)
    expect(await far.offsets(TOPIC)).toEqual(await log.offsets(TOPIC))
  })

  it('hands on what is there and what comes, as buffers, until it is closed', async () => {
    const { log, far } = await logs()
    const headers: [string, Buffer | null][] = [['owner', Buffer.from('me')]]
    await log.append(TOPIC, 0, [{ ...record('a', 'one'), headers }])
    const got: LogRecord[] = []
    const two = Promise.withResolvers<void>()
    const tail = await far.tail({
      topic: TOPIC,
      from: 'earliest',
      batch({ records }) {
        got.push(...records)
        if (got.length === 2) two.resolve()
      },
    })
    await log.append(TOPIC, 0, [record('b', null)])
    await two.promise
    expect(got).toMatchObject([
      { ...record('a', 'one'), offset: 0n, headers },
      { ...record('b', null), offset: 1n },
    ])
    expect(got[0].value).toBeInstanceOf(Buffer)
    await tail.close()
    await tail.done
    await log.append(TOPIC, 0, [record('c', 'late')])
    await far.offsets(TOPIC)
    expect(got).toHaveLength(2)
  })

  it('says what the log refuses, and that a tail died on either side', async () => {
    const { far } = await logs((log) => ({
      ...log,
      append: () => Promise.reject(new Error('disk full')),
      tail: async (options) => {
        const tail = await log.tail(options)
        return { close: () => tail.close(), done: Promise.reject(new Error('gone')) }
      },
    }))
    await expect(far.append(TOPIC, 0, [record('a', '1')])).rejects.toThrow('disk full')
    const dead = await far.tail({ topic: TOPIC, from: 'earliest', batch() {} })
    await expect(dead.done).rejects.toThrow('gone')
    const sound = await logs()
    await sound.log.append(TOPIC, 0, [record('a', '1')])
    const throwing = await sound.far.tail({
      topic: TOPIC,
      from: 'earliest',
      batch() {
        throw new Error('cannot read this')
      },
    })
    await expect(throwing.done).rejects.toThrow('cannot read this')
  })
})
