// Binary messages wait for the next drawn frame, and are acknowledged only after they were applied there.
import type { StateMessage } from '../../../messages.ts'

/** applied = acknowledge it · later = it cannot be applied yet, keep it · foreign = of another run, let it go. */
export type FrameFate = 'applied' | 'later' | 'foreign'

export type FrameQueueOptions = {
  /** Runs `task` when the next frame is drawn, or soon where none is. */
  frame(task: () => void): void
  apply(message: StateMessage): FrameFate
  /** Called once for each message that was applied. */
  acknowledge(seq: number): void
  /** Runs what may throw. */
  guard(task: () => void): void
}

export class FrameQueue {
  readonly #options: FrameQueueOptions
  #waiting: StateMessage[] = []
  #isAsked = false

  constructor(options: FrameQueueOptions) {
    this.#options = options
  }

  put(message: StateMessage): void {
    this.#waiting.push(message)
    this.ask()
  }

  /** Asks for a frame if anything waits. */
  ask(): void {
    if (this.#isAsked || this.#waiting.length === 0) return
    this.#isAsked = true
    this.#options.frame(() => {
      this.#isAsked = false
      this.#options.guard(() => this.#draw())
    })
  }

  /** What a lost socket sent is not drawn any more. */
  clear(): void {
    this.#waiting = []
  }

  #draw(): void {
    while (this.#waiting.length > 0) {
      const fate = this.#options.apply(this.#waiting[0])
      if (fate === 'later') return
      const [{ seq }] = this.#waiting.splice(0, 1)
      if (fate === 'applied') this.#options.acknowledge(seq)
    }
  }
}
