// Which failures of an append are tried again: whatever a broker that hung for a while would make good.
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { mayWorkLater } from '../../../../infra/kafka/produce/record-producer.ts'

const require = createRequire(import.meta.url)
const {
  KafkaJSConnectionError,
  KafkaJSLockTimeout,
  KafkaJSNonRetriableError,
  KafkaJSProtocolError,
} = require('kafkajs/src/errors')

it('goes on after kafkajs has lost its patience, and not after a refusal', () => {
  // Two requests at once, and the first of them waits for a broker that hangs: the other may not touch its topics.
  const locked = new KafkaJSLockTimeout('Timeout while acquiring lock (1 waiting locks)')
  const silent = new KafkaJSConnectionError('nobody answered')
  const refused = new KafkaJSProtocolError({ type: 'MESSAGE_TOO_LARGE', retriable: false })
  const forbidden = new KafkaJSProtocolError({ type: 'TOPIC_AUTHORIZATION_FAILED' })
  const cases: [Error, boolean][] = [
    [locked, true],
    [silent, true],
    [new Error('no answer', { cause: locked }), true],
    [new KafkaJSNonRetriableError('not implemented'), false],
    [refused, false],
    [forbidden, false],
  ]
  for (const [error, expected] of cases) expect(mayWorkLater(error), error.message).toBe(expected)
})
