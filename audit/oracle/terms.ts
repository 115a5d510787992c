// What one event adds to a measure, and how much it may add.
import type { Measure } from '../../producers/contract/measures.ts'
import { type Decimal, scaledTo } from './decimal.ts'
import { numberIn, truthIn } from './expression.ts'
import type { OracleEvent } from './record.ts'
import { NOTHING, type Sum } from './sums.ts'

const DAY_MS = 86_400_000

/** null = the measure does not look at it, n 0 = it looks, but it does not enter. */
export type Term = Sum | null

/** How many terms may come together in one number. */
export type TermSpace = { windowMs: number; partitions: number; scopes: number; assets: number }

/** The terms of every measure; a text = the event is refused, and why. `limits` = the largest of each measure. */
export function termsOf(
  measures: readonly Measure[],
  limits: readonly bigint[],
  event: OracleEvent,
): Term[] | string {
  const terms: Term[] = []
  for (const [i, m] of measures.entries()) {
    const term = termOf(m, event)
    if (term === 'inexact' || (term && isAbove(term, limits[i]))) {
      return `${m.name}: not exact at ${m.decimals} decimals, or above ${limits[i]}`
    }
    terms.push(term)
  }
  return terms
}

function termOf(m: Measure, event: OracleEvent): Term | 'inexact' {
  if (!m.on.includes(event.name)) return null
  if (m.asset !== undefined && m.asset !== event.subject) return null
  const scaled = (x: Decimal) => scaledTo(x, m.decimals)
  if (m.kind === 'share') {
    const one = scaled({ units: 1n, places: 0 })!
    return truthIn(m.counts!, event.data) ? { numerator: one, denominator: 0n, n: 1 } : NOTHING
  }
  if (m.kind === 'count' || m.kind === 'level') {
    const numerator = scaled(numberIn(m.value ?? 1, event.data))
    return numerator === null ? 'inexact' : { numerator, denominator: 0n, n: 1 }
  }
  const numerator = scaled(numberIn(m.used!, event.data))
  const denominator = scaled(numberIn(m.of!, event.data))
  if (numerator === null || denominator === null) return 'inexact'
  return denominator === 0n ? NOTHING : { numerator, denominator, n: 1 }
}

/**
 * A term is refused when so many of its size could leave the range in which a double counts exactly: one per asset, or
 * one per cell of a day.
 */
export function largestTerm(m: Measure, space: TermSpace): bigint {
  const { windowMs, partitions, scopes, assets } = space
  const ofAssets = m.asset === undefined ? Math.max(1, assets) : 1
  const cells = (Math.ceil(DAY_MS / windowMs) + 1) * partitions * scopes
  return BigInt(Number.MAX_SAFE_INTEGER) / BigInt(isSummed(m) ? cells : ofAssets)
}

/** Ratio and count add up events; the other kinds look at each asset's latest. */
export function isSummed(m: Pick<Measure, 'kind'>): boolean {
  return m.kind === 'ratio' || m.kind === 'count'
}

function isAbove({ numerator, denominator }: Sum, limit: bigint): boolean {
  return [numerator, denominator].some((x) => x > limit || x < -limit)
}
