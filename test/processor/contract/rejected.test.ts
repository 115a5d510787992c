// What stands of a refused record, and the key that makes a second copy replace the first.
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { rejected, rejectedKey } from '../../../processor/contract/rejected.ts'

const record = (value: Buffer | null, offset = 7n) => ({
  key: Buffer.from('k'.repeat(5_000)),
  value,
  timestamp: 0,
  offset,
})

it('keeps the first 64 KiB of a value and 1 KiB of its key, with the hash and length of all of it', () => {
  const value = Buffer.alloc(200_000, 'x')
  const letter = rejected('city.lamp', 3, record(value), 'too-large', 'why')
  expect(letter).toEqual({
    topic: 'city.lamp',
    partition: 3,
    offset: '7',
    reason: 'too-large',
    detail: 'why',
    key: 'k'.repeat(1024),
    value: value.subarray(0, 65_536).toString('base64'),
    sha256: createHash('sha256').update(value).digest('hex'),
    bytes: 200_000,
  })
})

it('gives one source record one key, and every other place another', () => {
  const keyOf = (topic: string, partition: number, offset: bigint) =>
    rejectedKey(rejected(topic, partition, record(null, offset), 'null', ''))
  expect(keyOf('a', 1, 2n)).toBe(keyOf('a', 1, 2n))
  const keys = [keyOf('a', 1, 2n), keyOf('b', 1, 2n), keyOf('a', 2, 2n), keyOf('a', 1, 3n)]
  expect(new Set(keys).size).toBe(4)
})
