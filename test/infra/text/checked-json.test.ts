// A value of the schema's shape, or where it does not fit.
import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { createCheckedReader } from '../../../infra/text/checked-json.ts'

const read = createCheckedReader<{ a: number }>(Type.Object({ a: Type.Integer({ minimum: 1 }) }), {
  maxBytes: 1000,
})

it('hands over a value that fits', () => {
  expect(read(Buffer.from('{"a":1,"later":"field"}'))).toEqual({ value: { a: 1, later: 'field' } })
})

it.each([
  ['{"a":0}', 'schema', '/a: must be >= 1'],
  ['{}', 'schema', 'a'],
  ['"hello"', 'schema', 'object'],
  ['null', 'schema', 'object'],
  ['hello', 'not-json', 'JSON'],
  [`{"a":${'['.repeat(100)}`, 'too-deep', 'levels'],
])('says what is wrong with %s', (text, reason, detail) => {
  const { fault } = read(Buffer.from(text))
  expect(fault?.reason).toBe(reason)
  expect(fault?.detail).toContain(detail)
})
