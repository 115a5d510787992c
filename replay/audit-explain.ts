// Explains truth − reading of one topic-partition to the last event: which lost, late or altered events make up each cell's difference.
import type { Bearing, Sum } from './oracle-lane.ts'
import { NOTHING } from './oracle-lane.ts'

export type Part = {
  asset: string
  seq: number
  /** What the event adds to truth − reading. */
  adds: Sum
  /** What became of it: `dropped`, `late at offset 88123`, `altered at offset 7`; of an older event: `stands in`. */
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
  parts: Part[]
  /** The parts have a cause each and add up to the difference. */
  isComplete: boolean
}

/**
 * `happened` and `arrived` hold what bears on one measure and window before and after the faults; `fateOf` says what
 * became of an event (`subject:seq`) that bears on one of them only, or null when nothing is known of it.
 */
export function explain(
  { name: measure, decimals }: { name: string; decimals: number },
  start: number,
  happened: Bearing,
  arrived: Bearing,
  fateOf: (id: string) => string | null,
): Explanation[] {
  const byScope = new Map<string, Explanation>()
  /** Assets of which something that should bear here was lost: an older event may stand in for it. */
  const excused = new Set<string>()

  function part(id: string, subject: string, scope: string, adds: Sum, why: string | null): void {
    let e = byScope.get(scope)
    if (!e) {
      e = { measure, scope, start, difference: NOTHING, decimals, parts: [], isComplete: true }
      byScope.set(scope, e)
    }
    if (why === null) e.isComplete = false
    const seq = Number(id.slice(subject.length + 1))
    e.parts.push({ asset: subject, seq, adds, why: why ?? 'unexplained' })
    e.difference = sumOf(e.difference, adds)
  }

  for (const [id, { subject, scope, sum }] of happened) {
    const there = arrived.get(id)
    if (there && isZero(minusOf(sum, there.sum))) continue
    if (there) {
      part(id, subject, scope, minusOf(sum, there.sum), 'altered')
      continue
    }
    const why = fateOf(id)
    if (why !== null) excused.add(subject)
    part(id, subject, scope, sum, why)
  }
  for (const [id, { subject, scope, sum }] of arrived) {
    if (happened.has(id)) continue
    const why = fateOf(id) ?? (excused.has(subject) ? 'stands in' : null)
    part(id, subject, scope, minusOf(NOTHING, sum), why)
  }
  return [...byScope.values()].filter((e) => !isZero(e.difference))
}

export function sumOf(a: Sum, b: Sum): Sum {
  return {
    numerator: a.numerator + b.numerator,
    denominator: a.denominator + b.denominator,
    n: a.n + b.n,
  }
}

export function minusOf(a: Sum, b: Sum): Sum {
  return {
    numerator: a.numerator - b.numerator,
    denominator: a.denominator - b.denominator,
    n: a.n - b.n,
  }
}

export function isZero(sum: Sum): boolean {
  return sum.numerator === 0n && sum.denominator === 0n && sum.n === 0
}
