// The port's contract over real brokers, today's and the older line; KAFKA_BROKERS or KAFKA_IMAGE choose another.
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { EventLog, TopicPartition } from '../../infra/event-log/event-log.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { waitUntil } from '../../load/wait-until.ts'
import { eventLogSuite } from '../infra/event-log/event-log.suite.ts'
import { type Broker, DEFAULT_IMAGE, findBroker, OLDER_IMAGE } from './broker.ts'
import { createForeignProducer } from './transactions.ts'

const { KAFKA_BROKERS, KAFKA_IMAGE } = process.env
const images = KAFKA_BROKERS || KAFKA_IMAGE ? [KAFKA_IMAGE] : [DEFAULT_IMAGE, OLDER_IMAGE]

/** One aborted record and its marker, which the broker writes a moment after it said that the transaction is over. */
async function leaveHole(log: EventLog, brokers: string, { topic, partition }: TopicPartition) {
  const end = async () => (await log.offsets(topic)).find((o) => o.partition === partition)!.latest
  const before = await end()
  const foreign = await createForeignProducer(brokers)
  await foreign.abort(topic, partition, [{ value: 'not to be seen' }])
  await foreign.close()
  await waitUntil(
    'the marker is there',
    async () => {
      const now = await end()
      return now === before + 2n || `end at ${now}, expected ${before + 2n}`
    },
    30_000,
  )
}

for (const image of images) {
  const where = KAFKA_BROKERS ?? image
  describe(`on ${where}`, () => {
    let broker: Broker | string = 'not looked for'
    beforeAll(async () => {
      broker = await findBroker({ image })
      if (typeof broker === 'string') console.error(`\nKafka lane NOT run: ${broker}\n`)
    })
    afterAll(async () => {
      if (typeof broker !== 'string') await broker.stop()
    })
    it('finds a broker', ({ skip }) => {
      if (typeof broker === 'string') skip(`NOT run: ${broker}`)
    })
    eventLogSuite(`Kafka (${where})`, async () => {
      if (typeof broker === 'string') throw new Error(`no broker: ${broker}`)
      const { brokers } = broker
      const log = createKafkaLog({ connection: { brokers: brokers.split(',') } })
      return { log, leaveHole: (topic, partition) => leaveHole(log, brokers, { topic, partition }) }
    })
  })
}
