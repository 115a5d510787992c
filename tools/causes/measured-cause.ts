// What of two runs differs: which assets, how soon, by how much in the KPIs, and whether anything did where nothing can.
import { MINUTE_MS } from '../../infra/time.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import { readingOf } from '../effects/reading.ts'
import type { Delay, ExpectedMove, KpiMove } from './expected/expectation.ts'
import type { PairedCause, ToldEvent } from './paired-causes.ts'

/** Of one domain in one run. */
export type MeasuredCause = {
  assets: number
  moved: number
  /** Minutes, of each asset that shows it. */
  delays: number[]
  /** By KPI that is expected to move. */
  changes: number[]
  /** Assets that differ in cells that the incident does not touch, or before it. */
  elsewhere: string[]
  /** How many assets there were in such cells. */
  untouched: number
}

export function measuredCause(
  paired: PairedCause,
  declaration: Declaration,
  expected: ExpectedMove | undefined,
): MeasuredCause {
  const { inside, outside, from } = paired
  const [usual, given] = [byAsset(paired.usual), byAsset(paired.given)]
  const elsewhere: string[] = []
  let moved = 0
  for (const id of inside) {
    const at = firstDifference(usual.get(id) ?? [], given.get(id) ?? [])
    if (at === null) continue
    moved++
    if (at < from) elsewhere.push(id)
  }
  for (const id of outside) {
    const [one, two] = [usual, given].map((all) => all.get(id) ?? [])
    if (one.length !== two.length || alike(one, two) < one.length) elsewhere.push(id)
  }
  return {
    assets: inside.size,
    moved,
    delays: expected ? delaysOf(paired, given, expected.delay) : [],
    changes: (expected?.kpis ?? []).map((kpi) => changeOf(paired, declaration, kpi)),
    elsewhere,
    untouched: outside.size,
  }
}

function byAsset(told: ToldEvent[]): Map<string, ToldEvent[]> {
  return Map.groupBy(told, ({ id }) => id)
}

/** How many events are the same from the beginning on, byte for byte. */
function alike(one: ToldEvent[], two: ToldEvent[]): number {
  let k = 0
  while (k < one.length && k < two.length) {
    if (one[k].body !== two[k].body || one[k].isLate !== two[k].isLate) break
    k++
  }
  return k
}

/** Time of the first event that happened in one run only, or came late in one; whatever its number is. */
function firstDifference(usual: ToldEvent[], given: ToldEvent[]): number | null {
  const words = ({ body, isLate }: ToldEvent) => body.replace(/"seq":\d+,/, '') + isLate
  const since = alike(usual, given)
  if (since === usual.length && since === given.length) return null
  const first = (some: ToldEvent[], others: ToldEvent[]) => {
    const known = new Set(others.slice(since).map(words))
    const other = some.slice(since).find((told) => !known.has(words(told)))
    return other?.time ?? Number.POSITIVE_INFINITY
  }
  const at = Math.min(first(usual, given), first(given, usual))
  return at === Number.POSITIVE_INFINITY ? null : at
}

/** From when the cause reaches an asset to when it first shows. */
function delaysOf(paired: PairedCause, given: Map<string, ToldEvent[]>, delay: Delay): number[] {
  const { inside, from, until } = paired
  const { since, shows } = delay
  const reached = typeof since === 'object' ? paired.reachedAt(since.condition, since.from) : null
  return Array.from(inside).flatMap((id) => {
    const begins = reached ? reached.get(id) : since === 'end' ? until : from
    if (begins === undefined) return []
    const effect = (given.get(id) ?? []).find((told) => told.time >= from && shows(told))
    if (!effect) return []
    return [((since === 'end' ? effect.toldAt : effect.time) - begins) / MINUTE_MS]
  })
}

/** Over the assets inside, of what was known in time. */
function changeOf(paired: PairedCause, declaration: Declaration, kpi: KpiMove): number {
  const { start, from, inside } = paired
  const options = { declaration, effect: kpi, from: from + kpi.afterMs, of: inside, start }
  const [usual, given] = [paired.usual, paired.given].map((told) =>
    readingOf(
      told.filter(({ isLate }) => !isLate),
      options,
    ),
  )
  const difference = given - usual
  return kpi.unit === 'reading' ? difference / usual : difference
}
