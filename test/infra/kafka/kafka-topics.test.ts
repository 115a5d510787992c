// Topics of a cluster whose brokers hear of a new one later than its controller.
import type { Admin } from 'kafkajs'
import { expect, it } from 'vitest'
import { virtualClock } from '../../../infra/clock.ts'
import { KafkaTopics } from '../../../infra/kafka/kafka-topics.ts'
import { turns } from '../recorder.ts'

/** A cluster that shows a topic so many listings after it was made. */
function slowCluster(listings: number) {
  let made = false
  let left = listings
  const client = {
    listTopics: async () => (made && left-- <= 0 ? ['t'] : []),
    describeCluster: async () => ({ brokers: [{}] }),
    async createTopics() {
      if (made) return false
      made = true
      throw Object.assign(new Error('This server does not host this topic-partition'), {
        type: 'UNKNOWN_TOPIC_OR_PARTITION',
      })
    },
    fetchTopicMetadata: async () => ({
      topics: [{ name: 't', partitions: [{ replicas: [1] }, { replicas: [1] }] }],
    }),
    describeConfigs: async () => ({
      resources: [
        {
          resourceName: 't',
          configEntries: [
            { configName: 'cleanup.policy', configValue: 'delete' },
            { configName: 'max.message.bytes', configValue: '1048588' },
          ],
        },
      ],
    }),
  }
  return <T>(work: (client: Admin) => Promise<T>) => work(client as unknown as Admin)
}

async function ensure(listings: number): Promise<unknown> {
  const clock = virtualClock(0)
  const topics = new KafkaTopics(slowCluster(listings), clock, {})
  let outcome: unknown = 'waits'
  void topics.ensure([{ name: 't', partitions: 2, cleanup: 'delete' }]).then(
    () => {
      outcome = 'there'
    },
    (error: Error) => {
      outcome = error.message
    },
  )
  for (let i = 0; i < 50; i++) {
    await turns()
    clock.advance(200)
  }
  return outcome
}

it('waits for a topic that is made and that the broker has not heard of', async () => {
  expect(await ensure(0)).toBe('there')
  expect(await ensure(10)).toBe('there')
  expect(await ensure(1000)).toBe('topics t: created, but not visible')
})
