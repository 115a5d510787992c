// Transactions of another program, by kafkajs' own producer: committed, aborted, or left open.
import { randomUUID } from 'node:crypto'
import kafkajs, { type Message } from 'kafkajs'

export type ForeignProducer = Awaited<ReturnType<typeof createForeignProducer>>

/** A transactional producer; `close` it. An open transaction of its ends after `timeoutMs`. */
export async function createForeignProducer(brokers: string, timeoutMs = 60_000) {
  const { Kafka, logLevel } = kafkajs
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  const producer = kafka.producer({
    transactionalId: `foreign-${randomUUID()}`,
    transactionTimeout: timeoutMs,
    maxInFlightRequests: 1,
    idempotent: true,
  })
  await producer.connect()

  async function begin(topic: string, partition: number, messages: Message[]) {
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: messages.map((m) => ({ ...m, partition })) })
    return transaction
  }

  return {
    begin,
    async commit(topic: string, partition: number, messages: Message[]): Promise<void> {
      await (await begin(topic, partition, messages)).commit()
    },
    async abort(topic: string, partition: number, messages: Message[]): Promise<void> {
      await (await begin(topic, partition, messages)).abort()
    },
    close: () => producer.disconnect(),
  }
}
