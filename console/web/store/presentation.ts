// What the server says is presented, and what this page asks of it.
import { signal } from '@preact/signals'
import type { ClientMessage, StageMessage, StageView } from '../../messages.ts'

const NOBODY: StageView = { cue: null, blank: false, since: null, problem: null }
/** Two presses of a key within this belong together. */
const TWICE_MS = 1_500

export class SharedPresentation {
  readonly view = signal<StageView>(NOBODY)
  /** Asks for a second press before everything begins anew. */
  readonly isAsking = signal(false)
  readonly #send: (message: ClientMessage) => boolean
  readonly #now: () => number
  #pressedAt = Number.NEGATIVE_INFINITY

  constructor(send: (message: ClientMessage) => boolean, now: () => number) {
    this.#send = send
    this.#now = now
  }

  put(view: StageView): void {
    this.view.value = view
  }

  ask(message: StageMessage): boolean {
    return this.#send({ op: 'stage', ...message })
  }

  /** `reached`: the cue at which the city is, where nobody presents yet; -1 = before the first. */
  step(by: 1 | -1, cues: number, reached: number): void {
    const { cue } = this.view.value
    const next = cue === null ? Math.max(0, reached) : cue + by
    if (next >= 0 && next < cues) this.ask({ cue: next })
  }

  blank(): void {
    this.ask({ blank: !this.view.value.blank })
  }

  /** The first press asks, the second within 1.5 s begins anew. */
  reset(): void {
    if (this.#now() - this.#pressedAt <= TWICE_MS) {
      this.#pressedAt = Number.NEGATIVE_INFINITY
      this.isAsking.value = false
      this.ask({ restart: true })
      return
    }
    this.#pressedAt = this.#now()
    this.isAsking.value = true
  }

  /** Nobody pressed a second time. */
  forget(): void {
    if (this.#now() - this.#pressedAt > TWICE_MS) this.isAsking.value = false
  }
}
