// A key that means it only when it is held: what it does cannot be taken back, and a finger slips.

const HELD_MS = 600

type Timers = { set(run: () => void, ms: number): () => void }

const realTimers: Timers = {
  set(run, ms) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

export class HeldKey {
  readonly #act: () => void
  readonly #tooShort: () => void
  readonly #timers: Timers
  #cancel: ((at: number) => void) | null = null

  constructor(act: () => void, tooShort: () => void, timers = realTimers) {
    this.#act = act
    this.#tooShort = tooShort
    this.#timers = timers
  }

  /** Again and again while the key is down; `at`: when the keyboard said so, ms, however late a busy page hears of it. */
  down(at = 0): void {
    if (this.#cancel) return
    const cancel = this.#timers.set(() => {
      this.#cancel = () => {}
      this.#act()
    }, HELD_MS)
    this.#cancel = (until) => {
      cancel()
      if (until - at < HELD_MS) this.#tooShort()
      else this.#act()
    }
  }

  up(at = 0): void {
    this.#cancel?.(at)
    this.#cancel = null
  }
}
