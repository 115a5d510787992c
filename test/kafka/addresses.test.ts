// A broker that tells its clients an address which does not work from here: who says so, and what to do.
import { afterAll, describe, expect, it } from 'vitest'
import { kafka } from '../../commands/doctor/kafka.ts'
import { createKafkaAdmin } from '../../infra/kafka/admin.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { findBroker } from './broker.ts'

const broker = await findBroker({
  env: { KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://kafka.invalid:9092,INNER://localhost:9094' },
})
if (typeof broker === 'string') {
  console.error(`\nAddresses NOT run: ${broker}\n`)
  describe('an advertised address', () => {
    it.skip(`NOT run: ${broker}`, () => {})
  })
} else {
  afterAll(() => broker.stop())
  const connection = { brokers: [broker.brokers] }
  const words = [
    `Kafka at ${broker.brokers}: a broker there calls itself kafka.invalid:9092`,
    'advertised.listeners',
  ]

  describe(`an advertised address that cannot be reached (${broker.from})`, () => {
    it('is named by commands and programs, with what to change', async () => {
      const admin = createKafkaAdmin({ connection, retries: 1 })
      const log = createKafkaLog({ connection })
      for (const asked of [admin.cluster(), admin.names(), log.cluster()]) {
        const error = await asked.then(
          () => null,
          (thrown: Error) => thrown,
        )
        for (const word of words) expect(error?.message).toContain(word)
      }
      await admin.close()
      await log.close()
    })

    it('is found by doctor', async () => {
      const check = kafka({ connection, prefix: 'city.', where: broker.brokers })
      const { state, found, todo } = await check.run()
      expect(state).toBe('wrong')
      for (const word of ['kafka.invalid:9092', 'advertised.listeners']) {
        expect(`${found}; ${todo}`).toContain(word)
      }
    })
  })
}
