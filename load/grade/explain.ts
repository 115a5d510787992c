// Names the cause of a wrong cell where the arithmetic proves it: the number given is exactly what that mistake makes of these events.
import type { OracleCell, OracleKpi } from '../../audit/oracle/reading.ts'
import { isZero, NOTHING, type Sum, sumOf } from '../../audit/oracle/sums.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import {
  type CellEffects,
  type CellStory,
  type Removal,
  type StoriesWanted,
  tellStories,
} from './causes.ts'
import { cellOfSum, type Expected, type GradedRun } from './expected.ts'
import { cellKey } from './given.ts'
import { errorOf, isRight, type Tolerance, type WrongCell } from './grade.ts'

export type CauseName =
  | 'counts duplicates'
  | 'takes late events'
  | 'wrong window edge'
  | 'wrong freshness edge'
  | 'never forgets an asset'
  | 'drops events'
  | 'another window'
  | 'percent'
  | 'not weighted'

/** `missing` = how many events are not in it, with their names where only these can be meant. */
export type CellCause = { cause: CauseName; how: string; missing?: number }

export type ExplainedCell = WrongCell & { causes: CellCause[]; story: CellStory | null }

/** Wrong cells of which every event is looked at: the ones with the fewest, for there a number says the most. */
const LOOKED_AT = 400
/** Sums without some events that are tried for one cell. */
const MOST_TRIED = 4000
/** A number that so many others would have met by chance proves nothing. */
const BY_CHANCE = 0.02
/** Of a cell's events; where more are gone, something else is wrong. */
const MOST_MISSING = 0.1

type TriedEffect = { cause: CauseName; how: string; parts: (keyof CellEffects)[] }

const EFFECTS: TriedEffect[] = [
  { cause: 'counts duplicates', how: 'the fold with every copy counted', parts: ['copies'] },
  {
    cause: 'counts duplicates',
    how: 'the fold with every copy counted, late ones too',
    parts: ['copies', 'lateCopies'],
  },
  { cause: 'takes late events', how: 'the fold with late events taken', parts: ['late'] },
  {
    cause: 'wrong window edge',
    how: 'the fold of (start, end]: the event on an edge on its other side',
    parts: ['withoutStart', 'withEnd'],
  },
  { cause: 'wrong window edge', how: 'the fold of [start, end]', parts: ['withEnd'] },
  { cause: 'wrong window edge', how: 'the fold of (start, end)', parts: ['withoutStart'] },
  {
    cause: 'wrong freshness edge',
    how: 'without what was last heard exactly as long ago as an event stays fresh',
    parts: ['withoutJustFresh'],
  },
  {
    cause: 'never forgets an asset',
    how: 'with assets that are not fresh any more',
    parts: ['withStale'],
  },
]

export async function explain(
  run: GradedRun,
  expected: Expected,
  wrong: WrongCell[],
  tolerance: Tolerance,
  worst: number,
): Promise<ExplainedCell[]> {
  if (wrong.length === 0) return []
  const sorted = [...wrong].sort((a, b) => errorOf(b) - errorOf(a))
  const few = [...wrong].sort((a, b) => a.expected.n - b.expected.n).slice(0, LOOKED_AT)
  const keyOf = ({ expected: { kpi, scope, start } }: WrongCell) => cellKey(kpi, scope, start)
  const wanted: StoriesWanted = {
    kpis: [...new Set(wrong.map((w) => w.expected.kpi))].map((kpi) => expected.kpis.get(kpi)!),
    cells: new Set(wrong.map(keyOf)),
    everyEvent: new Set([...sorted.slice(0, worst), ...few].map(keyOf)),
  }
  const stories = await tellStories(run, wanted)
  return sorted.map((cell) => {
    const story = stories.get(keyOf(cell)) ?? null
    return { ...cell, story, causes: causesOf(run.descriptor, expected, cell, story, tolerance) }
  })
}

function causesOf(
  descriptor: Descriptor,
  expected: Expected,
  { expected: cell, given }: WrongCell,
  story: CellStory | null,
  tolerance: Tolerance,
): CellCause[] {
  const kpi = expected.kpis.get(cell.kpi)!
  const truth = expected.sumOf(kpi, cell.scope, cell.start)
  const cellOf = (sum: Sum) => cellOfSum(descriptor, kpi, cell.scope, sum)
  const fits = (other: OracleCell) => isRight(given, other, tolerance)
  const causes: CellCause[] = []
  for (const { cause, how, parts } of story ? EFFECTS : []) {
    const change = parts.map((part) => story!.effects[part]).reduce(sumOf, NOTHING)
    // The same number by a simpler mistake is named once.
    if (isZero(change) || causes.some((c) => c.cause === cause)) continue
    if (fits(cellOf(sumOf(truth, change)))) causes.push({ cause, how })
  }
  const dropped =
    story && findMissing(story.removals, (sum) => cellOf(sumOf(truth, sum)), fits, tolerance)
  if (dropped) causes.push(dropped)
  if (causes.length > 0) return causes
  return simpler(descriptor, expected, kpi, { expected: cell, given, versions: 0 }, tolerance)
}

/** The cell that some other number altogether fits. */
function simpler(
  { scale, window }: Descriptor,
  expected: Expected,
  kpi: OracleKpi,
  { expected: cell, given }: WrongCell,
  tolerance: Tolerance,
): CellCause[] {
  const times = (factor: number) =>
    cell.value !== null &&
    cell.value !== 0 &&
    given.value !== undefined &&
    isRight(
      { ...given, n: undefined },
      { ...cell, value: cell.value * factor },
      { ...tolerance, by: tolerance.by * factor },
    )
  if (times(100)) return [{ cause: 'percent', how: 'a hundred times the fraction' }]
  if (scale !== 1 && kpi.isScaled && times(scale)) {
    return [
      {
        cause: 'not weighted',
        how: `not weighted: at scale ${scale} an asset stands for ${1 / scale}`,
      },
    ]
  }
  for (const windows of [-1, 1]) {
    const other = expected.cell(kpi, cell.scope, cell.start + windows * window)
    if (!other || other.value === cell.value || !isRight(given, other, tolerance)) continue
    const which = windows < 0 ? 'the window before it' : 'the window behind it'
    return [{ cause: 'another window', how: `the reading of ${which}` }]
  }
  return []
}

type Class = { sum: Sum; events: string[] }

/** The fewest events without which the fold gives the number; null where none do, or where chance could as well. */
function findMissing(
  removals: Removal[],
  cellWith: (change: Sum) => OracleCell,
  fits: (cell: OracleCell) => boolean,
  tolerance: Tolerance,
): CellCause | null {
  const classes = classesOf(removals)
  const values = new Set<number | null>()
  const most = 1 + Math.ceil(removals.length * MOST_MISSING)
  for (let count = 1, tried = 0; count <= most; count++) {
    let found: Class[] | null = null
    for (const used of combinations(classes, count, 0)) {
      if (++tried > MOST_TRIED) return null
      const cell = cellWith(used.reduce((s, { sum }) => sumOf(s, sum), NOTHING))
      values.add(cell.value)
      if (!found && fits(cell)) found = used
    }
    if (!found) continue
    if (chance(values, tolerance) > BY_CHANCE) return null
    const only = count === 1 && found[0].events.length === 1 ? `: ${found[0].events[0]}` : ''
    const how = `the fold with ${count} event${count === 1 ? '' : 's'} missing${only}`
    return { cause: 'drops events', how, missing: count }
  }
  return null
}

function classesOf(removals: Removal[]): Class[] {
  const classes = new Map<string, Class>()
  for (const { event, sum } of removals) {
    if (isZero(sum)) continue
    const key = `${sum.numerator}|${sum.denominator}|${sum.n}`
    const known = classes.get(key)
    if (known) known.events.push(event)
    else classes.set(key, { sum, events: [event] })
  }
  return [...classes.values()]
}

/** How likely a number from among those tried is met by one that has nothing to do with them. */
function chance(values: Set<number | null>, { by, isRelative }: Tolerance): number {
  const numbers = [...values].filter((v) => v !== null)
  if (numbers.length < 2) return 0
  const least = Math.min(...numbers)
  const most = Math.max(...numbers)
  const width = 2 * (isRelative ? by * Math.max(Math.abs(most), Math.abs(least)) : by)
  return (numbers.length * width) / (most - least)
}

/** Multisets of so many classes, none more often than it has events. */
function* combinations(all: Class[], count: number, from: number): Generator<Class[]> {
  if (count === 0) {
    yield []
    return
  }
  for (let i = from; i < all.length; i++) {
    const most = Math.min(count, all[i].events.length)
    for (let times = 1; times <= most; times++) {
      for (const rest of combinations(all, count - times, i + 1)) {
        yield [...Array.from({ length: times }, () => all[i]), ...rest]
      }
    }
  }
}
