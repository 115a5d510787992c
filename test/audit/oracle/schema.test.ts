// The oracle's own schema check agrees with the declared schemas on right and wrong data.
import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { type Schema, schemaProblem } from '../../../audit/oracle/schema.ts'
import { domains } from '../../../producers/domains.ts'

const plain = (schema: unknown) => JSON.parse(JSON.stringify(schema)) as Schema

describe('the oracle’s schema check', () => {
  const schema = plain(
    Type.Object(
      {
        mode: Type.Enum(['auto', 'hand'], { type: 'string' }),
        load: Type.Number({ minimum: 0, maximum: 100 }),
        count: Type.Integer({ minimum: 1 }),
        on: Type.Boolean(),
        name: Type.String({ minLength: 2, pattern: '^[a-z]+$' }),
        parts: Type.Array(Type.Object({ no: Type.Integer() })),
      },
      { additionalProperties: false },
    ),
  )
  const good = { mode: 'auto', load: 1.5, count: 1, on: true, name: 'ab', parts: [{ no: 1 }] }

  it('lets good data pass', () => {
    expect(schemaProblem(schema, good)).toBeNull()
  })

  it.each<[string, object, RegExp]>([
    ['a missing field', { load: undefined }, /^\/data: without "load"/],
    ['another type', { load: '1' }, /^\/data\/load: not of type number/],
    ['a number that is none', { load: Number.POSITIVE_INFINITY }, /number/],
    ['too small', { load: -1 }, /below 0/],
    ['too large', { load: 101 }, /above 100/],
    ['no integer', { count: 1.5 }, /integer/],
    ['none of a set', { mode: 'off' }, /none of the listed/],
    ['too short', { name: 'a' }, /too short/],
    ['another pattern', { name: 'AB' }, /\^\[a-z\]/],
    ['something in a list', { parts: [{ no: 1 }, { no: 'x' }] }, /^\/data\/parts\/1\/no/],
    ['no list', { parts: {} }, /array/],
    ['one field more', { more: 1 }, /unknown "more"/],
  ])('refuses %s', (_, change, problem) => {
    const data = JSON.parse(JSON.stringify({ ...good, ...change }), (_, v) =>
      v === null ? Number.POSITIVE_INFINITY : v,
    )
    expect(schemaProblem(schema, data)).toMatch(problem)
  })

  it.each([[null], [7], ['x'], [[]]])('refuses %j in place of an object', (value) => {
    expect(schemaProblem(schema, value)).toMatch(/not of type object/)
  })

  it('refuses a schema that it does not understand, rather than data', () => {
    expect(() => schemaProblem({ type: 'number', multipleOf: 2 }, 3)).toThrow(/"multipleOf"/)
  })

  it('understands every domain’s schemas', () => {
    for (const { declaration } of domains) {
      for (const event of declaration.events) {
        expect(schemaProblem(plain(event.schema), {})).toMatch(/without/)
      }
    }
  })
})
