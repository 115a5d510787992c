// Reads a measure's expression the naive way, node by node: the truth's own opinion of what a declaration means.
import type { Expr } from '../../contract/measures.ts'

type Scalar = number | string | boolean
/** An expression with its operator looked up once. */
export type ExprNode =
  | { op: 'literal'; value: Scalar }
  | { op: 'field'; name: string }
  | { op: Exclude<string, 'literal' | 'field'>; args: ExprNode[] }

/** Turns the JSON form into nodes; throws on an operator the contract does not know. */
export function parseExpr(expr: Expr): ExprNode {
  if (typeof expr !== 'object') return { op: 'literal', value: expr }
  const [op, operands] = Object.entries(expr)[0] as [string, unknown]
  if (op === 'field') return { op, name: operands as string }
  const list = (Array.isArray(operands) ? operands : [operands]) as Expr[]
  return { op, args: list.map(parseExpr) }
}

/** Value of an expression for one event's `data`. */
export function interpret(node: ExprNode, data: Record<string, unknown>): Scalar {
  if (node.op === 'literal') return (node as { value: Scalar }).value
  if (node.op === 'field') return data[(node as { name: string }).name] as Scalar
  const { op, args } = node as { op: string; args: ExprNode[] }
  switch (op) {
    case 'eq':
      return interpret(args[0], data) === interpret(args[1], data)
    case 'ne':
      return interpret(args[0], data) !== interpret(args[1], data)
    case 'lt':
      return interpret(args[0], data) < interpret(args[1], data)
    case 'le':
      return interpret(args[0], data) <= interpret(args[1], data)
    case 'gt':
      return interpret(args[0], data) > interpret(args[1], data)
    case 'ge':
      return interpret(args[0], data) >= interpret(args[1], data)
    case 'and':
      for (const a of args) if (interpret(a, data) !== true) return false
      return true
    case 'or':
      for (const a of args) if (interpret(a, data) === true) return true
      return false
    case 'not':
      return interpret(args[0], data) !== true
    case 'add':
      return sumOf(args, data)
    case 'sub':
      return (interpret(args[0], data) as number) - (interpret(args[1], data) as number)
    case 'mul':
      return productOf(args, data)
    case 'if':
      return interpret(args[0], data) === true ? interpret(args[1], data) : interpret(args[2], data)
    default:
      throw new Error(
        `measure expression: operator "${op}" is not in producers/contract/measures.ts`,
      )
  }
}

// Loops, here and above: a function made for each node of each event would be most of what this leaves to be collected.
function sumOf(args: ExprNode[], data: Record<string, unknown>): number {
  let sum = 0
  for (const a of args) sum += interpret(a, data) as number
  return sum
}

function productOf(args: ExprNode[], data: Record<string, unknown>): number {
  let product = 1
  for (const a of args) product *= interpret(a, data) as number
  return product
}
