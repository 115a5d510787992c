// A binary heap of (key, number) in typed arrays: what happens next, what costs least.
import type { StateWalk } from './state/state-walk.ts'

/** With room for `capacity` entries at first; it doubles when more come. */
export class MinHeap {
  #keys: Float64Array
  #numbers: Uint32Array
  #size = 0

  constructor(capacity: number) {
    this.#keys = new Float64Array(Math.max(16, capacity))
    this.#numbers = new Uint32Array(this.#keys.length)
  }

  get size(): number {
    return this.#size
  }

  /** Least key, Infinity when empty. */
  key(): number {
    return this.#size > 0 ? this.#keys[0] : Number.POSITIVE_INFINITY
  }

  /** Number of the entry with the least key; ties go to the smaller number. */
  number(): number {
    return this.#numbers[0]
  }

  push(key: number, number: number): void {
    if (this.#size === this.#keys.length) this.#grow()
    const keys = this.#keys
    const numbers = this.#numbers
    let at = this.#size++
    while (at > 0) {
      const parent = (at - 1) >>> 1
      const parentKey = keys[parent]
      if (parentKey < key || (parentKey === key && numbers[parent] <= number)) break
      keys[at] = parentKey
      numbers[at] = numbers[parent]
      at = parent
    }
    keys[at] = key
    numbers[at] = number
  }

  pop(): void {
    const last = --this.#size
    if (last > 0) this.#siftDown(this.#keys[last], this.#numbers[last])
  }

  /** What is popped next is the same after it was restored. */
  state(walk: StateWalk): void {
    this.#size = walk.count(this.#size)
    while (this.#keys.length < this.#size) this.#grow()
    walk.numbers(this.#keys.subarray(0, this.#size))
    walk.numbers(this.#numbers.subarray(0, this.#size))
  }

  /** Pop and push in one: the same number with another key. */
  replaceTop(key: number): void {
    this.#siftDown(key, this.#numbers[0])
  }

  #siftDown(key: number, number: number): void {
    const keys = this.#keys
    const numbers = this.#numbers
    const size = this.#size
    let at = 0
    const half = size >>> 1
    while (at < half) {
      let child = 2 * at + 1
      let childKey = keys[child]
      const right = child + 1
      if (right < size) {
        const rightKey = keys[right]
        if (rightKey < childKey || (rightKey === childKey && numbers[right] < numbers[child])) {
          child = right
          childKey = rightKey
        }
      }
      if (key < childKey || (key === childKey && number <= numbers[child])) break
      keys[at] = childKey
      numbers[at] = numbers[child]
      at = child
    }
    keys[at] = key
    numbers[at] = number
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2)
    keys.set(this.#keys)
    this.#keys = keys
    const numbers = new Uint32Array(keys.length)
    numbers.set(this.#numbers)
    this.#numbers = numbers
  }
}
