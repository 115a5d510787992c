// The oracle's own check of `data` against a declaration's JSON Schema: the keywords that declarations use, no others.

export type Schema = Record<string, unknown>

/** Keywords that only describe. */
const WORDS = ['title', 'description', 'default', 'examples', '$id', '$schema']

/** Where `value` breaks the schema, as `<path>: <what>`; null when it keeps it. Throws for a keyword not known here. */
export function schemaProblem(schema: Schema, value: unknown, path = '/data'): string | null {
  for (const [keyword, wanted] of Object.entries(schema)) {
    const problem = check(keyword, wanted, value, path, schema)
    if (problem !== null) return problem
  }
  return null
}

function check(
  keyword: string,
  wanted: unknown,
  value: unknown,
  path: string,
  schema: Schema,
): string | null {
  const no = (what: string) => `${path}: ${what}`
  switch (keyword) {
    case 'type':
      return isType(wanted as string, value) ? null : no(`not of type ${wanted}`)
    case 'const':
      return value === wanted ? null : no(`not ${JSON.stringify(wanted)}`)
    case 'enum':
      return (wanted as unknown[]).includes(value) ? null : no('none of the listed values')
    case 'anyOf': {
      const some = (wanted as Schema[]).some((s) => schemaProblem(s, value, path) === null)
      return some ? null : no('none of the alternatives')
    }
    case 'minimum':
      return typeof value !== 'number' || value >= (wanted as number) ? null : no(`below ${wanted}`)
    case 'maximum':
      return typeof value !== 'number' || value <= (wanted as number) ? null : no(`above ${wanted}`)
    case 'minLength':
      return typeof value !== 'string' || [...value].length >= (wanted as number)
        ? null
        : no('too short')
    case 'pattern':
      return typeof value !== 'string' || new RegExp(wanted as string, 'u').test(value)
        ? null
        : no(`not ${wanted}`)
    case 'required': {
      if (!isObject(value)) return null
      const missing = (wanted as string[]).find((name) => !Object.hasOwn(value, name))
      return missing === undefined ? null : no(`without "${missing}"`)
    }
    case 'properties':
      return isObject(value) ? inProperties(wanted as Record<string, Schema>, value, path) : null
    case 'additionalProperties': {
      if (wanted !== false || !isObject(value)) return null
      const known = (schema.properties ?? {}) as Schema
      const other = Object.keys(value).find((name) => !Object.hasOwn(known, name))
      return other === undefined ? null : no(`unknown "${other}"`)
    }
    case 'items': {
      if (!Array.isArray(value)) return null
      for (const [i, item] of value.entries()) {
        const problem = schemaProblem(wanted as Schema, item, `${path}/${i}`)
        if (problem !== null) return problem
      }
      return null
    }
    default:
      if (WORDS.includes(keyword)) return null
      throw new Error(`oracle: schema keyword "${keyword}" at ${path} is not known here`)
  }
}

function inProperties(
  properties: Record<string, Schema>,
  value: Record<string, unknown>,
  path: string,
): string | null {
  for (const [name, schema] of Object.entries(properties)) {
    if (!Object.hasOwn(value, name)) continue
    const problem = schemaProblem(schema, value[name], `${path}/${name}`)
    if (problem !== null) return problem
  }
  return null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return Number.isFinite(value)
    case 'null':
      return value === null
    default:
      // What remains of JSON Schema: `string` and `boolean`.
      return typeof value === type
  }
}
