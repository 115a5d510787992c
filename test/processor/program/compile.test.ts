// Compiling a run's measures: expressions to functions, and every misuse named at once.
import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { collector } from '../../../infra/problem.ts'
import { compileExpr, type ValueType } from '../../../processor/program/compile.ts'
import { compileRun } from '../../../processor/program/program.ts'
import type { Expr, Measure } from '../../../producers/contract/measures.ts'
import { readingOf } from '../../../producers/kernel/truth/interpret.ts'
import { CITY, lampCatalogue, lampDeclaration, lampDescriptor, MEASURES } from '../lamp.ts'

const schema = JSON.parse(
  JSON.stringify(
    Type.Object({
      n: Type.Number(),
      k: Type.Integer(),
      ok: Type.Boolean(),
      mode: Type.Union([Type.Literal('a'), Type.Literal('b')]),
      name: Type.String(),
      list: Type.Array(Type.Number()),
      maybe: Type.Optional(Type.Number()),
    }),
  ),
)
const data = { n: 2.5, k: 3, ok: true, mode: 'a', name: 'x', list: [1] }
const n: Expr = { field: 'n' }
const k: Expr = { field: 'k' }
const ok: Expr = { field: 'ok' }

function compile(expr: Expr, type: ValueType) {
  const problems = collector()
  const run = compileExpr(expr, type, [schema], 'lamp.x.used', problems)
  return { run, found: problems.found }
}

const RIGHT: [Expr, number | string | boolean][] = [
  [{ add: [n, k, 1] }, 6.5],
  [{ sub: [n, k] }, -0.5],
  [{ mul: [n, k] }, 7.5],
  [{ mul: [n, k, 2] }, 15],
  [{ eq: [{ field: 'mode' }, 'a'] }, true],
  [{ ne: [{ field: 'mode' }, 'a'] }, false],
  [{ eq: [n, k] }, false],
  [{ ne: [n, k] }, true],
  [{ lt: [n, k] }, true],
  [{ le: [k, 3] }, true],
  [{ gt: [n, k] }, false],
  [{ ge: [k, 3] }, true],
  [{ and: [ok, { gt: [n, 1] }] }, true],
  [{ and: [ok, ok, { not: ok }] }, false],
  [{ or: [{ not: ok }, { gt: [n, 1] }] }, true],
  [{ or: [{ not: ok }] }, false],
  [{ if: [ok, n, k] }, 2.5],
  [{ if: [{ not: ok }, 'p', { field: 'name' }] }, 'x'],
  [7, 7],
]

describe('compileExpr', () => {
  it.each(RIGHT)('computes %j', (expr, expected) => {
    const { run, found } = compile(expr, typeof expected as ValueType)
    expect(found).toEqual([])
    expect(run(data)).toBe(expected)
    // The truth's reading is another reading of the same contract.
    expect(run(data)).toBe(readingOf(expr)(data))
  })

  const WRONG: [Expr, RegExp][] = [
    [{ field: 'watt' }, /lamp\.x\.used: field "watt", expected a required field of data: n, k/],
    [{ field: 'maybe' }, /field "maybe", expected a required field/],
    [{ field: 'list' }, /field "list", expected one scalar type/],
    [{ field: 'ok' }, /type boolean, expected number/],
    [{ add: [n, ok] }, /type boolean, expected number/],
    [{ if: [n, 1, 2] }, /type number, expected boolean/],
    [{ if: [ok, 1, 'x'] }, /type string, expected number/],
    [{ if: [{ eq: [{ field: 'mode' }, 3] }, 1, 0] }, /two operands of one type/],
    [{ if: [{ eq: [{ field: 'mode' }, 'c'] }, 1, 0] }, /expected one of a, b/],
    [{ add: [] }, /no operands/],
    [{ pow: [n, 2] } as unknown as Expr, /operator "pow"/],
    [null as unknown as Expr, /literal null/],
  ]
  it.each(WRONG)('refuses %j', (expr, problem) => {
    expect(compile(expr, 'number').found.join('\n')).toMatch(problem)
  })
})

describe('compileRun', () => {
  const compiled = (change: Partial<Measure>) => () => {
    const measures = [{ ...MEASURES[0], ...change } as Measure]
    const declarations = { lamp: lampDeclaration({ measures }) }
    return compileRun(lampDescriptor({ declarations }), lampCatalogue(8), CITY)
  }

  it('names domain, measure and part of every misuse at once', () => {
    expect(compiled({ counts: { field: 'litt' }, on: ['status', 'flash'], decimals: 1.5 })).toThrow(
      /lamp\.lit\.on: event "flash"[\s\S]*lamp\.lit\.counts: field "litt"|lamp\.lit\.counts[\s\S]*lamp\.lit\.on/,
    )
    expect(compiled({ decimals: -1 })).toThrow(/lamp\.lit\.decimals: -1/)
    expect(compiled({ counts: undefined })).toThrow(
      /lamp\.lit: no `counts`, expected one in a share/,
    )
    expect(compiled({ freshForMs: undefined })).toThrow(/lamp\.lit\.freshForMs/)
    expect(compiled({ kind: 'gauge' })).toThrow(/no `used`[\s\S]*no `of`/)
    expect(compiled({ asset: 'lamp-x' })).toThrow(/lamp\.lit\.asset: "lamp-x"/)
    expect(compiled({})).not.toThrow()
  })

  it('refuses a catalogue that is not the run’s', () => {
    expect(() => compileRun(lampDescriptor(), lampCatalogue(9), CITY)).toThrow(
      /catalogue 0+9, expected 0+8/,
    )
  })
})
