// Makes, of an event's schema, the function that writes its `data` as bytes, in the schema's order and without a text in between.
import { MOST_DIGITS, MOST_LETTERS, writeInteger, writeNumber, writeText } from './values.ts'

/** Writes `data` from `at` on; returns where it ended, or -1 where the text must be asked: then `bytes` hold nothing of use. */
export type WriteData = (data: object, bytes: Uint8Array, at: number) => number

export type DataWriter = {
  write: WriteData
  /** It never takes more bytes. */
  most: number
}

/** JSON Schema as far as it matters to a writer. */
type WrittenSchema = {
  type?: unknown
  properties?: Record<string, WrittenSchema>
  required?: string[]
  items?: WrittenSchema
}

/** Entries of a list; longer ones are left to the text. */
const MOST_ENTRIES = 16
/** What changes nothing about how a value is written. */
const HARMLESS =
  /^(type|properties|required|items|enum|pattern|minLength|maxLength|minimum|maximum|minItems|maxItems|description|title|~.*)$/

/** Null where the schema has anything that is not written here: whose event always goes the other way. */
export function createDataWriter(schema: object): DataWriter | null {
  const source = new Source()
  source.value(JSON.parse(JSON.stringify(schema)) as WrittenSchema, 'data')
  if (source.isBeyond) return null
  // Names are quoted by JSON and literals are written as numbers: nothing that a schema says is ever run.
  const make = new Function(
    ...['writeText', 'writeInteger', 'writeNumber'],
    `return (data, bytes, at) => {${source.flushed()}\nreturn at }`,
  )
  return { write: make(writeText, writeInteger, writeNumber) as WriteData, most: source.most }
}

/** The function's text as it grows. Not saved: it is made once, before anything happens. */
class Source {
  isBeyond = false
  most = 0
  #lines: string[] = []
  /** Literal text that is still to be written. */
  #literal = ''
  #names = 0

  value(schema: WrittenSchema, from: string): void {
    if (Object.keys(schema).some((key) => !HARMLESS.test(key))) this.isBeyond = true
    const { type } = schema
    if (type === 'object') this.#object(schema, from)
    else if (type === 'array') this.#list(schema, from)
    else if (type === 'string') this.#call('writeText', from, MOST_LETTERS + 2)
    else if (type === 'integer') this.#call('writeInteger', from, MOST_DIGITS)
    else if (type === 'number') this.#call('writeNumber', from, MOST_DIGITS)
    else if (type === 'boolean') this.#flag(from)
    else this.isBeyond = true
  }

  flushed(): string {
    this.#flush()
    return this.#lines.join('\n')
  }

  #object({ properties = {}, required = [] }: WrittenSchema, from: string): void {
    const names = Object.keys(properties)
    this.#line(`if (typeof ${from} !== 'object' || ${from} === null) return -1`)
    for (const [k, name] of names.entries()) {
      // What may be missing would move the others.
      if (!required.includes(name)) this.isBeyond = true
      const key = JSON.stringify(name)
      this.#literal += `${k === 0 ? '{' : ','}${key}:`
      this.value(properties[name], this.#named(`${from}[${key}]`))
    }
    this.#literal += names.length === 0 ? '{}' : '}'
  }

  #list({ items }: WrittenSchema, from: string): void {
    if (items === undefined || Array.isArray(items)) {
      this.isBeyond = true
      return
    }
    const k = `k${this.#names++}`
    this.#line(`if (!Array.isArray(${from}) || ${from}.length > ${MOST_ENTRIES}) return -1`)
    this.#literal += '['
    this.#flush()
    const before = this.most
    this.#line(`for (let ${k} = 0; ${k} < ${from}.length; ${k}++) {`)
    this.#line(`if (${k} > 0) bytes[at++] = ${','.charCodeAt(0)}`)
    this.value(items, this.#named(`${from}[${k}]`))
    this.#flush()
    this.#line('}')
    this.most = before + (this.most - before + 1) * MOST_ENTRIES
    this.#literal += ']'
  }

  #flag(from: string): void {
    this.#flush()
    this.most += 'false'.length
    this.#line(`if (${from} === true) {${stores('true')}`)
    this.#line(`} else if (${from} === false) {${stores('false')}`)
    this.#line('} else return -1')
  }

  #call(writer: string, from: string, most: number): void {
    this.#flush()
    this.most += most
    this.#line(`at = ${writer}(bytes, at, ${from})`, 'if (at < 0) return -1')
  }

  #named(expression: string): string {
    const name = `v${this.#names++}`
    this.#line(`const ${name} = ${expression}`)
    return name
  }

  #flush(): void {
    if (this.#literal === '') return
    // A name that is not ASCII would take more bytes than letters.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
    if (!/^[\x00-\x7f]*$/.test(this.#literal)) this.isBeyond = true
    this.most += this.#literal.length
    this.#line(stores(this.#literal))
    this.#literal = ''
  }

  #line(...lines: string[]): void {
    this.#lines.push(...lines)
  }
}

/** Literal bytes, one store each. */
function stores(literal: string): string {
  const each = Array.from(literal, (letter, k) => `bytes[at + ${k}] = ${letter.charCodeAt(0)}`)
  return `${each.join(';')};at += ${literal.length}`
}
