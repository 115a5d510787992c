// Which run a processor follows: the highest epoch, and nothing of lower ones.
import { expect, it } from 'vitest'
import { createMemoryLog } from '../../infra/memory-log.ts'
import { watchRuns } from '../../processor/runs.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { CITY, lampCatalogue, lampDescriptor } from './lamp.ts'

const topics = topicNames()

async function watched() {
  const log = createMemoryLog()
  await log.ensureTopics(topicSpecs(topics, ['lamp'], 1))
  const newest: number[] = []
  const warnings: string[] = []
  const append = async (key: string, value: object | string) => {
    const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
    const record = { key: Buffer.from(key), value: bytes, timestamp: 0 }
    return Number(await log.append(topics.run, 0, [record]))
  }
  const open = () =>
    watchRuns({
      log,
      topics,
      logger: { info: () => {}, warn: (text) => warnings.push(text) },
      cityOf: () => CITY,
      catalogueOf: () => lampCatalogue(8),
      onNewest: (epoch) => newest.push(epoch),
    })
  return { log, append, open, newest, warnings }
}

it('finds a run that the tail has not read yet, and no run where there is none', async () => {
  const { log, append, open, newest } = await watched()
  const runs = await open()
  const epoch = await append('descriptor|a|u', lampDescriptor())
  const horizon = await append(`${epoch}|horizon|0`, {})
  // Asked before the reader had a turn of the event loop.
  const found = runs.find(epoch)
  expect(runs.newest()).toBeNull()
  expect((await found)?.domains.get('lamp')?.measures).toHaveLength(5)
  expect(await runs.find(horizon)).toBeNull()
  expect(await runs.find(horizon + 1)).toBeNull()
  expect(newest).toEqual([epoch])
  await log.close()
})

it('names only the newest of the runs that it finds at its start, and passes over what is no run', async () => {
  const { log, append, open, newest, warnings } = await watched()
  await append('descriptor|a|u', lampDescriptor())
  const second = await append('descriptor|b|u', lampDescriptor({ run: 'r-00000000000b' }))
  await append('descriptor|c|u', '{')
  const runs = await open()
  expect((await runs.find(second))?.descriptor.run).toBe('r-00000000000b')
  expect(newest).toEqual([second])
  expect(warnings.join()).toMatch(/city\.run\/0\/2: .*not a run/)
  await log.close()
})
