// Bytes → a value of a known shape, or what is wrong with them: the one way in for JSON records of every topic.
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/schema'
import { type JsonFault, type JsonLimits, parseBoundedJson } from './bounded-json.ts'

export type CheckedFault = { reason: JsonFault['reason'] | 'schema'; detail: string }
export type Checked<T> = { value: T; fault?: undefined } | { fault: CheckedFault }

/** Never throws; `detail` names the first place that does not fit. */
export type CheckedReader<T> = (bytes: Buffer | null) => Checked<T>

export type JsonShapes = Record<string, TSchema>

/**
 * As `createCheckedReader`, where the value itself says which of several shapes it claims to have; each schema is compiled
 * when it is first met.
 */
export function createShapeReader<T>(
  shapes: JsonShapes,
  shapeOf: (fields: Record<string, unknown>) => string,
  limits: JsonLimits,
): CheckedReader<T> {
  return (bytes) => {
    const parsed = parseBoundedJson(bytes, limits)
    if (parsed.fault) return parsed
    const { value } = parsed
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { fault: { reason: 'schema', detail: '/: must be object' } }
    }
    return checkedBy(shapes[shapeOf(value as Record<string, unknown>)], value)
  }
}

/** `T` is what `schema` describes (tied to it where both are declared); it is compiled when it is first needed, and once. */
export function createCheckedReader<T>(schema: TSchema, limits: JsonLimits): CheckedReader<T> {
  return (bytes) => {
    const parsed = parseBoundedJson(bytes, limits)
    return parsed.fault ? parsed : checkedBy(schema, parsed.value)
  }
}

/** Whoever begins again and again, as each world of a replay does, reads by code that ran before, and not by its own copy of it. */
const validators = new WeakMap<TSchema, ReturnType<typeof Compile>>()

function validatorOf(schema: TSchema): ReturnType<typeof Compile> {
  const known = validators.get(schema)
  if (known) return known
  const validator = Compile(schema)
  validators.set(schema, validator)
  return validator
}

function checkedBy<T>(schema: TSchema, value: unknown): Checked<T> {
  const validator = validatorOf(schema)
  if (validator.Check(value)) return { value: value as T }
  const [, errors] = validator.Errors(value)
  const first = errors[0]
  const detail = first
    ? `${first.instancePath || '/'}: ${first.message}`
    : 'does not match the schema'
  return { fault: { reason: 'schema', detail } }
}
