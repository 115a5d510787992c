// Tick intervals that do not add up, and which events are missing from them: an asset's next number gives the lost one away.
import { isoTime } from '../../../infra/time.ts'
import type { LedgerBreak, MissingEvent } from '../../contract/types.ts'

const MAX_BREAKS = 20
const MAX_NAMED = 20
/** Gaps that opened within one interval; more cannot be named anyway. */
const MAX_FOUND = MAX_BREAKS * MAX_NAMED

export type GapsState = {
  breaks: LedgerBreak[]
  /** Numbers skipped since the last tick, in the order in which that showed. */
  found: MissingEvent[]
}

/** What a tick says of the interval it ends, held against what arrived. */
export type IntervalBalance = {
  from: string
  to: string
  expected: number
  got: number
  unexplained: number
  chainEqual: boolean
  /** A fault was injected, or an event that one held back was written. */
  injected: boolean
}

/** Numbers that an asset skipped: from `seq.from` to `seq.to`, between events at `after` and `before` (ms). */
export type Gap = {
  asset: string
  district: string
  seq: { from: number; to: number }
  /** Not finite = the asset had no event before. */
  after: number
  before: number
}

export function noGaps(): GapsState {
  return { breaks: [], found: [] }
}

export class Gaps {
  readonly #state: GapsState
  #alarms = 0

  constructor(state: GapsState) {
    this.#state = state
  }

  /** Grows with every unexplained interval and every name found: whoever publishes them need not compare. */
  get alarms(): number {
    return this.#alarms
  }

  gap({ asset, district, seq, after, before }: Gap): void {
    const { found } = this.#state
    const times = {
      after: Number.isFinite(after) ? isoTime(after) : null,
      before: isoTime(before),
    }
    for (let n = seq.from; n <= seq.to && found.length < MAX_FOUND; n++) {
      found.push({ asset, district, seq: n, ...times })
    }
  }

  /** A skipped number came after all. */
  filled(asset: string, seq: number): void {
    const state = this.#state
    const others = (m: MissingEvent) => m.seq !== seq || m.asset !== asset
    state.found = state.found.filter(others)
    for (const b of state.breaks) b.missing = b.missing.filter(others)
  }

  tick(interval: IntervalBalance): void {
    const state = this.#state
    if (interval.expected !== interval.got || !interval.chainEqual) this.#add(interval)
    // Names go to the oldest interval that they fit and that still lacks some: with several losses at a time an asset
    // may fit more than one, and its own times say no more than is known.
    for (const m of state.found) {
      const place = state.breaks.find((b) => isOpen(b) && (m.after === null || b.to > m.after))
      if (!place) continue
      place.missing.push(m)
      this.#alarms++
    }
    state.found = []
    if (interval.unexplained < 0) this.#giveBack(-interval.unexplained)
  }

  #add(interval: IntervalBalance): void {
    const { breaks } = this.#state
    const { from, to, expected, got, unexplained, chainEqual, injected } = interval
    const altered = !chainEqual && expected === got && !injected
    breaks.push({ from, to, expected, got, unexplained, altered, returned: 0, missing: [] })
    if (unexplained !== 0 || altered) this.#alarms++
    if (breaks.length <= MAX_BREAKS) return
    const explained = breaks.findIndex((b) => b.unexplained === 0 && !b.altered)
    breaks.splice(Math.max(0, explained), 1)
  }

  /** What was missing in earlier intervals and came in this one. */
  #giveBack(surplus: number): void {
    let left = surplus
    for (const b of this.#state.breaks) {
      const back = Math.min(left, Math.max(0, unnamed(b)))
      b.returned += back
      left -= back
    }
  }
}

function unnamed(b: LedgerBreak): number {
  return b.expected - b.got - b.returned - b.missing.length
}

function isOpen(b: LedgerBreak): boolean {
  return b.unexplained > 0 && unnamed(b) > 0 && b.missing.length < MAX_NAMED
}
