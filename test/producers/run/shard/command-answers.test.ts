// A shard answers each command once, also after a resume.
import { expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import { readRange } from '../../../../infra/event-log/log-range.ts'
import { createMemoryLog } from '../../../../infra/memory/memory-log.ts'
import { topicNames, topicSpecs } from '../../../../producers/contract/topics.ts'
import { CommandAnswers } from '../../../../producers/run/shard/command-answers.ts'

it('answers with what the asset said, and not what somebody answered before', async () => {
  const log = createMemoryLog()
  const topics = topicNames()
  await log.ensureTopics(topicSpecs(topics, ['lamp'], 1))
  const topic = topics.commandResult
  const answers = new CommandAnswers({ log, clock: virtualClock(7), topic })
  const effectiveAt = '2025-06-18T08:30:00.000Z'
  const command = (id: string) => ({
    ...{ id, name: 'lamp.off', args: {}, by: 'test', term: 0, effectiveAt },
  })
  answers.note({ id: 'before', ok: true, effectiveAt })
  await answers.answer(command('before'), null)
  await answers.answer(command('done'), null)
  await answers.answer(command('refused'), 'no such lamp')
  const found: [string, unknown][] = []
  for await (const batch of readRange(log, { topic, partition: 0 })) {
    for (const { key, value } of batch) found.push([`${key}`, JSON.parse(`${value}`)])
  }
  expect(found).toEqual([
    ['done', { id: 'done', ok: true, effectiveAt }],
    ['refused', { id: 'refused', ok: false, error: 'no such lamp', effectiveAt }],
  ])
  await log.close()
})
