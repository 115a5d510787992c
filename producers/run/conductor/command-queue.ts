// Commands that wait for the conductor: as many as may come, only so many at a time.
import type { IncomingCommand } from '../../contract/run/command-reader.ts'

/** More than anybody sends by hand; a flood waits in the log instead of in memory. */
const MOST_WAITING = 1_000

export class CommandQueue {
  #waiting: IncomingCommand[] = []
  #room = Promise.withResolvers<void>()
  #isClosed = false

  /** Resolves when there is room for more. */
  async put(incoming: IncomingCommand[]): Promise<void> {
    this.#waiting.push(...incoming)
    while (this.#waiting.length >= MOST_WAITING && !this.#isClosed) await this.#room.promise
  }

  next(): IncomingCommand | undefined {
    const first = this.#waiting.shift()
    if (this.#waiting.length < MOST_WAITING) this.#release()
    return first
  }

  /** Whoever waits for room goes on: nobody takes anything any more. */
  close(): void {
    this.#isClosed = true
    this.#release()
  }

  #release(): void {
    this.#room.resolve()
    this.#room = Promise.withResolvers<void>()
  }
}
