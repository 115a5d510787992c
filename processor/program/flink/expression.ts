// A measure's expression as Flink SQL: fields are doubles, so that every step is the one that the fold computes.
import type { Expr } from '../../../producers/contract/measures.ts'

/** A name between backquotes: every word may then be one. */
export const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Of an expression that `compileExpr` has accepted for the same events. */
export function expressionSql(expr: Expr): string {
  if (typeof expr === 'number') return `CAST(${expr} AS DOUBLE)`
  if (typeof expr === 'boolean') return expr ? 'TRUE' : 'FALSE'
  if (typeof expr === 'string') return literal(expr)
  if ('field' in expr) return `${quoted('data')}.${quoted(expr.field)}`
  if ('eq' in expr) return joined(expr.eq, '=')
  if ('ne' in expr) return joined(expr.ne, '<>')
  if ('lt' in expr) return joined(expr.lt, '<')
  if ('le' in expr) return joined(expr.le, '<=')
  if ('gt' in expr) return joined(expr.gt, '>')
  if ('ge' in expr) return joined(expr.ge, '>=')
  if ('and' in expr) return joined(expr.and, 'AND')
  if ('or' in expr) return joined(expr.or, 'OR')
  if ('not' in expr) return `(NOT ${expressionSql(expr.not)})`
  if ('add' in expr) return joined(expr.add, '+')
  if ('sub' in expr) return joined(expr.sub, '-')
  if ('mul' in expr) return joined(expr.mul, '*')
  const [condition, then, otherwise] = expr.if.map(expressionSql)
  return `(CASE WHEN ${condition} THEN ${then} ELSE ${otherwise} END)`
}

/** Left to right, as the fold does it: addition of doubles is not associative. */
function joined(operands: readonly Expr[], operator: string): string {
  return `(${operands.map(expressionSql).join(` ${operator} `)})`
}

/** Names of the fields in an expression. */
export function fieldsOf(expr: Expr | undefined): string[] {
  if (typeof expr !== 'object') return []
  if ('field' in expr) return [expr.field]
  return Object.values(expr).flatMap((x) =>
    (Array.isArray(x) ? x : [x]).flatMap((operand: Expr) => fieldsOf(operand)),
  )
}

/** The term as a whole number at the measure's decimals, rounded as the fold rounds it. */
export function scaledSql(expr: Expr, scale: number): string {
  if (typeof expr === 'number') return String(Math.round(expr * scale))
  if (typeof expr === 'object' && 'if' in expr) {
    const [condition, then, otherwise] = expr.if
    return `CASE WHEN ${expressionSql(condition)} THEN ${scaledSql(then, scale)} ELSE ${scaledSql(otherwise, scale)} END`
  }
  const scaled = scale === 1 ? expressionSql(expr) : `${expressionSql(expr)} * ${scale}`
  return `CAST(FLOOR(${scaled} + 0.5E0) AS BIGINT)`
}
