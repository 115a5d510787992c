// Events written as bytes are those that their text is, whatever is in them; what is not known there is left to the text.
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { stream, uniform } from '../../../../infra/random.ts'
import type { Declaration } from '../../../../producers/contract/declaration.ts'
import { domains } from '../../../../producers/domains.ts'
import { createEventEncoder } from '../../../../producers/kernel/encode.ts'
import { createDataWriter } from '../../../../producers/kernel/write/data-writer.ts'
import { EventWriter } from '../../../../producers/kernel/write/event-writer.ts'
import { writeInteger, writeNumber } from '../../../../producers/kernel/write/values.ts'

const MARK = { run: 'r-0123456789ab', epoch: 7 }
const TIME = Date.parse('2025-06-18T08:30:00.000Z')
const words = stream(1, 'event-writer', 'test')
const draw = (n: number) => Math.floor(uniform(words, 0) * n)
const pick = <T>(list: readonly T[]): T => list[draw(list.length)]

const NUMBERS = [
  ...[0, -0, 1, 9, 10, 99, 100, 12345, -1, -10, -0.5, 0.1, 0.05, 0.001, 0.0001, 1e-7, 1e21],
  ...[41.2, 99.99, 100.1, 999_999.999, 1_000_000.5, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53],
  ...[0.1 + 0.2, 1 / 3, 4.35, 1.005, 123456.789, 5e-324, 1.7976931348623157e308],
]
const TEXTS = ['', 'a', 'on-air', 'x'.repeat(41), 'y'.repeat(200), 'z'.repeat(201)]
const HOSTILE = ['"', 'a\\b', 'line\nbreak', '花城', '\u007f', 'é', '\ud800', '\u2028', '\u0000']

type DrawnSchema = {
  type?: string
  properties?: Record<string, DrawnSchema>
  items?: DrawnSchema
  anyOf?: DrawnSchema[]
  const?: unknown
}

/** Fits the schema; every value that a writer could stumble over comes up. */
function drawn(schema: DrawnSchema): unknown {
  const { type, properties = {}, items = {} } = schema
  if (schema.anyOf) return drawn(pick(schema.anyOf))
  if (schema.const !== undefined) return schema.const
  if (type === 'object') {
    return Object.fromEntries(Object.entries(properties).map(([key, p]) => [key, drawn(p)]))
  }
  if (type === 'array') return Array.from({ length: draw(20) }, () => drawn(items))
  if (type === 'integer') return pick(NUMBERS.filter(Number.isInteger))
  if (type === 'number') return draw(2) ? pick(NUMBERS) : draw(100_000) / pick([1, 10, 100, 1000])
  if (type === 'boolean') return draw(2) === 1
  return draw(8) ? pick(TEXTS) : pick(HOSTILE)
}

/** As the emitter does it: from somewhere in a buffer on, and what is beyond the writer by its text. */
function both(declaration: Declaration) {
  const writer = new EventWriter(declaration, MARK)
  const encode = createEventEncoder(declaration, MARK)
  const bytes = Buffer.alloc(writer.most + 100, '!')
  return (event: number, data: object, cause?: string) => {
    const rest = [pick(['a-1', 'park-440106-00001']), 1 + draw(99_999)] as const
    const at = [pick(['440106', '440100']), TIME + draw(100_000_000)] as const
    const from = draw(90)
    const end = writer.write(bytes, from, event, ...rest, ...at, data, cause)
    expect(end).toBeLessThanOrEqual(from + writer.most)
    expect(bytes.toString('latin1', from + writer.most)).toMatch(/^!+$/)
    const text = encode(event, ...rest, ...at, data, cause)
    return { written: end < 0 ? null : bytes.toString('utf8', from, end), text }
  }
}

describe('events written as bytes', () => {
  it.each(domains.map((d) => [d.declaration.domain, d.declaration] as const))(
    'are the text of %s, for whatever its schemas allow',
    (_, declaration) => {
      const write = both(declaration)
      let written = 0
      for (const [event, { schema }] of declaration.events.entries()) {
        for (let k = 0; k < 400; k++) {
          const data = drawn(JSON.parse(JSON.stringify(schema)) as DrawnSchema) as object
          const said = write(event, data, pick([undefined, 'storm-1', '"', '花']))
          if (said.written !== null) expect(said.written).toBe(said.text)
          if (said.written !== null) written++
        }
      }
      expect(written).toBeGreaterThan(declaration.events.length * 20)
    },
  )

  it('leaves to the text what a field of another kind holds', () => {
    const schema = Type.Object({ s: Type.String(), n: Type.Number(), i: Type.Integer() })
    const { write } = createDataWriter(schema)!
    const bytes = Buffer.alloc(1000)
    const good = { s: 'a', n: 1.5, i: 2 }
    expect(bytes.toString('utf8', 0, write(good, bytes, 0))).toBe(JSON.stringify(good))
    for (const bad of [{ s: 1 }, { s: undefined }, { n: '1' }, { n: Number.NaN }, { i: 1.5 }]) {
      expect(write({ ...good, ...bad }, bytes, 0), JSON.stringify(bad)).toBe(-1)
    }
    expect(write({}, bytes, 0)).toBe(-1)
  })

  it('leaves to the text a schema with anything that it does not know', () => {
    const known = { a: Type.Integer() }
    const unknown = [
      Type.Object({ ...known, b: Type.Optional(Type.Integer()) }),
      Type.Object({ ...known, b: Type.Union([Type.Integer(), Type.String()]) }),
      Type.Object(known, { additionalProperties: true }),
      Type.Object({ ...known, b: Type.Array(Type.Null()) }),
      Type.Object({ 花: Type.Integer() }),
    ]
    expect(createDataWriter(Type.Object(known))).not.toBeNull()
    for (const schema of unknown) expect(createDataWriter(schema)).toBeNull()
  })
})

describe('numbers written as bytes', () => {
  const bytes = Buffer.alloc(100)
  const numberOf = (value: number) => bytes.toString('latin1', 0, writeNumber(bytes, 0, value))

  it('are the shortest text that there is', () => {
    for (const value of NUMBERS) expect(numberOf(value)).toBe(String(value))
    for (let k = 0; k < 200_000; k++) {
      const value = (draw(2) ? 1 : -1) * (draw(3_000_000) / pick([1, 10, 100, 1000, 3, 1e6]))
      if (numberOf(value) !== String(value)) expect(numberOf(value)).toBe(String(value))
    }
  })

  it('are whole where they must be', () => {
    for (const value of NUMBERS.filter(Number.isInteger)) {
      expect(bytes.toString('latin1', 0, writeInteger(bytes, 0, value))).toBe(String(value))
    }
    for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null, 1n]) {
      expect(writeInteger(bytes, 0, value)).toBe(-1)
    }
  })
})
