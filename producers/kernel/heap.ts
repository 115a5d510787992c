// A binary heap of (time, asset number) in typed arrays: the order in which the city happens.

export interface WakeHeap {
  readonly size: number
  /** Earliest time, Infinity when empty. */
  time(): number
  /** Asset number of the earliest entry; ties go to the smaller number. */
  number(): number
  push(time: number, number: number): void
  pop(): void
  /** Pop and push in one: the usual case, an asset that wakes and goes to sleep again. */
  replaceTop(time: number): void
}

/** A heap with room for `capacity` entries at first; it doubles when commands add entries. */
export function createWakeHeap(capacity: number): WakeHeap {
  let times = new Float64Array(Math.max(16, capacity))
  let numbers = new Uint32Array(times.length)
  let size = 0

  function grow(): void {
    const t = new Float64Array(times.length * 2)
    t.set(times)
    times = t
    const n = new Uint32Array(t.length)
    n.set(numbers)
    numbers = n
  }

  function siftDown(time: number, number: number): void {
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

  return {
    get size() {
      return size
    },
    time: () => (size > 0 ? times[0] : Number.POSITIVE_INFINITY),
    number: () => numbers[0],
    push(time, number) {
      if (size === times.length) grow()
      let at = size++
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
    },
    pop() {
      size--
      if (size > 0) siftDown(times[size], numbers[size])
    },
    replaceTop(time) {
      siftDown(time, numbers[0])
    },
  }
}
