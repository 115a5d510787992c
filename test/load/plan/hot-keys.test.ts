// Hot keys: Zipf's law, and the partition that Kafka's own clients give a key.
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { stream } from '../../../infra/random.ts'
import { partitionOf } from '../../../load/plan/murmur2.ts'
import { Zipf } from '../../../load/plan/zipf.ts'

const murmur2: (key: Buffer) => number = createRequire(import.meta.url)(
  'kafkajs/src/producer/partitioners/default/murmur2',
)

describe('hot keys', () => {
  it('are drawn in proportion to 1 / rank^s', () => {
    const zipf = new Zipf(1000, 1.1)
    const words = stream(1, 'zipf', 'test')
    const counts = new Array(1000).fill(0)
    for (let i = 0; i < 200_000; i++) counts[zipf.draw(words)]++
    for (const rank of [2, 4, 10]) {
      expect(counts[0] / counts[rank - 1] / rank ** 1.1).toBeCloseTo(1, 1)
    }
  })

  it('lie where kafkajs, and so Java, puts them', () => {
    for (let i = 0; i < 500; i++) {
      const key = Buffer.from('key-'.repeat(i % 5) + String(i * 7919))
      expect(partitionOf(key, 12)).toBe((murmur2(key) & 0x7fffffff) % 12)
    }
  })
})
