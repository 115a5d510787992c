// Keeps one stretch of work short: sockets, timers and heartbeats get their turn in between.
import type { Clock } from '../../infra/clock.ts'

const STRETCH_MS = 6
/** Reading the clock costs as much as a few per cent of an event. */
const CHECK_EVERY = 16

export interface TimeSlice {
  begin(): void
  /** True when it is time to `await next()`. */
  isOver(): boolean
  next(): Promise<void>
}

export function createTimeSlice(clock: Clock): TimeSlice {
  let since = clock.now()
  let steps = 0
  return {
    begin() {
      since = clock.now()
      steps = 0
    },
    isOver: () => ++steps % CHECK_EVERY === 0 && clock.now() - since >= STRETCH_MS,
    async next() {
      await clock.turn()
      since = clock.now()
    },
  }
}
