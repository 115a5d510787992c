// Repaints while pulses fade and nothing else does, and leaves twice a frame's cost between frames so that slow graphics keep up.

/** Between frames while pulses fade; longer where a frame is expensive (software graphics). */
const FRAME_MS = 70
const SLOW_FRAME_MS = 500
/** What costs less than this is no slow frame. */
const CHEAP_MS = 50

/** The browser's next frame, and whether anybody looks. */
export type Screen = { frame(task: (now: number) => void): void; hidden(): boolean }

export class PulseTimer {
  readonly #repaint: () => void
  readonly #screen: Screen
  #end = 0
  #pause = 0
  /** A frame is under way: the next one is asked for after it. */
  #isDrawing = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(repaint: () => void, screen: Screen) {
    this.#repaint = repaint
    this.#screen = screen
  }

  /** `time` on the clock of `performance.now()`. Who says so has just repainted: the next frame is a pause away. */
  until(time: number): void {
    this.#end = Math.max(this.#end, time)
    if (!this.#isDrawing) this.#schedule()
  }

  stop(): void {
    this.#end = 0
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#frame(), this.#pause)
  }

  #frame(): void {
    const asked = performance.now()
    this.#isDrawing = true
    this.#repaint()
    this.#screen.frame(() =>
      this.#screen.frame((now) => {
        const cost = now - asked
        this.#isDrawing = false
        this.#pause = cost < CHEAP_MS ? FRAME_MS : Math.min(SLOW_FRAME_MS, 2 * cost)
        if (now < this.#end && !this.#screen.hidden()) this.#schedule()
      }),
    )
  }
}
