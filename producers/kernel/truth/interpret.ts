// Reads a measure's expression the naive way, node by node: the truth's own opinion of what a declaration means.
import type { Expr } from '../../contract/measures.ts'

type Scalar = number | string | boolean

/** An expression's value for one event's `data`. */
export type ExprReading = (data: Record<string, unknown>) => Scalar

/**
 * The expression as a function, written out once: to walk the nodes anew for each event took longer than all else that the
 * truth does. Throws on an operator that the contract does not know.
 */
export function readingOf(expr: Expr): ExprReading {
  return new Function('data', `return ${written(expr)}`) as ExprReading
}

/** Every name and text in it is quoted by JSON, so nothing but what stands below is ever run. */
function written(expr: Expr): string {
  if (typeof expr !== 'object') return JSON.stringify(expr)
  const [op, operands] = Object.entries(expr)[0] as [string, unknown]
  if (op === 'field') return `data[${JSON.stringify(operands)}]`
  const args = ((Array.isArray(operands) ? operands : [operands]) as Expr[]).map(written)
  const [a, b, c] = args
  switch (op) {
    case 'eq':
      return `(${a} === ${b})`
    case 'ne':
      return `(${a} !== ${b})`
    case 'lt':
      return `(${a} < ${b})`
    case 'le':
      return `(${a} <= ${b})`
    case 'gt':
      return `(${a} > ${b})`
    case 'ge':
      return `(${a} >= ${b})`
    case 'and':
      return `(${['true', ...args.map((x) => `${x} === true`)].join(' && ')})`
    case 'or':
      return `(${['false', ...args.map((x) => `${x} === true`)].join(' || ')})`
    case 'not':
      return `(${a} !== true)`
    case 'add':
      return `(${['0', ...args].join(' + ')})`
    case 'sub':
      return `(${a} - ${b})`
    case 'mul':
      return `(${['1', ...args].join(' * ')})`
    case 'if':
      return `(${a} === true ? ${b} : ${c})`
    default:
      throw new Error(
        `measure expression: operator "${op}" is not in producers/contract/measures.ts`,
      )
  }
}
