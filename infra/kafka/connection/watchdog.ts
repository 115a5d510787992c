// Watches one reader of a broker: how long since it last got through, and how long its handler has been running.
import type { Clock } from '../../clock.ts'
import { Problem } from '../../problem.ts'
import { EXIT_FAILED } from '../../program/exit-codes.ts'

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

/** It watches from the moment it is made. */
export class Watchdog {
  readonly #options: WatchdogOptions
  /** When what is expected again and again last happened. */
  readonly #marks = new Map<string, number>()
  readonly #withheld = new Map<string, { offsets: number; since: number }>()
  #busy: { what: string; since: number } | null = null
  #lastError = ''
  #cancel = () => {}
  #isStopped = false

  constructor(options: WatchdogOptions) {
    this.#options = options
    this.#watch()
  }

  /** `what` (a fetch, a heartbeat) succeeded just now; from the first time on it is expected again and again. */
  progress(what: string): void {
    this.#marks.set(what, this.#options.clock.now())
  }

  /** Not expected any more: between two memberships there are no heartbeats. */
  forget(what: string): void {
    this.#marks.delete(what)
  }

  /** So many offsets of a topic-partition may not be read yet: somebody's transaction before them is still open. */
  withheld(where: string, offsets: number): void {
    const since = this.#withheld.get(where)?.since ?? this.#options.clock.now()
    if (offsets === 0) this.#withheld.delete(where)
    else this.#withheld.set(where, { offsets, since })
  }

  /** What is read now is another share of the topic-partitions. */
  assigned(): void {
    this.#withheld.clear()
  }

  failed(error: Error): void {
    this.#lastError = error.message
  }

  /** Runs a handler call under watch. */
  async during<T>(what: string, work: () => Promise<T> | T): Promise<T> {
    const { clock } = this.#options
    this.#busy = { what, since: clock.now() }
    try {
      return await work()
    } finally {
      this.#busy = null
      for (const mark of this.#marks.keys()) this.#marks.set(mark, clock.now())
    }
  }

  /** Why this reader is not ready; empty = it is. */
  reasons(): string[] {
    if (this.#isStopped) return []
    return [...this.#standing(this.#options.staleAfterMs), ...this.#waiting()]
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
  }

  #watch(): void {
    if (this.#isStopped) return
    const { clock, staleAfterMs, giveUpAfterMs, giveUp } = this.#options
    const [reason] = this.#standing(giveUpAfterMs)
    if (reason) {
      this.#isStopped = true
      const todo = 'check that the brokers run, then start this again: it goes on where it stopped'
      giveUp(
        new Problem(`${reason}; given up after ${giveUpAfterMs / 1000} s; ${todo}`, EXIT_FAILED),
      )
    } else this.#cancel = clock.schedule(Math.min(1000, staleAfterMs), () => this.#watch())
  }

  /** Everything that has been standing still for at least `ms`. */
  #standing(ms: number): string[] {
    const { clock, who } = this.#options
    const now = clock.now()
    const age = (since: number) => Math.round((now - since) / 1000)
    const busy = this.#busy
    // While a handler runs nothing is fetched, so only the handler's own age says anything.
    if (busy) {
      return now - busy.since < ms ? [] : [`${who}: ${busy.what} has run for ${age(busy.since)} s`]
    }
    const why = this.#lastError && ` (last error: ${this.#lastError})`
    return [...this.#marks].flatMap(([what, at]) =>
      now - at < ms ? [] : [`${who}: no ${what} for ${age(at)} s${why}`],
    )
  }

  /** The broker ends an open transaction after its time-out: no reason to give up, but one to say. */
  #waiting(): string[] {
    const { clock, who, staleAfterMs } = this.#options
    const now = clock.now()
    return [...this.#withheld].flatMap(([where, { offsets, since }]) =>
      now - since < staleAfterMs
        ? []
        : [
            `${who}: ${offsets} offsets of ${where} wait for a transaction that somebody left open ${Math.round((now - since) / 1000)} s ago`,
          ],
    )
  }
}
