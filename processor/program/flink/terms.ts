// What each event adds to a measure, as SQL: numerator, denominator, and whether it enters at all.
import type { CompiledMeasure } from '../program.ts'
import { expressionSql, scaledSql } from './expression.ts'

/** Whole numbers at the measure's decimals; `entered` is 1 or 0. Where it is 0 the others are 0 too. */
export type TermsSql = { numerator: string; denominator: string; entered: string }

/** As `evaluate` of the task has them. */
export function termsSql({ measure, kind, scale }: CompiledMeasure): TermsSql {
  if (kind === 'share') {
    const counts = expressionSql(measure.counts!)
    const one = (yes: number) =>
      counts === 'TRUE' ? `${yes}` : `CASE WHEN ${counts} THEN ${yes} ELSE 0 END`
    return { numerator: one(scale), denominator: one(1), entered: one(1) }
  }
  if (kind === 'count' || kind === 'level') {
    return { numerator: scaledSql(measure.value!, scale), denominator: '1', entered: '1' }
  }
  const denominator = scaledSql(measure.of!, scale)
  const used = scaledSql(measure.used!, scale)
  if (Number(denominator) > 0) return { numerator: used, denominator, entered: '1' }
  const enters = `${denominator} <> 0`
  return {
    numerator: `CASE WHEN ${enters} THEN ${used} ELSE 0 END`,
    denominator,
    entered: `CASE WHEN ${enters} THEN 1 ELSE 0 END`,
  }
}
