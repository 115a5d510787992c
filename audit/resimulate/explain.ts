// Explains truth − reading of one topic-partition to the last event: which lost, late or altered events make up each cell's difference.
import type { Measure } from '../../producers/contract/measures.ts'
import { isZero, minusOf, NOTHING, type Sum, sumOf } from '../oracle/sums.ts'
import { isSummed } from '../oracle/terms.ts'
import type { Bearing } from '../oracle/windows.ts'

export type ExplainedPart = {
  asset: string
  seq: number
  /** What the event adds to truth − reading. */
  adds: Sum
  /** What became of it: `dropped`, `late at offset 88123`, `altered at offset 7`; of another event of that asset: `stands in`, `displaced`. */
  why: string
}

export type Explanation = {
  measure: string
  scope: string
  /** Window start, ms. */
  start: number
  /** truth − reading, in whole numbers of 10^-decimals. */
  difference: Sum
  decimals: number
  parts: ExplainedPart[]
  /** The parts have a cause each and add up to the difference. */
  isComplete: boolean
}

/**
 * `happened` and `arrived` hold what bears on one measure and window before and after the faults; `fateOf` says what
 * became of an event (`subject:seq`) that bears on one of them only, or null when nothing is known of it.
 */
export function explain(
  { name, decimals, kind }: Pick<Measure, 'name' | 'decimals' | 'kind'>,
  start: number,
  happened: Bearing,
  arrived: Bearing,
  fateOf: (id: string) => string | null,
): Explanation[] {
  const byScope = new Map<string, Explanation>()
  const summed = isSummed({ kind })

  function part(id: string, subject: string, scope: string, adds: Sum, why: string | null): void {
    let e = byScope.get(scope)
    if (!e) {
      e = {
        measure: name,
        scope,
        start,
        difference: NOTHING,
        decimals,
        parts: [],
        isComplete: true,
      }
      byScope.set(scope, e)
    }
    if (why === null) e.isComplete = false
    const seq = Number(id.slice(subject.length + 1))
    e.parts.push({ asset: subject, seq, adds, why: why ?? 'unexplained' })
    e.difference = sumOf(e.difference, adds)
  }

  const lost = [...happened].filter(([id]) => !arrived.has(id))
  const strange = [...arrived].filter(([id]) => !happened.has(id))
  /** Of an asset's two latest events one has a fate; the other is right, and bears here because of that. */
  const excused = new Set<string>()
  for (const [id, { subject }] of summed ? [] : [...lost, ...strange]) {
    if (fateOf(id) !== null) excused.add(subject)
  }
  const whyOf = (id: string, subject: string, otherwise: string) =>
    fateOf(id) ?? (excused.has(subject) ? otherwise : null)
  for (const [id, { subject, scope, sum }] of lost) {
    part(id, subject, scope, sum, whyOf(id, subject, 'displaced'))
  }
  for (const [id, { subject, scope, sum }] of strange) {
    part(id, subject, scope, minusOf(NOTHING, sum), whyOf(id, subject, 'stands in'))
  }
  for (const [id, { subject, scope, sum }] of happened) {
    const adds = minusOf(sum, arrived.get(id)?.sum ?? sum)
    if (!isZero(adds)) part(id, subject, scope, adds, fateOf(id))
  }
  return [...byScope.values()].filter((e) => !isZero(e.difference))
}
