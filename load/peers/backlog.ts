// The events of a run as they lie on the topics of some domains, without ticks and markers.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { topicNames } from '../../producers/contract/topics.ts'

export async function* keyedRecords(
  brokers: string,
  prefix: string,
  domains: string[],
): AsyncGenerator<LogRecord[]> {
  const log = createKafkaLog({ connection: { brokers: brokers.split(',') } })
  const topics = topicNames(prefix)
  try {
    for (const topic of domains.map((domain) => topics.domain(domain))) {
      for (const { partition } of await log.offsets(topic)) {
        for await (const records of readRange(log, { topic, partition })) {
          yield records.filter(({ key }) => key !== null)
        }
      }
    }
  } finally {
    await log.close()
  }
}
