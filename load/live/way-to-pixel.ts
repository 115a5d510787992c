// The way of events to the screen, put together from what the demo, the socket and the page each noted, and summed up by stage.
import type { DeltaTimes } from '../../console/messages.ts'

/** What a page noted of one delta, wall ms on its own clock. */
export type PageMark = DeltaTimes & { received: number; applied: number; drawn: number }
/** What the demo noted of the frame behind it; see `demo --marks`. */
export type ServerMark = Pick<DeltaTimes, 'sent' | 'told'> & {
  appended: number
  counted: number
  read: number
}

/** Names of the stages, in the order in which an event passes them: what ends each of them. */
export const WAY = [
  'appended',
  'counted',
  'told',
  'read',
  'forwarded',
  'received',
  'applied',
  'drawn',
] as const
export type WayPoint = (typeof WAY)[number]

/** Wall ms at each point of the way; what nobody noted is absent. */
export type WayToPixel = { sent: number } & Partial<Record<WayPoint, number>>

/** One way for each delta that the page drew, of its oldest event; what was sent ahead of its time says nothing. */
export function waysOf(page: PageMark[], server: ServerMark[]): WayToPixel[] {
  const frames = new Map<string, ServerMark>()
  for (const mark of server) {
    const name = nameOf(mark)
    // Of frames that show the same moment the first that was read is the one that the delta names.
    if (!frames.has(name)) frames.set(name, mark)
  }
  return page
    .filter(({ sent, forwarded }) => forwarded >= sent)
    .map((mark) => {
      const frame = frames.get(nameOf(mark))
      return frame ? { ...frame, ...mark } : { ...mark }
    })
}

const nameOf = ({ sent, told }: Pick<DeltaTimes, 'sent' | 'told'>) => `${sent} ${told}`

/** ms from the point before to `point`, of every way that has both; two clocks never make less than nothing. */
export function stageOf(ways: WayToPixel[], point: WayPoint): number[] {
  return ways.flatMap((way) => {
    const before = WAY.slice(0, WAY.indexOf(point)).findLast((p) => way[p] !== undefined)
    const from = before === undefined ? way.sent : way[before]!
    const to = way[point]
    return to === undefined ? [] : [Math.max(0, to - from)]
  })
}

/** ms from one point to another. */
export function between(ways: WayToPixel[], from: 'sent' | WayPoint, to: WayPoint): number[] {
  return ways.flatMap((way) => {
    const [a, b] = [way[from], way[to]]
    return a === undefined || b === undefined ? [] : [Math.max(0, b - a)]
  })
}
