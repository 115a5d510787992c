// The oracle reads the measures' expressions by itself, exactly.
import { describe, expect, it } from 'vitest'
import { numberOf } from '../../../audit/oracle/decimal.ts'
import { numberIn, truthIn } from '../../../audit/oracle/expression.ts'
import type { Expr } from '../../../producers/contract/measures.ts'

const data = { a: 0.1, b: 0.2, n: 3, mode: 'auto', on: true }
const f = (field: string): Expr => ({ field })
const number = (expr: Expr) => {
  const { units, places } = numberIn(expr, data)
  return numberOf(units, places)
}

describe('the oracle’s reading of an expression', () => {
  it.each<[Expr, number]>([
    [7, 7],
    [f('a'), 0.1],
    [{ add: [f('a'), f('b')] }, 0.3],
    [{ sub: [f('a'), f('b')] }, -0.1],
    [{ mul: [f('a'), f('b'), f('n')] }, 0.06],
    [{ if: [{ eq: [f('mode'), 'auto'] }, 1, 0] }, 1],
    [{ if: [{ not: f('on') }, 1, f('n')] }, 3],
  ])('%j is %d', (expr, value) => {
    expect(number(expr)).toBe(value)
  })

  it.each<[Expr, boolean]>([
    [{ eq: [{ add: [f('a'), f('b')] }, 0.3] }, true],
    [{ ne: [f('mode'), 'hand'] }, true],
    [{ eq: [f('n'), '3'] }, false],
    [{ lt: [f('a'), f('b')] }, true],
    [{ le: [f('n'), 3] }, true],
    [{ gt: [f('n'), 3] }, false],
    [{ ge: [f('n'), 3] }, true],
    [{ and: [f('on'), { eq: [f('n'), 4] }] }, false],
    [{ or: [{ eq: [f('n'), 4] }, f('on')] }, true],
    [true, true],
  ])('%j is %j', (expr, value) => {
    expect(truthIn(expr, data)).toBe(value)
  })

  it('throws for what no declaration may say', () => {
    expect(() => number(f('none'))).toThrow(/field none/)
    expect(() => number({ pow: [2, 3] } as unknown as Expr)).toThrow(/operator/)
    expect(() => number(f('mode'))).toThrow(/expected a number/)
    expect(() => truthIn(f('n'), data)).toThrow(/no condition/)
  })
})
