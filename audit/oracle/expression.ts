// The oracle's reading of a measure's expression: what a declaration means for one event's `data`, in exact decimals.
import type { Expr } from '../../producers/contract/measures.ts'
import { compare, type Decimal, decimalOf, minus, plus, times } from './decimal.ts'

type OracleValue = Decimal | string | boolean
type Data = Record<string, unknown>

/** A number that the declaration asks for; throws when the expression yields something else. */
export function numberIn(expr: Expr, data: Data): Decimal {
  const value = evaluate(expr, data)
  if (typeof value === 'object') return value
  throw new Error(`oracle: ${JSON.stringify(expr)} is ${String(value)}, expected a number`)
}

/** A condition that the declaration asks for; throws when the expression yields something else. */
export function truthIn(expr: Expr, data: Data): boolean {
  const value = evaluate(expr, data)
  if (typeof value === 'boolean') return value
  throw new Error(`oracle: ${JSON.stringify(expr)} is no condition`)
}

function evaluate(expr: Expr, data: Data): OracleValue {
  if (typeof expr === 'number') return decimalOf(expr)
  if (typeof expr !== 'object') return expr
  if ('field' in expr) {
    const value = data[expr.field]
    if (typeof value === 'number') return decimalOf(value)
    if (typeof value === 'string' || typeof value === 'boolean') return value
    throw new Error(`oracle: field ${expr.field} is ${typeof value}, expected a scalar`)
  }
  if ('eq' in expr) return isEqual(expr.eq, data)
  if ('ne' in expr) return !isEqual(expr.ne, data)
  if ('lt' in expr) return order(expr.lt, data) < 0
  if ('le' in expr) return order(expr.le, data) <= 0
  if ('gt' in expr) return order(expr.gt, data) > 0
  if ('ge' in expr) return order(expr.ge, data) >= 0
  if ('and' in expr) return expr.and.every((x) => truthIn(x, data))
  if ('or' in expr) return expr.or.some((x) => truthIn(x, data))
  if ('not' in expr) return !truthIn(expr.not, data)
  if ('add' in expr) return expr.add.map((x) => numberIn(x, data)).reduce(plus)
  if ('sub' in expr) return minus(numberIn(expr.sub[0], data), numberIn(expr.sub[1], data))
  if ('mul' in expr) return expr.mul.map((x) => numberIn(x, data)).reduce(times)
  if ('if' in expr) return evaluate(truthIn(expr.if[0], data) ? expr.if[1] : expr.if[2], data)
  throw new Error(`oracle: ${JSON.stringify(expr)}, expected an operator of measures.ts`)
}

function isEqual([a, b]: [Expr, Expr], data: Data): boolean {
  const left = evaluate(a, data)
  const right = evaluate(b, data)
  if (typeof left === 'object' && typeof right === 'object') return compare(left, right) === 0
  return left === right
}

function order([a, b]: [Expr, Expr], data: Data): number {
  return compare(numberIn(a, data), numberIn(b, data))
}
