// One line on a terminal that says how far a command has got; where nobody watches it says nothing.
import { type Clock, realClock } from '../../infra/clock.ts'

const EVERY_MS = 250
const CLEAR_LINE = '\x1b[2K'

export interface ProgressLine {
  /** At most four times a second; `text` is only made when it is shown. */
  show(text: () => string): void
  /** Takes the line away. */
  end(): void
}

type Terminal = { isTTY?: boolean; columns?: number; write(text: string): unknown }

export function createProgress(
  terminal: Terminal = process.stderr,
  clock: Pick<Clock, 'now'> = realClock,
): ProgressLine {
  let shownAt = Number.NEGATIVE_INFINITY
  return {
    show(text) {
      if (!terminal.isTTY || clock.now() - shownAt < EVERY_MS) return
      shownAt = clock.now()
      // Back to the line's begin: whatever is written next takes its place.
      terminal.write(`${CLEAR_LINE}${text().slice(0, (terminal.columns ?? 80) - 1)}\r`)
    },
    end() {
      if (terminal.isTTY && shownAt > Number.NEGATIVE_INFINITY) terminal.write(CLEAR_LINE)
    },
  }
}
