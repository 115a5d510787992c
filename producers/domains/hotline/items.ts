// The items of one unit that are not closed yet: what is due next, what is past its limit.
import type { StateWalk } from '../../simulation/simulator.ts'
import type { Category } from './event.ts'

export type Item = {
  category: Category
  urgent: boolean
  cameAt: number
  forwardAt: number
  closeAt: number
  /** From then on it is overdue. */
  dueAt: number
  /** The incident without which it would not have come. */
  cause: string | undefined
}

const NO_ITEM: Item = {
  ...{ category: 'other', urgent: false, cameAt: 0, forwardAt: 0, closeAt: 0, dueAt: 0 },
  cause: undefined,
}
const NEVER = Number.POSITIVE_INFINITY

export class UnitItems {
  /** Not forwarded yet, in the order in which they will be. */
  readonly #unforwarded: Item[] = []
  /** All that wait, in the order in which they will be closed. */
  readonly #waiting: Item[] = []

  state(walk: StateWalk): void {
    for (const list of [this.#unforwarded, this.#waiting]) {
      walk.list(
        list,
        NO_ITEM,
        ({ category, urgent, cameAt, forwardAt, closeAt, dueAt, cause }) => ({
          category: walk.text(category),
          urgent: walk.flag(urgent),
          cameAt: walk.number(cameAt),
          forwardAt: walk.number(forwardAt),
          closeAt: walk.number(closeAt),
          dueAt: walk.number(dueAt),
          cause: walk.maybe(cause),
        }),
      )
    }
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get forwardAt(): number {
    return this.#unforwarded[0]?.forwardAt ?? NEVER
  }

  get closeAt(): number {
    return this.#waiting[0]?.closeAt ?? NEVER
  }

  /** An item whose forwarding was before `now` waits to be closed only. */
  add(item: Item, now: number): void {
    insert(this.#waiting, item, (one) => one.closeAt)
    if (item.forwardAt > now) insert(this.#unforwarded, item, (one) => one.forwardAt)
  }

  takeForwarded(): Item {
    return this.#unforwarded.shift()!
  }

  takeClosed(): Item {
    return this.#waiting.shift()!
  }

  overdue(time: number): number {
    let count = 0
    for (const { dueAt } of this.#waiting) if (dueAt < time) count++
    return count
  }
}

/** Keeps `list` ascending; of equal ones the later comer stands behind. */
function insert(list: Item[], item: Item, at: (item: Item) => number): void {
  const key = at(item)
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (at(list[middle]) <= key) low = middle + 1
    else high = middle
  }
  list.splice(low, 0, item)
}
