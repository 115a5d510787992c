// Says in one line what is wrong with an event's data: `/data/occupied: got "x", expected integer ≥ 0`.
import type { TSchema } from 'typebox'

const SHOWN = 60

/** Short text of a value of unknown depth and size. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') {
    return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value)
  }
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}

/** The first problem of `data` against `schema`, `problems` being the validator's own list. */
export function describeProblem(
  schema: TSchema,
  data: unknown,
  problems: { path: string; message: string }[],
): string {
  const missing = missingField(schema, data)
  if (missing !== null)
    return `/data/${missing}: got nothing, expected ${expectation(schema, [missing])}`
  const { path, message } = problems[0] ?? { path: '', message: 'must match the schema' }
  const keys = path.split('/').slice(1)
  let got: unknown = data
  for (const key of keys) got = (got as Record<string, unknown> | undefined)?.[key]
  return `/data${path}: got ${show(got)}, expected ${expectation(schema, keys) ?? message}`
}

function missingField(schema: TSchema, data: unknown): string | null {
  if (typeof data !== 'object' || data === null) return null
  const { required = [] } = schema as { required?: string[] }
  return required.find((name) => !Object.hasOwn(data, name)) ?? null
}

/** `integer ≥ 0`, `one of "a", "b"`; undefined when the schema says nothing simple there. */
function expectation(schema: TSchema, keys: string[]): string | undefined {
  type Node = {
    type?: string
    const?: unknown
    enum?: unknown[]
    anyOf?: { const?: unknown }[]
    properties?: Record<string, Node>
    items?: Node
    minimum?: number
    maximum?: number
    minLength?: number
  }
  let node: Node | undefined = schema as Node
  for (const key of keys) node = node?.properties?.[key] ?? node?.items
  if (!node) return undefined
  const values = node.enum ?? node.anyOf?.flatMap((o) => (o.const === undefined ? [] : [o.const]))
  if (values?.length) return `one of ${values.map((v) => JSON.stringify(v)).join(', ')}`
  if (node.const !== undefined) return JSON.stringify(node.const)
  if (!node.type) return undefined
  const low = node.minimum === undefined ? '' : ` ≥ ${node.minimum}`
  const high = node.maximum === undefined ? '' : ` ≤ ${node.maximum}`
  const length = node.minLength === undefined ? '' : ` of ${node.minLength} characters or more`
  return `${node.type}${low}${high}${length}`
}
