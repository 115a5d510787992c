// The oracle's own judgement of ticks: which of them are the run's, one after the other (docs/contracts.md, "Ticks").
import { createHash } from 'node:crypto'
import type { Injected } from '../../producers/contract/records.ts'

export type OracleTick = { time: number; count: number; injected: Injected; chain: string }

export type TickGrid = { start: number; end: number; tickMs: number }

/** Longer silences are not recomputed. */
const LONGEST_SILENCE = 10_000

/** Is there a tick of the run at this moment? */
export function isOnGrid({ start, end, tickMs }: TickGrid, time: number): boolean {
  if (time < start || time > end) return false
  return time === end || Number.isInteger((time - start) / tickMs)
}

/** The run's ticks so far in one topic-partition, and whether another one may follow them. */
export class TickLine {
  readonly #tickMs: number
  #newest: OracleTick
  #suspect: { tick: OracleTick; arrived: number } | null = null

  constructor({ start, tickMs }: TickGrid) {
    const injected = { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 }
    this.#tickMs = tickMs
    this.#newest = { time: start - tickMs, count: 0, injected, chain: '0'.repeat(64) }
  }

  /** What becomes of a tick when so many different events have arrived before it; a text = refused, and why. */
  next(tick: OracleTick, arrived: number): 'counts' | 'again' | { refused: string } {
    if (tick.time <= this.#newest.time) return 'again'
    if (!this.#canFollow(this.#newest, tick) && !this.#isCleared(tick, arrived)) {
      this.#suspect = { tick, arrived }
      return { refused: `count ${tick.count} and chain cannot follow those of the tick before` }
    }
    this.#newest = tick
    this.#suspect = null
    return 'counts'
  }

  #canFollow(a: OracleTick, b: OracleTick): boolean {
    if (b.count > a.count) return b.chain !== a.chain
    return b.count === a.count && b.chain === this.#silence(a, b)
  }

  /** The chain at `b` when nothing happened since `a`; null for a silence that is too long. */
  #silence(a: OracleTick, b: OracleTick): string | null {
    let left = Math.ceil((b.time - a.time) / this.#tickMs)
    if (left > LONGEST_SILENCE) return null
    let chain = a.chain
    for (; left > 0; left--) {
      chain = createHash('sha256').update(Buffer.from(chain, 'hex')).digest('hex')
    }
    return chain
  }

  /** The tick after a suspect one that agrees with it, and with what arrived in between, clears both. */
  #isCleared(tick: OracleTick, arrived: number): boolean {
    if (this.#suspect === null) return false
    const { tick: before } = this.#suspect
    const isNext = tick.time > before.time && tick.time - before.time <= this.#tickMs
    if (!isNext || !this.#canFollow(before, tick)) return false
    const unwritten = ({ injected: { drop, corrupt, held } }: OracleTick) => drop + corrupt + held
    const written = tick.count - unwritten(tick) - (before.count - unwritten(before))
    return written === arrived - this.#suspect.arrived
  }
}
