// Prepared cues that lie ahead of where the run stands are read while nobody waits for them, the next one first.
import type { Clock } from '../../../infra/clock.ts'

/** The city stands and its pages are drawn. Between two of them nobody feels that they are read. */
const REST_MS = 1_500

export type ReadAheadOptions = {
  clock: Clock
  /** The one that is to be read next, in sim ms; null = there is none. */
  next(): number | null
  /** Never rejects; false = it is of no use, and whoever wants it hears why. */
  read(at: number): Promise<boolean>
}

export class ReadAhead {
  readonly #options: ReadAheadOptions
  readonly #useless = new Set<number>()
  #cancel = () => {}
  #isReading = false
  #isStopped = false

  constructor(options: ReadAheadOptions) {
    this.#options = options
  }

  isUseless(at: number): boolean {
    return this.#useless.has(at)
  }

  /** It has become another one, or may be read again. */
  renewed(at: number): void {
    this.#useless.delete(at)
    this.rest()
  }

  /** There is other work just now; it goes on after that. */
  rest(): void {
    this.#cancel()
    if (this.#isStopped) return
    this.#cancel = this.#options.clock.schedule(REST_MS, () => void this.#step())
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
  }

  async #step(): Promise<void> {
    if (this.#isReading) return
    const at = this.#options.next()
    if (at === null) return
    this.#isReading = true
    if (!(await this.#options.read(at))) this.#useless.add(at)
    this.#isReading = false
    this.rest()
  }
}
