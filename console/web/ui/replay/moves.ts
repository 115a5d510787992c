// What the transport bar of a replay asks for: commands by key, links to a moment, and what a drag over its track means.
import type { ReplayTimeline, ReplayView } from '../../../messages.ts'
import type { WordKey } from '../../i18n/i18n.ts'

export type Move = { name: string; args: Record<string, unknown> }

export const move = (name: string, args: Record<string, unknown> = {}): Move => ({ name, args })

/** By physical key; none of them is one of the page's own, nor one that a clicker sends. */
const KEYS: Record<string, Move> = {
  Comma: move('replay.step', { by: 'event' }),
  KeyZ: move('replay.step', { by: 'window', back: true }),
  KeyC: move('replay.step', { by: 'window' }),
  KeyH: move('replay.next'),
}

export function moveOfKey(code: string, isShifted: boolean): Move | null {
  if (code === 'KeyH' && isShifted) return move('replay.next', { back: true })
  return KEYS[code] ?? null
}

/** For the list of keys. */
export const KEY_ROWS: [string[], WordKey][] = [
  [[','], 'help.replay.event'],
  [['Z', 'C'], 'help.replay.window'],
  [['H', '⇧H'], 'help.replay.next'],
  [['O'], 'help.replay.loop'],
  [['Y'], 'help.replay.link'],
]

export const iso = (time: number): string => new Date(time).toISOString()

/** The page's address with a sim time in it; null takes it out. */
export function linkTo(href: string, time: number | null): string {
  const url = new URL(href)
  if (time === null) url.searchParams.delete('at')
  else url.searchParams.set('at', iso(time))
  return url.href
}

/** The time that an address asks for, where the recording holds it; else null. */
export function askedTime(search: string, { from, to }: ReplayView): number | null {
  const time = Date.parse(new URLSearchParams(search).get('at') ?? '')
  return time >= from && time <= to ? time : null
}

/** Where a part of the track (0 to 1) is, to the second. */
export function timeAt(part: number, { from, to }: ReplayView): number {
  const time = from + Math.max(0, Math.min(1, part)) * (to - from)
  return Math.min(to, Math.round(time / 1000) * 1000)
}

/** A drag with Shift chooses a part to be played again and again, any other seeks; too short a part is none. */
export function moveOfDrag(from: number, to: number, isSelecting: boolean, leastMs: number): Move {
  const [begin, end] = [Math.min(from, to), Math.max(from, to)]
  if (isSelecting && end - begin >= leastMs) {
    return move('replay.loop', { from: iso(begin), to: iso(end) })
  }
  return move('clock.jump', { to: iso(to) })
}

/** The histogram as an SVG path in a box of as many units as there are steps, `height` high. */
export function barsPath({ counts }: Pick<ReplayTimeline, 'counts'>, height: number): string {
  // What is far more than usual is cut: a census at the start would make the rest a line.
  const ordered = [...counts].sort((a, b) => a - b)
  const top = Math.max(1, ordered[Math.floor(0.98 * (ordered.length - 1))] ?? 1)
  return counts
    .map((count, i) => {
      const high = Math.min(1, count / top) * height
      return high > 0 ? `M${i} ${height}v-${high.toFixed(1)}h.8v${high.toFixed(1)}` : ''
    })
    .join('')
}
