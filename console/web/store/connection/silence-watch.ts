// Watches for silence: what is shown becomes stale, then the socket is given up.

/** Silence after which what is shown is called stale. */
export const WATCHDOG_MS = 5_000
/**
 * Silence after which the socket is given up; a server with a run speaks twice a second, to a hidden tab every two. It
 * doubles from attempt to attempt: a server without a run has nothing to say, and a slow line needs long for a snapshot.
 */
export const SILENT_MS = 8_000
const SILENT_CAP_MS = 60_000

/** Runs `task` once after `ms`; the returned function cancels it. */
export type Schedule = (ms: number, task: () => void) => () => void

export class SilenceWatch {
  readonly #schedule: Schedule
  readonly #onStale: () => void
  readonly #onSilent: () => void
  #cancels: (() => void)[] = []

  constructor(schedule: Schedule, on: { stale(): void; silent(): void }) {
    this.#schedule = schedule
    this.#onStale = on.stale
    this.#onSilent = on.silent
  }

  /** Starts to count silence anew: from the attempt to connect on, because that can hang too. */
  feed(attempt: number): void {
    this.stop()
    const limit = Math.min(SILENT_CAP_MS, SILENT_MS * 2 ** attempt)
    this.#cancels = [
      this.#schedule(WATCHDOG_MS, this.#onStale),
      this.#schedule(limit, this.#onSilent),
    ]
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
  }
}
