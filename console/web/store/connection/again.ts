// Reads that the page cannot do without are tried again: with back-off, and not before the server said.
import { ReadError } from './api.ts'
import { retryDelay } from './backoff.ts'

export type Again = {
  /** Runs `task` once after `ms`. */
  schedule(ms: number, task: () => void): void
  /** In [0, 1). */
  random(): number
}

export type Wanted = {
  /** False = nobody waits for it any more. */
  isWanted(): boolean
  /** Said after each failure, and null when it is over. */
  onTrouble(reason: string | null): void
}

/** A try may take this long, twice as long after each that took too long, so that slow lines get there. */
const TRY_MS = 15_000
const TRY_CAP_MS = 120_000
/** Spread over so much after `Retry-After`, or all who got the same answer would come back as one. */
const SPREAD_MS = 2_000
/** Answers that asking again does not change are not asked for again. */
const PASSING = [408, 425, 429]

/** Null when it is not wanted any more; throws what waiting does not mend. */
export async function readAgain<T>(
  read: (withinMs: number) => Promise<T>,
  wanted: Wanted,
  { schedule, random }: Again,
): Promise<T | null> {
  for (let attempt = 0; ; attempt++) {
    try {
      const value = await read(Math.min(TRY_CAP_MS, TRY_MS * 2 ** attempt))
      wanted.onTrouble(null)
      return wanted.isWanted() ? value : null
    } catch (error) {
      const wait = error instanceof ReadError ? waitAfter(error, attempt, random()) : null
      if (wait === null || !wanted.isWanted()) {
        wanted.onTrouble(null)
        if (!wanted.isWanted()) return null
        throw error
      }
      wanted.onTrouble((error as Error).message)
      await new Promise<void>((resolve) => schedule(wait, resolve))
      if (!wanted.isWanted()) {
        wanted.onTrouble(null)
        return null
      }
    }
  }
}

/** ms until the next try; null = it would be answered the same. */
function waitAfter(
  { status, retryAfterMs }: ReadError,
  attempt: number,
  random: number,
): number | null {
  const passes = status === null || status >= 500 || PASSING.includes(status)
  if (!passes) return null
  if (retryAfterMs > 0) return Math.round(retryAfterMs + random * SPREAD_MS)
  return retryDelay(attempt + 1, random)
}
