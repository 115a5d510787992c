// What can be asked of a replay into Kafka topics, and what excludes each other.
import { expect, test } from 'vitest'
import { toKafkaOf } from '../../../commands/replay/to-kafka/to-kafka-options.ts'

const KAFKA = { to: 'kafka', brokers: '127.0.0.1:9092' }

test('is sent once and whole, unless it is said otherwise', () => {
  expect(toKafkaOf({})).toBeUndefined()
  expect(toKafkaOf(KAFKA)).toMatchObject({ isLooped: false, forMs: undefined })
  const until = '2025-06-11T18:00:00+08:00'
  expect(toKafkaOf({ ...KAFKA, loop: true, for: 'PT2M', until })).toMatchObject({
    ...{ isLooped: true, forMs: 120_000 },
  })
})

test('is refused where two say the end, or nothing is sent', () => {
  const until = '2025-06-11T18:00:00+08:00'
  expect(() => toKafkaOf({ ...KAFKA, for: 'PT2M', until })).toThrow(
    /--for: given with --until, expected one of them; with --loop/,
  )
  expect(() => toKafkaOf({ ...KAFKA, for: '2 minutes' })).toThrow(/--for: .*ISO 8601/)
  expect(() => toKafkaOf({ loop: true, for: 'PT2M' })).toThrow(
    /--loop, --for: given without --to kafka/,
  )
})
