// Waiting for a city: until it has something to show, and until it is as far as somebody asks.
import { type Clock, realClock, sleep } from '../../infra/clock.ts'
import { Problem } from '../../infra/problem.ts'
import { EXIT_REFUSED } from '../../infra/program/exit-codes.ts'
import type { CityState } from './city-state.ts'

const LOOK_AGAIN_MS = 500
/** A console that reads a log from its beginning needs a moment until it knows the run. */
const SETTLE_MS = 15_000

/** The first state of a city that is ready, or the one that is there after a while. */
export async function settled(
  read: () => Promise<CityState>,
  clock: Clock = realClock,
): Promise<CityState> {
  const until = clock.now() + SETTLE_MS
  for (;;) {
    const state = await read()
    const isThere = state.ready || state.run?.status === 'ended'
    if ((isThere && state.lag !== null) || clock.now() > until) return state
    await sleep(clock, LOOK_AGAIN_MS)
  }
}

export type Condition = {
  /** As people say it: `lag 0`. */
  name: string
  /** True, or what is seen instead. */
  holds(state: CityState): true | string
}

/** Looks again until all conditions hold at once; what does not hold in the end, empty when all do. */
export async function waitFor(
  conditions: Condition[],
  read: () => Promise<CityState>,
  options: { limitMs: number; clock?: Clock; onLook?(missing: string[]): void },
): Promise<string[]> {
  const { limitMs, clock = realClock, onLook } = options
  const until = clock.now() + limitMs
  for (;;) {
    const missing = await look(conditions, read)
    onLook?.(missing)
    if (missing.length === 0 || clock.now() >= until) return missing
    await sleep(clock, LOOK_AGAIN_MS)
  }
}

/** A city that does not answer yet is waited for like any other. */
async function look(conditions: Condition[], read: () => Promise<CityState>): Promise<string[]> {
  let state: CityState
  try {
    state = await read()
  } catch (error) {
    if (error instanceof Problem && error.exitCode === EXIT_REFUSED) throw error
    return [(error as Error).message]
  }
  return conditions.flatMap(({ name, holds }) => {
    const seen = holds(state)
    return seen === true ? [] : [`${name}: ${seen}`]
  })
}
