// When each asset of the shard wakes next, and which of them is first.
import { MinHeap } from '../../infra/heap.ts'
import type { StateWalk } from '../../infra/state/state-walk.ts'
import type { Simulator } from '../simulation/simulator.ts'

/** Assets by number, and who knows when they wake first. */
type Sleepers = { assets: Uint32Array; simulator: Pick<Simulator, 'first'> }

export class Wakes {
  readonly #heap: MinHeap
  /** By asset number; Infinity = never again. */
  readonly #next: Float64Array
  /** Nothing wakes at or after this sim time. */
  readonly #end: number

  constructor(sleepers: Sleepers[], assets: number, end: number) {
    this.#heap = new MinHeap(assets)
    this.#next = new Float64Array(assets).fill(Number.POSITIVE_INFINITY)
    this.#end = end
    for (const { assets: own, simulator } of sleepers) {
      own.forEach((n, i) => {
        this.move(n, simulator.first(i))
      })
    }
  }

  state(walk: StateWalk): void {
    walk.part(this.#heap)
    walk.numbers(this.#next)
  }

  /** Earliest time at which an asset may wake; Infinity when none will. */
  time(): number {
    return this.#heap.key()
  }

  /** The asset that is first, by (time, number). */
  number(): number {
    return this.#heap.number()
  }

  /** Was the first one moved, by a command or by a neighbour? Then this entry is dropped; the newer one counts. */
  dropMoved(): boolean {
    const heap = this.#heap
    if (this.#next[heap.number()] === heap.key()) return false
    heap.pop()
    return true
  }

  /** The first one has done what it does, and wakes again at `time`. */
  sleepUntil(time: number): void {
    this.#next[this.#heap.number()] = time
    if (time < this.#end) this.#heap.replaceTop(time)
    else this.#heap.pop()
  }

  /** Any asset wakes at `time` if it would have slept longer. */
  wakeBy(number: number, time: number): void {
    if (time < this.#next[number]) this.move(number, time)
  }

  /** Any asset wakes at `time` instead of when it would have. */
  move(number: number, time: number): void {
    if (time === this.#next[number]) return
    this.#next[number] = time
    if (time < this.#end) this.#heap.push(time, number)
  }
}
