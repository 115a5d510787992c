// Waiting until something is so, on a machine that may have other things to do: benchmarks and tests wait in this one way.
import { realClock, sleep } from '../infra/clock.ts'

const LIMIT_MS = 60_000
/** The pause between two looks is this part of the time waited so far, and at most LONGEST_MS. */
const SHARE = 0.1
const LONGEST_MS = 100

/** A text is what was seen instead, and as good as false. */
export type Seen = boolean | string | undefined

/** Looks again until it is so; an error is one more reason to look again. Rejects after `limitMs`, saying what was seen last. */
export async function waitUntil(
  what: string,
  look: () => Seen | Promise<Seen>,
  limitMs = LIMIT_MS,
): Promise<void> {
  const since = realClock.now()
  for (;;) {
    const seen = await seenBy(look)
    if (seen === true) return
    const waited = realClock.now() - since
    if (waited > limitMs) throw new Error(`${what}: not within ${limitMs / 1000} s; last: ${seen}`)
    const pause = Math.min(LONGEST_MS, SHARE * waited)
    await (pause < 1 ? realClock.turn() : sleep(realClock, pause))
  }
}

async function seenBy(look: () => Seen | Promise<Seen>): Promise<Seen> {
  try {
    return await look()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
