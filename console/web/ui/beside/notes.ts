// What a person must know before comparing: which time is covered, what is not alike, and what is therefore not compared.
import type { ReplayBeside, ReplayView, RunView } from '../../../messages.ts'
import { hourMinuteSecond, quantityText } from '../../i18n/format.ts'
import { lang } from '../../i18n/i18n.ts'
import { say } from './words.ts'

/** Topic-partitions that are named. */
const NAMED = 3

export function notesOf(
  a: RunView,
  b: RunView,
  beside: ReplayBeside,
  { from, to }: Pick<ReplayView, 'from' | 'to'>,
): string[] {
  const { sides, differences } = beside
  const time = (ms: number) => hourMinuteSecond(ms)
  const [spanA, spanB] = sides.map((side) => `${time(side.from)}–${time(side.to)}`)
  const isPart = sides.some((side) => side.from !== from || side.to !== to)
  const scale = (run: RunView) => quantityText(run.scale, '1', lang.value)
  const length = (run: RunView) => quantityText(run.windowMs / 1000, 's', lang.value)
  const isOtherScale = a.scale !== b.scale
  const only = (side: string, lanes: string[] = []) =>
    lanes.length > 0 && say('lanes', { side, lanes: fewOf(lanes) })
  return [
    isPart && say('clock', { from: time(from), to: time(to), a: spanA, b: spanB }),
    a.scenario !== b.scenario && say('scenarios', { a: a.scenario, b: b.scenario }),
    a.seed !== b.seed && say('seeds', { a: a.seed, b: b.seed }),
    isOtherScale && say('scales', { a: scale(a), b: scale(b) }),
    !isOtherScale && a.catalogue !== b.catalogue && say('catalogues'),
    a.windowMs !== b.windowMs && say('windows', { a: length(a), b: length(b) }),
    only('A', differences?.onlyA),
    only('B', differences?.onlyB),
  ].filter((note) => note !== false)
}

const fewOf = (names: string[]) =>
  names.length > NAMED
    ? `${names.slice(0, NAMED).join(', ')} … (${names.length})`
    : names.join(', ')
