// A set of asset numbers that is cheap to fill, to ask and to drain: one byte per asset and a list.

export type DirtySet = ReturnType<typeof createDirtySet>

export function createDirtySet(size: number) {
  const marked = new Uint8Array(size)
  let list: number[] = []

  return {
    mark(numbers: ArrayLike<number>): void {
      for (let i = 0; i < numbers.length; i++) {
        const n = numbers[i]
        if (marked[n] === 1) continue
        marked[n] = 1
        list.push(n)
      }
    },
    size: () => list.length,
    /** Empties the set and returns what was in it. */
    drain(): Uint32Array {
      const drained = Uint32Array.from(list)
      for (const n of list) marked[n] = 0
      list = []
      return drained
    },
  }
}
