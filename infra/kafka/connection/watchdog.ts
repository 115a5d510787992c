// Watches one reader of a broker: how long since it last got through, and how long its handler has been running.
import type { Clock } from '../../clock.ts'
import { Problem } from '../../problem.ts'
import { EXIT_FAILED } from '../../program/exit-codes.ts'

export type Watchdog = ReturnType<typeof createWatchdog>

export type WatchdogOptions = {
  clock: Clock
  /** Whose silence it is, for messages: `group tasks`, `tail city.run`. */
  who: string
  /** Not ready after this long without an answer of the broker, or within one handler call; ms. */
  staleAfterMs: number
  /** Given up after this long; ms. */
  giveUpAfterMs: number
  /** Called at most once. */
  giveUp(error: Error): void
}

export function createWatchdog(options: WatchdogOptions) {
  const { clock, who, staleAfterMs, giveUpAfterMs } = options
  const marks = new Map<string, number>()
  const held = new Map<string, { offsets: number; since: number }>()
  let busy: { what: string; since: number } | null = null
  let lastError = ''
  let cancel = () => {}
  let stopped = false

  /** Everything that has been standing still for at least `ms`. */
  function standing(ms: number): string[] {
    const now = clock.now()
    const age = (since: number) => Math.round((now - since) / 1000)
    // While a handler runs nothing is fetched, so only the handler's own age tells anything.
    if (busy) {
      return now - busy.since < ms ? [] : [`${who}: ${busy.what} has run for ${age(busy.since)} s`]
    }
    return [...marks].flatMap(([what, at]) =>
      now - at < ms
        ? []
        : [`${who}: no ${what} for ${age(at)} s${lastError && ` (last error: ${lastError})`}`],
    )
  }

  /** The broker ends an open transaction after its time-out: no reason to give up, but one to say. */
  function waiting(): string[] {
    const now = clock.now()
    return [...held].flatMap(([where, { offsets, since }]) =>
      now - since < staleAfterMs
        ? []
        : [
            `${who}: ${offsets} offsets of ${where} wait for a transaction that somebody left open ${Math.round((now - since) / 1000)} s ago`,
          ],
    )
  }

  function watch(): void {
    if (stopped) return
    const [reason] = standing(giveUpAfterMs)
    if (reason) {
      stopped = true
      const todo = 'check that the brokers run, then start this again: it goes on where it stopped'
      options.giveUp(
        new Problem(`${reason}; given up after ${giveUpAfterMs / 1000} s; ${todo}`, EXIT_FAILED),
      )
    } else cancel = clock.schedule(Math.min(1000, staleAfterMs), watch)
  }
  watch()

  return {
    /** `what` (a fetch, a heartbeat) succeeded just now; from the first time on it is expected again and again. */
    progress(what: string): void {
      marks.set(what, clock.now())
    },
    /** Not expected any more: between two memberships nobody beats. */
    forget(what: string): void {
      marks.delete(what)
    },
    /** So many offsets of a topic-partition may not be read yet: somebody's transaction before them is still open. */
    withheld(where: string, offsets: number): void {
      if (offsets === 0) held.delete(where)
      else held.set(where, { offsets, since: held.get(where)?.since ?? clock.now() })
    },
    /** What is read now is another share of the topic-partitions. */
    assigned(): void {
      held.clear()
    },
    failed(error: Error): void {
      lastError = error.message
    },
    /** Runs a handler call under watch. */
    async during<T>(what: string, work: () => Promise<T> | T): Promise<T> {
      busy = { what, since: clock.now() }
      try {
        return await work()
      } finally {
        busy = null
        for (const mark of marks.keys()) marks.set(mark, clock.now())
      }
    },
    /** Why this reader is not ready; empty = it is. */
    reasons: () => (stopped ? [] : [...standing(staleAfterMs), ...waiting()]),
    stop(): void {
      stopped = true
      cancel()
    },
  }
}
