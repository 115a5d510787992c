// Schemas that several routes share, for /openapi.json and for checking what comes in.
import Type, { type TSchema } from 'typebox'

const open = { additionalProperties: true }

const ErrorBody = Type.Object({ error: Type.String(), message: Type.String() })
const Instant = Type.String({ description: 'ISO 8601 UTC with milliseconds' })
const orNull = (schema: TSchema) => Type.Union([schema, Type.Null()])

const ScopeReadingBody = Type.Object({
  value: orNull(Type.Number({ description: 'numerator × weight / denominator, 6 decimals' })),
  numerator: Type.Number(),
  denominator: orNull(Type.Number()),
  n: Type.Integer(),
})

export const KpiReadingBody = Type.Object(
  {
    epoch: Type.Integer(),
    kpi: Type.String(),
    window: Type.Object({
      kind: Type.Union([Type.Literal('window'), Type.Literal('day')]),
      start: Instant,
      end: Instant,
    }),
    final: Type.Boolean(),
    watermark: Instant,
    weight: Type.Number(),
    unit: Type.String(),
    target: orNull(Type.String()),
    expected: orNull(Type.Number()),
    status: orNull(Type.String()),
    truth: orNull(Type.String()),
    scopes: Type.Record(Type.String(), ScopeReadingBody),
  },
  open,
)

/** An object whose fields messages.ts describes. */
export const Described = (description: string) => Type.Object({}, { ...open, description })

/** 200 with this body, as JSON or as one of these media types; every error is {error, message} in JSON. */
export const answers = (body: TSchema, errors: number[] = [], types: string[] = []) =>
  Object.fromEntries<object>([
    ['200', types.length === 0 ? body : contentOf(body, types)],
    ...errors.map((e): [string, TSchema] => [`${e}`, ErrorBody]),
  ])

function contentOf(schema: TSchema, types: string[]): object {
  const content = Object.fromEntries(types.map((type) => [type, { schema }]))
  return { description: 'Default Response', content }
}
