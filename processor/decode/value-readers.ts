// Values of canonical JSON read from bytes, made from a schema: each reader takes what the schema takes, as JSON.stringify
// writes it, and nothing else. What it does not take may still be right: the caller then reads it the slow way.

import { Literal, type Memory } from './byte-text.ts'

/** What a reader answers in place of a position. */
export const MISMATCH = -1

export interface ValueReader {
  /** The position behind the value that begins at `at`, or MISMATCH. */
  read(memory: Memory, at: number): number
  /** The value that was read last; undefined where a reader only verifies. */
  readonly value: unknown
}

/** JSON Schema, as far as events use it. */
export type PlainSchema = {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: PlainSchema[]
  minimum?: number
  maximum?: number
  minLength?: number
  pattern?: string
  items?: PlainSchema
  properties?: Record<string, PlainSchema>
  required?: string[]
}

/** Says nothing about what is valid. */
const ANNOTATIONS = ['description', 'title', 'examples', 'default']
/** Whether more fields may follow does not matter: where they do, it is not read here. */
const OF_OBJECTS = [...ANNOTATIONS, 'type', 'properties', 'required', 'additionalProperties']
const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const COMMA = 0x2c
const BRACKET = 0x5b
const END_BRACKET = 0x5d
const END_BRACE = 0x7d
/** So many digits are a whole number without rounding. */
const MOST_DIGITS = 15
const POWERS = Array.from({ length: MOST_DIGITS + 1 }, (_, i) => 10 ** i)

/** Where the text ends that begins at `at`, which is after its quote: at the closing one. MISMATCH when it is not plain ASCII. */
export function textEnd({ bytes }: Memory, at: number): number {
  for (let i = at; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) return i
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return MISMATCH
  }
  return MISMATCH
}

/** A reader of what the schema takes; null for a schema with anything in it that is not known here. */
export function valueReader(schema: PlainSchema): ValueReader | null {
  const { type, ...rest } = schema
  const keywords = Object.keys(rest).filter((name) => !ANNOTATIONS.includes(name))
  const only = (...names: string[]) => keywords.every((name) => names.includes(name))
  const choices = choicesOf(schema)
  if (choices) return only('enum', 'const', 'anyOf') ? new ChoiceReader(choices) : null
  if (type === 'boolean') return only() ? new ChoiceReader([true, false]) : null
  if (type === 'integer' || type === 'number') {
    return only('minimum', 'maximum') ? new NumberReader(schema) : null
  }
  if (type === 'string') return only('minLength', 'pattern') ? new TextReader(schema) : null
  if (type === 'array' && schema.items && only('items')) {
    const item = valueReader(schema.items)
    return item && new ListReader(item)
  }
  return type === 'object' ? ObjectReader.of(schema, []) : null
}

/** The closed set of values of a schema that is one. */
function choicesOf(schema: PlainSchema): unknown[] | null {
  if (schema.enum) return schema.enum
  if (schema.const !== undefined) return [schema.const]
  const options = schema.anyOf?.map((option) => option.const)
  return options?.every((value) => value !== undefined) ? options : null
}

class ChoiceReader implements ValueReader {
  readonly #choices: { text: Literal; value: unknown }[]
  value: unknown = null

  constructor(values: unknown[]) {
    this.#choices = values.map((value) => ({ text: new Literal(JSON.stringify(value)), value }))
  }

  read(memory: Memory, at: number): number {
    for (const { text, value } of this.#choices) {
      // A text and `true` end by themselves; behind a number more digits could stand, and whoever reads on finds them.
      if (!text.isAt(memory, at)) continue
      this.value = value
      return at + text.length
    }
    return MISMATCH
  }
}

class NumberReader implements ValueReader {
  readonly #isInteger: boolean
  readonly #minimum: number
  readonly #maximum: number
  value = 0

  constructor({ type, minimum = -Infinity, maximum = Infinity }: PlainSchema) {
    this.#isInteger = type === 'integer'
    this.#minimum = minimum
    this.#maximum = maximum
  }

  read({ bytes }: Memory, at: number): number {
    const isNegative = bytes[at] === MINUS
    const start = isNegative ? at + 1 : at
    let i = start
    let whole = 0
    for (; isDigit(bytes[i]); i++) whole = whole * 10 + (bytes[i] - ZERO)
    const digits = i - start
    if (digits === 0 || (digits > 1 && bytes[start] === ZERO)) return MISMATCH
    let decimals = 0
    if (bytes[i] === POINT) {
      if (this.#isInteger) return MISMATCH
      for (i++; isDigit(bytes[i]); i++, decimals++) whole = whole * 10 + (bytes[i] - ZERO)
      if (decimals === 0) return MISMATCH
    }
    if (digits + decimals > MOST_DIGITS) return MISMATCH
    // Both are exact, so that the quotient is the number nearest to the text, as JSON.parse has it.
    const size = decimals === 0 ? whole : whole / POWERS[decimals]
    if (isNegative && size === 0) return MISMATCH
    const value = isNegative ? -size : size
    if (value < this.#minimum || value > this.#maximum) return MISMATCH
    this.value = value
    return i
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9
}

class TextReader implements ValueReader {
  readonly #minLength: number
  readonly #pattern: RegExp | null
  value = ''

  constructor({ minLength = 0, pattern }: PlainSchema) {
    this.#minLength = minLength
    this.#pattern = pattern === undefined ? null : new RegExp(pattern, 'u')
  }

  read(memory: Memory, at: number): number {
    const { bytes } = memory
    if (bytes[at] !== QUOTE) return MISMATCH
    const end = textEnd(memory, at + 1)
    if (end === MISMATCH || end - at - 1 < this.#minLength) return MISMATCH
    const text = bytes.toString('latin1', at + 1, end)
    if (this.#pattern && !this.#pattern.test(text)) return MISMATCH
    this.value = text
    return end + 1
  }
}

/** Verified only. */
class ListReader implements ValueReader {
  readonly #item: ValueReader
  readonly value = undefined

  constructor(item: ValueReader) {
    this.#item = item
  }

  read(memory: Memory, at: number): number {
    const { bytes } = memory
    if (bytes[at] !== BRACKET) return MISMATCH
    let next = at + 1
    if (bytes[next] === END_BRACKET) return next + 1
    for (;;) {
      next = this.#item.read(memory, next)
      if (next === MISMATCH) return MISMATCH
      if (bytes[next] === END_BRACKET) return next + 1
      if (bytes[next] !== COMMA) return MISMATCH
      next++
    }
  }
}

type FieldReader = { name: string; opening: Literal; reader: ValueReader; isKept: boolean }

export class ObjectReader implements ValueReader {
  readonly #fields: FieldReader[]
  /** Reused by the next call. Only the kept fields. */
  readonly value: Record<string, unknown> = {}

  private constructor(fields: FieldReader[]) {
    this.#fields = fields
    for (const { name, isKept, reader } of fields) if (isKept) this.value[name] = reader.value
  }

  /** All fields in the schema's order, each of them required; `kept` are those whose values are wanted. Null: not known here. */
  static of(schema: PlainSchema, kept: string[]): ObjectReader | null {
    const { properties = {}, required = [] } = schema
    if (Object.keys(schema).some((name) => !OF_OBJECTS.includes(name))) return null
    const fields: FieldReader[] = []
    for (const [name, schema] of Object.entries(properties)) {
      const reader = valueReader(schema)
      if (!reader || !required.includes(name)) return null
      const opening = `${fields.length === 0 ? '{' : ','}${JSON.stringify(name)}:`
      fields.push({ name, opening: new Literal(opening), reader, isKept: kept.includes(name) })
    }
    return fields.length === 0 ? null : new ObjectReader(fields)
  }

  read(memory: Memory, at: number): number {
    let next = at
    for (const { name, opening, reader, isKept } of this.#fields) {
      if (!opening.isAt(memory, next)) return MISMATCH
      next = reader.read(memory, next + opening.length)
      if (next === MISMATCH) return MISMATCH
      if (isKept) this.value[name] = reader.value
    }
    return memory.bytes[next] === END_BRACE ? next + 1 : MISMATCH
  }
}
