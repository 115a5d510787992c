// The heap hands out the entry with the least key first, ties by number.
import { describe, expect, it } from 'vitest'
import { MinHeap } from '../../infra/heap.ts'
import { below, stream } from '../../infra/random.ts'

describe('min heap', () => {
  it('gives entries back by key, then number, whatever the order of pushes and replacements', () => {
    const words = stream(1, 'heap', 'test')
    const heap = new MinHeap(2)
    const entries: [number, number][] = []
    for (let n = 0; n < 500; n++) {
      const time = below(words, 0, 50)
      heap.push(time, n)
      entries.push([time, n])
    }
    entries.sort((a, b) => a[0] - b[0] || a[1] - b[1])
    for (let k = 0; k < 100; k++) {
      const [, number] = entries.shift()!
      expect(heap.number()).toBe(number)
      const next = 50 + below(words, 0, 50)
      heap.replaceTop(next)
      entries.push([next, number])
      entries.sort((a, b) => a[0] - b[0] || a[1] - b[1])
    }
    for (const [time, number] of entries) {
      expect([heap.key(), heap.number()]).toEqual([time, number])
      heap.pop()
    }
    expect(heap.key()).toBe(Number.POSITIVE_INFINITY)
  })
})
