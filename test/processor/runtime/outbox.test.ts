// Outputs on their way to the log.
import { queryObjects } from 'node:v8'
import { describe, expect, it } from 'vitest'
import type { EventLog, NewRecord } from '../../../infra/event-log/event-log.ts'
import { createOutbox } from '../../../processor/runtime/outbox.ts'
import { turns } from '../../infra/recorder.ts'

type Append = { topic: string; count: number; acknowledge(): void; refuse(error: Error): void }

/** An outbox on a log whose acknowledgements are given by hand. */
function open() {
  const appends: Append[] = []
  const append: EventLog['append'] = (topic, _partition, records) =>
    new Promise((resolve, reject) => {
      appends.push({
        topic,
        count: records.length,
        acknowledge: () => resolve(0n),
        refuse: reject,
      })
    })
  return { outbox: createOutbox({ append } as EventLog), appends }
}

/** Promises that are alive, after a garbage collection. */
const promises = () => Number(queryObjects(Promise, { format: 'count' }))
const record = (): NewRecord => ({ key: null, value: Buffer.from('v'), timestamp: 0 })

/** What became of a promise, after it had time to become something. */
async function fate(promise: Promise<unknown>): Promise<string> {
  let now = 'waits'
  promise.then(
    () => {
      now = 'resolved'
    },
    (error: Error) => {
      now = error.message
    },
  )
  await turns(2)
  return now
}

describe('outbox', () => {
  it('has one append per topic-partition on its way and sends the rest together', async () => {
    const { outbox, appends } = open()
    for (let i = 0; i < 3; i++) outbox.send('a', 0, record())
    outbox.send('b', 0, record())
    expect(appends.map((a) => [a.topic, a.count])).toEqual([
      ['a', 1],
      ['b', 1],
    ])
    appends[0].acknowledge()
    await turns(2)
    expect([appends[2].topic, appends[2].count, outbox.size]).toEqual(['a', 2, 3])
  })

  it('settles what was sent before the call, whatever is sent afterwards', async () => {
    const { outbox, appends } = open()
    outbox.send('a', 0, record())
    outbox.send('b', 0, record())
    const settled = outbox.settled()
    outbox.send('b', 0, record())
    appends[0].acknowledge()
    expect(await fate(settled)).toBe('waits')
    appends[1].acknowledge()
    expect(await fate(settled)).toBe('resolved')
  })

  it('rejects who waits and who asks later when an append failed', async () => {
    const { outbox, appends } = open()
    outbox.send('a', 0, record())
    outbox.send('b', 0, record())
    const before = outbox.settled()
    const reported = before.catch((error: Error) => error.message)
    appends[1].refuse(new Error('no log'))
    expect(await reported).toBe('no log')
    expect(await fate(outbox.settled())).toBe('no log')
    expect(await fate(outbox.failed)).toBe('no log')
  })

  it('leaves nothing behind of waits that are over', async () => {
    const { outbox, appends } = open()
    const wait = async () => {
      outbox.send('a', 0, record())
      const settled = outbox.settled()
      for (const append of appends.splice(0)) append.acknowledge()
      await settled
    }
    await wait()
    const before = promises()
    for (let i = 0; i < 2_000; i++) await wait()
    expect(promises() - before).toBeLessThan(500)
  })
})
