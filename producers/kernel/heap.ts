// A binary heap of (time, asset number) in typed arrays: the order in which the city happens.

/** With room for `capacity` entries at first; it doubles when commands add entries. */
export class WakeHeap {
  #times: Float64Array
  #numbers: Uint32Array
  #size = 0

  constructor(capacity: number) {
    this.#times = new Float64Array(Math.max(16, capacity))
    this.#numbers = new Uint32Array(this.#times.length)
  }

  get size(): number {
    return this.#size
  }

  /** Earliest time, Infinity when empty. */
  time(): number {
    return this.#size > 0 ? this.#times[0] : Number.POSITIVE_INFINITY
  }

  /** Asset number of the earliest entry; ties go to the smaller number. */
  number(): number {
    return this.#numbers[0]
  }

  push(time: number, number: number): void {
    if (this.#size === this.#times.length) this.#grow()
    const times = this.#times
    const numbers = this.#numbers
    let at = this.#size++
    while (at > 0) {
      const parent = (at - 1) >>> 1
      const parentTime = times[parent]
      if (parentTime < time || (parentTime === time && numbers[parent] <= number)) break
      times[at] = parentTime
      numbers[at] = numbers[parent]
      at = parent
    }
    times[at] = time
    numbers[at] = number
  }

  pop(): void {
    const last = --this.#size
    if (last > 0) this.#siftDown(this.#times[last], this.#numbers[last])
  }

  /** Pop and push in one: the usual case, an asset that wakes and goes to sleep again. */
  replaceTop(time: number): void {
    this.#siftDown(time, this.#numbers[0])
  }

  #siftDown(time: number, number: number): void {
    const times = this.#times
    const numbers = this.#numbers
    const size = this.#size
    let at = 0
    const half = size >>> 1
    while (at < half) {
      let child = 2 * at + 1
      let childTime = times[child]
      const right = child + 1
      if (right < size) {
        const rightTime = times[right]
        if (rightTime < childTime || (rightTime === childTime && numbers[right] < numbers[child])) {
          child = right
          childTime = rightTime
        }
      }
      if (time < childTime || (time === childTime && number <= numbers[child])) break
      times[at] = childTime
      numbers[at] = numbers[child]
      at = child
    }
    times[at] = time
    numbers[at] = number
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2)
    times.set(this.#times)
    this.#times = times
    const numbers = new Uint32Array(times.length)
    numbers.set(this.#numbers)
    this.#numbers = numbers
  }
}
