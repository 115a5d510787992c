// One run of one shard: what it writes bears the run's own name, whatever else the world of its scenario brings along.
import { expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import { readRange } from '../../../../infra/event-log/log-range.ts'
import { createMemoryLog } from '../../../../infra/memory/memory-log.ts'
import { topicNames, topicSpecs } from '../../../../producers/contract/topics.ts'
import { CommandAnswers } from '../../../../producers/run/shard/command-answers.ts'
import { ShardRun } from '../../../../producers/run/shard/shard-run.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps } from '../../lamp-city.ts'

it('of a restarted scenario is simulated under its own descriptor', async () => {
  const clock = virtualClock(1_750_000_000_000)
  const log = createMemoryLog()
  const topics = topicNames()
  const scenario = lampScenario()
  const catalogue = lamps(40)
  await log.ensureTopics(topicSpecs(topics, ['lamp'], scenario.partitions))
  const first = lampDescriptor(scenario, catalogue)
  const shard = {
    ...{ log, clock, topics, shard: 0, shards: 1, domains: [lamp], epoch: 7 },
    descriptor: { ...first, run: 'r-000000000002' },
    world: Object.assign({ city, catalogue, scenario }, { descriptor: first }),
    answers: new CommandAnswers({ log, clock, topic: topics.commandResult }),
    isStopping: () => false,
  }
  const run = await ShardRun.open(shard, null)
  await run.flush()
  const sources = new Set<string>()
  for (const { partition, latest: to } of await log.offsets(topics.domain('lamp'))) {
    const range = { topic: topics.domain('lamp'), partition, from: 0n, to }
    for await (const records of readRange(log, range))
      for (const { value } of records) sources.add(JSON.parse(value!.toString()).source)
  }
  expect(sources.size).toBeGreaterThan(0)
  for (const source of sources) expect(source).toMatch(/^\/huacheng\/r-000000000002\//)
  await log.close()
})
