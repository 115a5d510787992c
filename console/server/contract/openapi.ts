// /openapi.json as other teams need it: bodies by name, who may ask, and what every route may answer besides its own.
import { EXPR, exprDefinition } from '../../../producers/contract/descriptor-schema.ts'
import { BODY, bodies } from './bodies.ts'

type Json = { [key: string]: unknown }
type Operation = { responses: Json; security?: Json[] }
type Paths = Record<string, Record<string, Operation>>

const problem = (description: string, headers: Json = {}) => ({
  description,
  headers,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
})
const header = (description: string) => ({ description, schema: { type: 'string' } })

const RESPONSES = {
  BadRequest: problem('A parameter or body that does not fit, or that this route does not know'),
  Unauthorised: problem('No token, where the server asks for one'),
  Forbidden: problem('Another host or origin than those of this server'),
  MethodNotAllowed: problem('The path is known, the method is not', {
    allow: header('Methods that are answered'),
  }),
  TooManyRequests: problem('More requests than an address may send', {
    'retry-after': header('Seconds'),
  }),
}
type Common = keyof typeof RESPONSES

/** Any method of a path may be asked, and any host named: these are answers of all of them. */
const OF_ALL: [string, Common][] = [
  ['400', 'BadRequest'],
  ['403', 'Forbidden'],
  ['405', 'MethodNotAllowed'],
]
const OF_GUARDED: [string, Common][] = [['401', 'Unauthorised']]
const OF_API: [string, Common][] = [['429', 'TooManyRequests']]
const TOKEN = { token: [] }

/** `needsToken` = this server asks for one; else a caller may leave it out. */
export function describedApi(document: object, needsToken: boolean): Json {
  const { paths, components, ...rest } = document as Json & { paths: Paths; components?: Json }
  for (const [path, operations] of Object.entries(paths)) {
    const isApi = path.startsWith('/api/')
    const isGuarded = isApi || path === '/metrics'
    const common = [...OF_ALL, ...(isGuarded ? OF_GUARDED : []), ...(isApi ? OF_API : [])]
    for (const operation of Object.values(operations)) {
      for (const [status, name] of common) {
        operation.responses[status] = { $ref: `#/components/responses/${name}` }
      }
      operation.security = isGuarded ? [TOKEN, ...(needsToken ? [] : [{}])] : [{}]
    }
  }
  const schemas = { ...bodies, [EXPR]: exprDefinition }
  return inOpenApi({
    ...rest,
    paths,
    components: {
      ...components,
      schemas,
      responses: RESPONSES,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The secret of --token' },
      },
    },
  }) as Json
}

/** Names bodies by reference; tuples become arrays of so many, for not every tool reads `prefixItems`. */
function inOpenApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOpenApi)
  if (typeof value !== 'object' || value === null) return value
  const { [BODY]: name, ...node } = value as Json
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
  if (node.$ref === `#/definitions/${EXPR}`) return { $ref: `#/components/schemas/${EXPR}` }
  const { items, additionalItems, ...others } = node
  const entries = Object.entries(Array.isArray(items) ? { ...others, ...soMany(items) } : node)
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOpenApi(inner)]))
}

function soMany(items: unknown[]): Json {
  const kinds = new Map(items.map((item) => [JSON.stringify(item), item]))
  const of = kinds.size === 1 ? items[0] : { anyOf: [...kinds.values()] }
  return { items: of, minItems: items.length, maxItems: items.length }
}
