// The port's contract over a real broker: KAFKA_IMAGE chooses which Kafka.
import { afterAll, describe, it } from 'vitest'
import { createKafkaLog } from '../../infra/kafka-log.ts'
import { eventLogSuite } from '../infra/event-log.suite.ts'
import { findBroker } from './broker.ts'

const broker = await findBroker()
if (typeof broker === 'string') {
  console.error(`\nKafka lane NOT run: ${broker}\n`)
  describe('event log: Kafka', () => {
    it.skip(`NOT run: ${broker}`, () => {})
  })
} else {
  const connection = { brokers: broker.brokers.split(',') }
  afterAll(() => broker.stop())
  eventLogSuite(`Kafka (${broker.from})`, async () => ({ log: createKafkaLog({ connection }) }))
}
