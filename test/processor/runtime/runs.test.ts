// Which run a processor follows: the highest epoch, and nothing of lower ones.
import { expect, it } from 'vitest'
import type { NewRecord } from '../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { watchRuns } from '../../../processor/runtime/runs.ts'
import { topicNames, topicSpecs } from '../../../producers/contract/topics.ts'
import { collectIgnored } from '../../ignored.ts'
import { conductorRecord, descriptorRecord } from '../../run-records.ts'
import { CITY, lampCatalogue, lampDescriptor } from '../lamp.ts'

const topics = topicNames()

async function watched() {
  const log = createMemoryLog()
  await log.ensureTopics(topicSpecs(topics, ['lamp'], 1))
  const newest: number[] = []
  const ignored = collectIgnored()
  const append = async (record: NewRecord) => Number(await log.append(topics.run, 0, [record]))
  const open = () =>
    watchRuns({
      log,
      topics,
      ignored,
      cityOf: () => CITY,
      catalogueOf: () => lampCatalogue(8),
      onNewest: (epoch) => newest.push(epoch),
    })
  return { log, append, open, newest, ignored }
}

it('finds a run that the tail has not read yet, and no run where there is none', async () => {
  const { log, append, open, newest } = await watched()
  const runs = await open()
  const epoch = await append(descriptorRecord(lampDescriptor()))
  const other = await append(conductorRecord(epoch, lampDescriptor().run, 'second'))
  // Asked before the reader had a turn of the event loop.
  const found = runs.find(epoch)
  expect(runs.newest()).toBeNull()
  expect((await found)?.domains.get('lamp')?.measures).toHaveLength(5)
  expect(await runs.find(other)).toBeNull()
  expect(await runs.find(other + 1)).toBeNull()
  expect(newest).toEqual([epoch])
  await log.close()
})

it('names only the newest of the runs that it finds at its start, and passes over what is no run', async () => {
  const { log, append, open, newest, ignored } = await watched()
  await append(descriptorRecord(lampDescriptor()))
  const second = await append(descriptorRecord(lampDescriptor({ run: 'r-00000000000b' })))
  await append({ ...descriptorRecord(lampDescriptor()), value: Buffer.from('{') })
  const runs = await open()
  expect((await runs.find(second))?.descriptor.run).toBe('r-00000000000b')
  expect(newest).toEqual([second])
  expect(ignored.found).toMatchObject([{ topic: 'city.run', offset: 2n, reason: 'not-json' }])
  await log.close()
})
