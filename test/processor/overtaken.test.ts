// A task notices every record that retention took before it could read it, be it a single one, and no hole of another kind.
import { expect, it } from 'vitest'
import { virtualClock } from '../../infra/clock.ts'
import type { EventLog, LogRecord } from '../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { createOutbox } from '../../processor/runtime/outbox.ts'
import { watchRuns } from '../../processor/runtime/runs.ts'
import { TaskRunner } from '../../processor/runtime/tasks/task-runner.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { noneIgnored } from '../ignored.ts'
import { descriptorRecord } from '../run-records.ts'
import { CITY, createTape, lampCatalogue, lampDescriptor, START } from './lamp.ts'

const topics = topicNames()
const lamp = topics.domain('lamp')

/** A task that was handed all records but `skipped`, where the topic now begins at `earliest`. */
async function warningsAfter(skipped: number, earliest: bigint): Promise<string[]> {
  const clock = virtualClock(1_000_000)
  const memory = createMemoryLog({ clock })
  await memory.ensureTopics(topicSpecs(topics, ['lamp'], 1))
  const described = descriptorRecord(lampDescriptor())
  const epoch = Number(await memory.append(topics.run, 0, [described]))
  const warnings: string[] = []
  const logger = { info: () => {}, warn: (text: string) => void warnings.push(text) }
  let begins = 0n
  const log: EventLog = {
    ...memory,
    offsets: async (topic) =>
      topic === lamp
        ? [{ partition: 0, earliest: begins, latest: 100n }]
        : await memory.offsets(topic),
  }
  const runs = await watchRuns({
    log,
    topics,
    ignored: noneIgnored,
    cityOf: () => CITY,
    catalogueOf: () => lampCatalogue(8),
    onNewest: () => {},
  })
  await runs.find(epoch)
  while (runs.newest() === null) await clock.turn()
  const { handler } = new TaskRunner({
    log,
    clock,
    topics,
    runs,
    outbox: createOutbox(log),
    logger,
    ignored: noneIgnored,
    onFailure: (error) => expect.fail(`${error}`),
  })
  await handler.assigned([{ topic: lamp, partition: 0 }])
  const tape = createTape({ epoch })
  const event = (seq: number) => tape.event({ lamp: 0, seq, time: START + seq })
  const records: LogRecord[] = [tape.started(), ...[1, 2, 3, 4, 5, 6].map(event)]
  const hand = (batch: LogRecord[]) =>
    handler.batch({ topic: lamp, partition: 0, records: batch, highWatermark: 100n } as never)
  await hand(records.slice(0, 3))
  begins = earliest
  await hand(records.slice(3 + skipped))
  await memory.close()
  return warnings
}

it('says so when a single record is gone before it was read', async () => {
  expect((await warningsAfter(1, 4n)).join()).toContain('records 3 to 3 are gone')
})

it('says so when several are', async () => {
  expect((await warningsAfter(3, 6n)).join()).toContain('records 3 to 5 are gone')
})

it('is silent about a hole that retention did not make, and about a topic that begins where it stands', async () => {
  expect(await warningsAfter(1, 0n)).toEqual([])
  expect(await warningsAfter(1, 3n)).toEqual([])
  expect(await warningsAfter(0, 3n)).toEqual([])
})
