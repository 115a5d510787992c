// The reader that feeds the snapshot: it tries again, and when it is closed it is over.
import pino from 'pino'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { createConsoleMetrics } from '../../../../../console/server/metrics.ts'
import { startReader } from '../../../../../console/server/state/feed/reader.ts'
import type { Snapshot } from '../../../../../console/server/state/snapshot.ts'
import { virtualClock } from '../../../../../infra/clock.ts'
import type { EventLog } from '../../../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../../../infra/memory/memory-log.ts'
import { waitUntil } from '../../../../../load/wait-until.ts'
import { topicNames } from '../../../../../producers/contract/topics.ts'

describe('a reader of a log that cannot be asked', () => {
  function reading() {
    const clock = virtualClock()
    const asked: { topic: string; refuse: () => void }[] = []
    const log: EventLog = {
      ...createMemoryLog(),
      offsets: (topic) =>
        new Promise((_resolve, reject) => {
          asked.push({ topic, refuse: () => reject(new Error('no such login')) })
        }),
    }
    const metrics = createConsoleMetrics(new Registry())
    const context = { log, clock, logger: pino({ level: 'silent' }), metrics }
    const reader = startReader(context, topicNames(), {} as Snapshot)
    return { clock, asked, reader }
  }

  it('asks again, and says meanwhile why', async () => {
    const { clock, asked, reader } = reading()
    asked[0].refuse()
    await waitUntil('the problem', () => reader.problems().includes('city.map: no such login'))
    clock.advance(500)
    expect(asked.map((a) => a.topic)).toEqual(['city.map', 'city.map'])
    asked[1].refuse()
    await reader.close()
  })

  it('does not ask again once it is closed, whenever the answer comes', async () => {
    const { clock, asked, reader } = reading()
    const closing = reader.close()
    asked[0].refuse()
    await closing
    clock.advance(60_000)
    expect(asked).toHaveLength(1)
  })
})
