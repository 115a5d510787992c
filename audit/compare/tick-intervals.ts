// What lies between a topic-partition's ticks, held against what each tick says: its events, their bytes, and that no tick is missing.
import { createHash, type Hash } from 'node:crypto'
import { isoTime } from '../../infra/time.ts'
import type { Injected } from '../../producers/contract/records.ts'
import type { OracleTick, TickGrid } from '../oracle/ticks.ts'
import type { PlaceList } from '../place.ts'

const NEWLINE = Buffer.from('\n')
const NONE: Injected = { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 }

export class TickIntervals {
  readonly #grid: TickGrid
  readonly #places: PlaceList
  /** Time (ms) at which the next tick must stand; Infinity after the last. */
  #nextTick: number
  #hash: Hash = createHash('sha256').update(Buffer.alloc(32))
  /** Events that arrived so far, and up to the last tick. */
  #arrived = 0
  #arrivedAtTick = 0
  #last: OracleTick | null = null
  #ticks = 0
  #chainsBroken = 0

  constructor(grid: TickGrid, places: PlaceList) {
    this.#grid = grid
    this.#places = places
    this.#nextTick = grid.start
  }

  get ticks(): number {
    return this.#ticks
  }

  get chainsBroken(): number {
    return this.#chainsBroken
  }

  /** Time (ms) of the last tick, null without one. */
  get lastTick(): number | null {
    return this.#last?.time ?? null
  }

  /** As the last tick says it: events produced, and what was done to them on purpose. */
  get said(): { produced: number; injected: Injected } {
    const { count, injected } = this.#last ?? { count: 0, injected: NONE }
    return { produced: count, injected }
  }

  /** Produced by the last tick, but neither arrived by then nor held. */
  get missing(): number {
    const { produced, injected } = this.said
    return produced - this.#arrivedAtTick - injected.held
  }

  /** An event that was folded or late. */
  event(value: Buffer): void {
    this.#arrived++
    this.#hash.update(value).update(NEWLINE)
  }

  tick(tick: OracleTick, offset: bigint): void {
    this.#ticks++
    this.#missUntil(tick.time, offset)
    this.#nextTick = this.#following(tick.time)
    const before = this.#last ?? { time: null, count: 0, injected: NONE }
    const from = before.time === null ? 'run-started' : isoTime(before.time)
    const interval = `between the ticks ${from} and ${isoTime(tick.time)}`
    const moved = changes(before.injected, tick.injected)
    this.#checkCount(tick, offset, tick.count - before.count, moved, interval)
    this.#checkChain(tick, offset, moved, interval)
    this.#last = tick
    this.#arrivedAtTick = this.#arrived
  }

  /** No tick comes any more: those up to `endedAt` (ms) are missing. */
  end(endedAt: number): void {
    this.#missUntil(endedAt + 1, null)
  }

  #checkCount(
    { time }: OracleTick,
    offset: bigint,
    produced: number,
    moved: Injected,
    interval: string,
  ): void {
    const got = this.#arrived - this.#arrivedAtTick
    const expected = produced - moved.held - moved.drop - moved.corrupt
    if (got === expected) return
    const detail = `${got} events, expected ${expected}, ${interval}`
    this.#places.add({ kind: 'count', offset, time, detail })
  }

  #checkChain(
    { time, chain }: OracleTick,
    offset: bigint,
    moved: Injected,
    interval: string,
  ): void {
    const digest = this.#hash.digest('hex')
    // From the tick's own chain on, so that a break stays in one interval.
    this.#hash = createHash('sha256').update(Buffer.from(chain, 'hex'))
    if (digest === chain) return
    this.#chainsBroken++
    const released = moved.late - moved.held
    // Dropped, cut, held back or released here: then the bytes of the interval cannot be those that were hashed.
    if (moved.drop + moved.corrupt + moved.late + released > 0) return
    const detail = `${digest}, expected ${chain}, ${interval}`
    this.#places.add({ kind: 'chain', offset, time, detail })
  }

  /** Names every tick that should stand before `time` and has not come. */
  #missUntil(time: number, offset: bigint | null): void {
    while (this.#nextTick < time) {
      const detail = `tick ${isoTime(this.#nextTick)}`
      this.#places.add({ kind: 'tick-missing', offset, time: this.#nextTick, detail })
      this.#nextTick = this.#following(this.#nextTick)
    }
  }

  /** Every tick's time is start + k × tick; the last one is the run's end. The oracle takes no other. */
  #following(time: number): number {
    const { end, tickMs } = this.#grid
    return time >= end ? Number.POSITIVE_INFINITY : Math.min(time + tickMs, end)
  }
}

function changes(a: Injected, b: Injected): Injected {
  return {
    drop: b.drop - a.drop,
    duplicate: b.duplicate - a.duplicate,
    late: b.late - a.late,
    corrupt: b.corrupt - a.corrupt,
    held: b.held - a.held,
  }
}
