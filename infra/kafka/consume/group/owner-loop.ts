// The owner loop of a group's member: whatever touches its state runs here, one event after the other.

export class OwnerLoop {
  readonly #failed: (error: Error) => void
  #queue: Promise<unknown> = Promise.resolve()
  #hasFailed = false

  /** `failed` hears of the first error: it ends the loop, and what is queued is never run. */
  constructor(failed: (error: Error) => void) {
    this.#failed = failed
  }

  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** Settles as the event does, when its turn came; resolves without it when the loop has ended before. */
  run(event: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(() => (this.#hasFailed ? undefined : event()))
    this.#queue = turn.catch((error: Error) => this.fail(error))
    return turn
  }

  fail(error: Error): void {
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#failed(error)
  }
}
