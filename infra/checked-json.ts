// Bytes → a value of a known shape, or what is wrong with them: the one way in for JSON records of every topic.
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/schema'
import { type JsonFault, type JsonLimits, parseBoundedJson } from './bounded-json.ts'

export type CheckedFault = { reason: JsonFault['reason'] | 'schema'; detail: string }
export type Checked<T> = { value: T; fault?: undefined } | { fault: CheckedFault }

/** Never throws; `detail` names the first place that does not fit. */
export type CheckedReader<T> = (bytes: Buffer | null) => Checked<T>

/** `T` is what `schema` describes (tied to it where both are declared); the schema is compiled once. */
export function createCheckedReader<T>(schema: TSchema, limits: JsonLimits): CheckedReader<T> {
  const validator = Compile(schema)
  return (bytes) => {
    const parsed = parseBoundedJson(bytes, limits)
    if (parsed.fault) return parsed
    if (validator.Check(parsed.value)) return { value: parsed.value as T }
    const [, errors] = validator.Errors(parsed.value)
    const first = errors[0]
    const detail = first
      ? `${first.instancePath || '/'}: ${first.message}`
      : 'does not match the schema'
    return { fault: { reason: 'schema', detail } }
  }
}
