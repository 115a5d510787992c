// Which ticks a run can have: where they stand in time, and what each must say after the one before it.
import { createHash } from 'node:crypto'
import { isoTime } from '../../infra/time.ts'
import { type Descriptor, type Injected, NO_INJECTED } from './records.ts'

/** Where ticks stand (ms): at the run's start, every `tickMs` after it, and at the end. */
export type TickTimes = { start: number; end: number; tickMs: number }

/** What a tick says of its topic-partition. */
export type TickFacts = { time: number; count: number; injected: Injected; chain: string }

export type TickState = {
  /** The newest that counts; null = none yet, and nothing is known of what came before. */
  last: TickFacts | null
  /** The newest that did not follow `last`, and how many events had been accepted then. */
  doubted: (TickFacts & { accepted: number }) | null
}

export type TickVerdict = 'next' | 'repeated' | { problem: string }

export interface Ticks {
  readonly state: TickState
  /**
   * `accepted` = events of this topic-partition so far, without copies. A tick that does not follow the last one is
   * refused (`problem`: what was got and expected), unless the next one confirms it: then that one counts.
   */
  judge(tick: TickFacts, accepted: number): TickVerdict
  /** Ticks from `last` to this time: more than 1 where some are missing. */
  steps(time: number): number
}

const FIRST_CHAIN = '0'.repeat(64)
/** So many intervals without events are recomputed; after a longer silence the next tick must confirm. */
const MAX_INTERVALS = 10_000

export function tickTimesOf({ start, end, tick }: Descriptor): TickTimes {
  return { start: Date.parse(start), end: Date.parse(end), tickMs: tick }
}

/** Null when a tick may stand at this time (ms), else where one may. */
export function tickTimeProblem({ start, end, tickMs }: TickTimes, time: number): string | null {
  if (time >= start && time <= end && ((time - start) % tickMs === 0 || time === end)) return null
  return `${isoTime(start)} plus a multiple of ${tickMs / 1000} s, at most ${isoTime(end)}`
}

/** What a topic-partition that is read from its run-started record begins with. */
export function firstTickState({ start, tickMs }: TickTimes): TickState {
  const last = { time: start - tickMs, count: 0, injected: NO_INJECTED, chain: FIRST_CHAIN }
  return { last, doubted: null }
}

export function createTicks(times: TickTimes, state: TickState): Ticks {
  const steps = (from: number, to: number) => Math.ceil((to - from) / times.tickMs)

  /** Why `tick` cannot come after `last`, or null. */
  function breakOf(last: TickFacts, tick: TickFacts): string | null {
    if (tick.count < last.count) {
      return `/data/count: got ${tick.count}, expected at least ${last.count} as at ${isoTime(last.time)}`
    }
    // An interval without events has one chain only; a copy of an earlier tick under a later time has another.
    if (tick.count > last.count && tick.chain !== last.chain) return null
    const intervals = steps(last.time, tick.time)
    const isEmpty = tick.count === last.count && intervals <= MAX_INTERVALS
    if (isEmpty && tick.chain === chainWithoutEvents(last.chain, intervals)) return null
    return `/data/chain: got ${tick.chain}, expected that of count ${tick.count}`
  }

  /** Two ticks in a row that agree with each other and with what came between: the one before them is what was wrong. */
  function confirms(tick: TickFacts, accepted: number): boolean {
    const { doubted } = state
    if (!doubted || steps(doubted.time, tick.time) !== 1 || breakOf(doubted, tick)) return false
    const lost = (i: Injected) => i.drop + i.corrupt + i.held
    const written = tick.count - doubted.count - lost(tick.injected) + lost(doubted.injected)
    return written === accepted - doubted.accepted
  }

  return {
    state,
    judge(tick, accepted) {
      const { last } = state
      if (last && tick.time <= last.time) return 'repeated'
      const problem = last && breakOf(last, tick)
      if (problem !== null && !confirms(tick, accepted)) {
        state.doubted = { ...tick, accepted }
        return { problem }
      }
      state.last = tick
      state.doubted = null
      return 'next'
    },
    steps: (time) => (state.last ? steps(state.last.time, time) : 1),
  }
}

/** Hex D after so many intervals without an event: D = SHA-256(D) each. */
function chainWithoutEvents(chain: string, intervals: number): string {
  let digest: Buffer = Buffer.from(chain, 'hex')
  for (let i = 0; i < intervals; i++) digest = createHash('sha256').update(digest).digest()
  return digest.toString('hex')
}
