// The oracle's own judgement of ticks: which of them are the run's, one after the other (docs/contracts.md, "Ticks").
import { createHash } from 'node:crypto'
import type { Injected } from '../../producers/contract/records.ts'

export type OracleTick = { time: number; count: number; injected: Injected; chain: string }

export type TickGrid = { start: number; end: number; tickMs: number }

/** Longer silences are not recomputed. */
const LONGEST_SILENCE = 10_000

export interface TickLine {
  /** What becomes of a tick when so many different events have arrived before it; a text = refused, and why. */
  next(tick: OracleTick, arrived: number): 'counts' | 'again' | { refused: string }
}

/** Is there a tick of the run at this moment? */
export function isOnGrid({ start, end, tickMs }: TickGrid, time: number): boolean {
  if (time < start || time > end) return false
  return time === end || Number.isInteger((time - start) / tickMs)
}

export function tickLine({ start, tickMs }: TickGrid): TickLine {
  const none = { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 }
  let newest: OracleTick = {
    time: start - tickMs,
    count: 0,
    injected: none,
    chain: '0'.repeat(64),
  }
  let suspect: { tick: OracleTick; arrived: number } | null = null

  function canFollow(a: OracleTick, b: OracleTick): boolean {
    if (b.count > a.count) return b.chain !== a.chain
    return b.count === a.count && b.chain === silence(a, b)
  }

  /** The chain at `b` when nothing happened since `a`; null for a silence that is too long. */
  function silence(a: OracleTick, b: OracleTick): string | null {
    let left = Math.ceil((b.time - a.time) / tickMs)
    if (left > LONGEST_SILENCE) return null
    let chain = a.chain
    for (; left > 0; left--) {
      chain = createHash('sha256').update(Buffer.from(chain, 'hex')).digest('hex')
    }
    return chain
  }

  /** The tick after a suspect one that agrees with it, and with what arrived in between, clears both. */
  function isCleared(tick: OracleTick, arrived: number): boolean {
    if (suspect === null) return false
    const { tick: before } = suspect
    const isNext = tick.time > before.time && tick.time - before.time <= tickMs
    if (!isNext || !canFollow(before, tick)) return false
    const unwritten = ({ injected: { drop, corrupt, held } }: OracleTick) => drop + corrupt + held
    const written = tick.count - unwritten(tick) - (before.count - unwritten(before))
    return written === arrived - suspect.arrived
  }

  return {
    next(tick, arrived) {
      if (tick.time <= newest.time) return 'again'
      if (!canFollow(newest, tick) && !isCleared(tick, arrived)) {
        suspect = { tick, arrived }
        return { refused: `count ${tick.count} and chain cannot follow those of the tick before` }
      }
      newest = tick
      suspect = null
      return 'counts'
    },
  }
}
