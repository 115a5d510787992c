// When a member commits its positions: every two seconds while batches come, and once more after the last of them.
import type { Clock } from '../../../clock.ts'

/** Committed offsets only show lag: start offsets are the handler's. */
const COMMIT_EVERY_MS = 2000

export class CommitTimer {
  readonly #clock: Clock
  readonly #commit: () => void
  #committedAt = 0
  #cancel: (() => void) | null = null

  constructor(clock: Clock, commit: () => void) {
    this.#clock = clock
    this.#commit = commit
  }

  get isDue(): boolean {
    return this.#clock.now() - this.#committedAt >= COMMIT_EVERY_MS
  }

  /** Where the flow stops, the last positions must be committed too: lag would seem to stand. */
  schedule(): void {
    this.#cancel ??= this.#clock.schedule(COMMIT_EVERY_MS, () => {
      this.#cancel = null
      this.#commit()
    })
  }

  /** Everything is being committed just now. */
  restart(): void {
    this.#committedAt = this.#clock.now()
    this.cancel()
  }

  cancel(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
