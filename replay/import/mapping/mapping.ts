// A mapping file: which files of a folder become which records. Its shape only; that it makes sense is seen in `plan.ts`.
import Type, { type TProperties } from 'typebox'
import { Problem, problemText } from '../../../infra/problem.ts'
import { createCheckedReader } from '../../../infra/text/checked-json.ts'
import { readTextBytes } from '../../../infra/text/text-file.ts'

const MAX_MAPPING_BYTES = 1024 * 1024
const MOST_FILE_RULES = 100

/** A name that is not known is a slip of the pen, never ignored. */
const strict = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })
const name = Type.String({ minLength: 1, maxLength: 500 })
const scalar = Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean()])

const partFields = {
  /** JSON Pointer (`/a/b`) in JSON lines, a column's name in CSV. */
  from: Type.Optional(name),
  /** The same for every line. */
  fixed: Type.Optional(scalar),
  /** Of text: what stands behind the last of these. */
  after: Type.Optional(name),
  lower: Type.Optional(Type.Boolean()),
  /** Translation; what is not in it is rejected. */
  values: Type.Optional(Type.Record(Type.String(), scalar)),
  /** What text is to be read as, or what is to be written as text. */
  as: Type.Optional(Type.Enum(['text', 'number', 'integer', 'boolean'])),
  /** Another number that is taken away from it. */
  minus: Type.Optional(name),
  /** A factor, for another unit. */
  times: Type.Optional(Type.Number()),
  /** Decimals that are kept. */
  round: Type.Optional(Type.Integer({ minimum: 0, maximum: 9 })),
  /** May be absent: then the field is left out. */
  optional: Type.Optional(Type.Boolean()),
}
const partSchema = strict(partFields)
/** One of `from`, `fixed` and `join`. */
const sourceSchema = strict({
  ...partFields,
  /** Texts one behind the other. */
  join: Type.Optional(Type.Array(partSchema, { minItems: 1, maxItems: 20 })),
})

const timeSchema = strict({
  of: sourceSchema,
  format: Type.Enum(['iso', 's', 'ms', 'local', 'service-day']),
  /** Of `local` and `service-day`: the zone that the times are in. */
  offset: Type.Optional(Type.String({ pattern: '^[+-]\\d{2}:\\d{2}$' })),
})

const eventSchema = strict({
  type: name,
  asset: sourceSchema,
  district: sourceSchema,
  data: Type.Record(Type.String(), sourceSchema),
})

const ruleSchema = strict({
  /** Path within the folder, with `*` and `**`. */
  match: name,
  format: Type.Enum(['jsonl', 'csv']),
  /** CSV: one character, default a comma. */
  delimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
  /** CSV without names in its first row: the names. */
  header: Type.Optional(Type.Array(name, { minItems: 1, maxItems: 2000 })),
  time: timeSchema,
  topic: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._-]{1,249}$' })),
  /** Default 1. */
  partitions: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  /** `key` = by its hash, as Kafka's own clients do it; or a number for all. */
  partition: Type.Optional(
    Type.Union([Type.Literal('key'), Type.Integer({ minimum: 0, maximum: 999 })]),
  ),
  key: Type.Optional(sourceSchema),
  value: Type.Optional(Type.Literal('raw')),
  event: Type.Optional(eventSchema),
})

const mappingSchema = strict({
  version: Type.Literal(1),
  /** Of the topics of typed events; default `city.` */
  prefix: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._-]{0,100}$' })),
  files: Type.Array(ruleSchema, { minItems: 1, maxItems: MOST_FILE_RULES }),
})

export type Mapping = Type.Static<typeof mappingSchema>
export type FileRule = Type.Static<typeof ruleSchema>
export type ValueSource = Type.Static<typeof sourceSchema>
export type TimeSource = Type.Static<typeof timeSchema>
export type TypedEvent = Type.Static<typeof eventSchema>

const read = createCheckedReader<Mapping>(mappingSchema, { maxBytes: MAX_MAPPING_BYTES })

/** Throws a Problem that calls the file `label`. */
export function readMapping(path: string, label: string): Mapping {
  const text = readTextBytes(path, MAX_MAPPING_BYTES)
  if (text.fault) {
    const { got, expected, todo } = text.fault
    throw new Problem(problemText(label, got, expected, todo))
  }
  const checked = read(text.bytes)
  if (!checked.fault) return checked.value
  // What a strict object's schema says of a name that it does not know.
  const detail = checked.fault.detail.replace('schema is false', 'a name that means nothing there')
  throw new Problem(`${label}: ${detail}, expected a mapping as docs/import.md describes it`)
}
