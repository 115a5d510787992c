// Joins the windows of two sides that come at their own pace: pairs, in the windows' order, however the sides arrive.

/** A window that a side lacks is given up once that side is so many windows past it: retention may have taken it. */
const PATIENCE = 1_000
/** A side that is further ahead than so many windows gives up its oldest: memory is bounded, whatever the other does. */
const MOST_WAITING = 10_000

export type PairSide = 'live' | 'usual'

type Waiting<T> = { items: Map<number, T>; newest: number; settledTo: number }

const noneYet = <T>(): Waiting<T> => ({
  items: new Map(),
  newest: Number.NEGATIVE_INFINITY,
  settledTo: Number.NEGATIVE_INFINITY,
})

export class WindowPairs<T> {
  readonly #windowMs: number
  readonly #sides: Record<PairSide, Waiting<T>> = { live: noneYet(), usual: noneYet() }
  /** End of the window that is next to be paired. */
  #next: number

  constructor(firstEnd: number, windowMs: number) {
    this.#next = firstEnd
    this.#windowMs = windowMs
  }

  /** The pairs that are complete by this window, oldest first; one that was paired or given up before is nothing new. */
  put(side: PairSide, end: number, item: T): [live: T, usual: T][] {
    if (end < this.#next) return []
    const own = this.#sides[side]
    own.items.set(end, item)
    own.newest = Math.max(own.newest, end)
    return this.#advance()
  }

  /** All that this side had up to its newest window has been put: what is missing before will not come. */
  settle(side: PairSide): [live: T, usual: T][] {
    const own = this.#sides[side]
    own.settledTo = own.newest
    return this.#advance()
  }

  /** Whether the side waits for the other. */
  waits(side: PairSide): boolean {
    return this.#sides[side].items.size > 0
  }

  #advance(): [T, T][] {
    const { live, usual } = this.#sides
    const pairs: [T, T][] = []
    while (this.#isReady(live, usual)) {
      const [a, b] = [live.items.get(this.#next), usual.items.get(this.#next)]
      if (a !== undefined && b !== undefined) pairs.push([a, b])
      live.items.delete(this.#next)
      usual.items.delete(this.#next)
      this.#next += this.#windowMs
    }
    return pairs
  }

  #isReady(...sides: Waiting<T>[]): boolean {
    const next = this.#next
    const given = next + PATIENCE * this.#windowMs
    return (
      sides.some(({ items }) => items.size > MOST_WAITING) ||
      sides.every((side) => {
        return side.items.has(next) || side.newest >= given || next <= side.settledTo
      })
    )
  }
}
