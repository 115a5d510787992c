// Repaints while pulses fade, and leaves three times a frame's cost between frames so that slow graphics keep up.

/** Between frames while pulses fade; longer where a frame is expensive (software graphics). */
const FRAME_MS = 33
const SLOW_FRAME_MS = 500
/** What costs less than this is no slow frame. */
const CHEAP_MS = 50

/** The browser's next frame, and whether anybody looks. */
export type Screen = { frame(task: (now: number) => void): void; hidden(): boolean }

export class PulseTimer {
  readonly #repaint: () => void
  readonly #screen: Screen
  #end = 0
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(repaint: () => void, screen: Screen) {
    this.#repaint = repaint
    this.#screen = screen
  }

  /** `time` on the clock of `performance.now()`. */
  until(time: number): void {
    this.#end = Math.max(this.#end, time)
    if (this.#timer === null) this.#schedule(0)
  }

  stop(): void {
    this.#end = 0
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => this.#frame(), ms)
  }

  #frame(): void {
    const asked = performance.now()
    this.#repaint()
    this.#screen.frame(() =>
      this.#screen.frame((now) => {
        const cost = now - asked
        this.#timer = null
        if (now >= this.#end || this.#screen.hidden()) return
        this.#schedule(cost < CHEAP_MS ? FRAME_MS : Math.min(SLOW_FRAME_MS, 2 * cost))
      }),
    )
  }
}
