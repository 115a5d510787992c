// Figures come twice a second and are read once: what only goes on is shown together with the next message.
import type { ServerMessage } from '../../../messages.ts'
import type { Schedule } from './silence-watch.ts'

type Aggregate = Extract<ServerMessage, { op: 'agg' }>

/** Messages come every half second, give or take. */
const SHOWN_EVERY_MS = 900
/** What is held is shown then, where no other comes: a replay that stands says nothing more. */
const HELD_MS = 600

/** Hands messages on in their order; `now` in ms. */
export function calmFigures(
  take: (message: ServerMessage) => void,
  now: () => number,
  schedule: Schedule,
): (message: ServerMessage) => void {
  let held: Aggregate | null = null
  let cancel = () => {}
  let shownAt = Number.NEGATIVE_INFINITY
  let course = ''
  return (message) => {
    const before = held
    held = null
    cancel()
    if (message.op !== 'agg') {
      // Another connection begins anew: it brings all of it.
      if (before && message.op !== 'hello') take(before)
      take(message)
      return
    }
    const readings = [...(before?.readings ?? []), ...message.readings]
    const { status, speed, asked, slept, jump } = message.clock
    // What somebody did is seen at once.
    const next = `${message.epoch} ${[status, speed, asked, slept, jump?.to]}`
    const whole = next.startsWith(`${before?.epoch} `) ? { ...message, readings } : message
    const isDue = next !== course || now() - shownAt >= SHOWN_EVERY_MS
    course = next
    const show = () => {
      held = null
      shownAt = now()
      take(whole)
    }
    if (isDue) show()
    else {
      held = whole
      cancel = schedule(HELD_MS, show)
    }
  }
}
