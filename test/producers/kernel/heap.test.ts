// The wake heap hands out the earliest wake first, ties by number.
import { describe, expect, it } from 'vitest'
import { below, stream } from '../../../infra/random.ts'
import { WakeHeap } from '../../../producers/kernel/heap.ts'

describe('wake heap', () => {
  it('gives entries back by time, then number, whatever the order of pushes and replacements', () => {
    const words = stream(1, 'heap', 'test')
    const heap = new WakeHeap(2)
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
      expect([heap.time(), heap.number()]).toEqual([time, number])
      heap.pop()
    }
    expect(heap.time()).toBe(Number.POSITIVE_INFINITY)
  })
})
