// Ties a JSON Schema to the record type it describes, and holds the few shapes that all of them share.
import { type Static, type TSchema, Type } from 'typebox'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? SameKeys<A, B> : false) : false
/** An optional field that only one side has would pass as assignable. */
type SameKeys<A, B> = [keyof A] extends [keyof B]
  ? [keyof B] extends [keyof A]
    ? true
    : false
  : false

/** `schemaOf<Tick>()(schema)`: a schema that says something else than the type is a compile error. */
export function schemaOf<T>() {
  return <S extends TSchema>(schema: Same<Static<S>, T> extends true ? S : never): S => schema
}

/** Names the value when it can also be null. */
export const orNull = <S extends TSchema>(schema: S, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description })

const INSTANT = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$'

/** Times are never local: every record, key and answer carries them like this. */
export const instant = (description = 'UTC, ISO 8601 with milliseconds') =>
  Type.String({ pattern: INSTANT, description })
export const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) })
export const epoch = Type.Integer({
  minimum: 0,
  description: 'Number of the run on this log; the highest is the one to follow',
})
export const partition = count('Partition of the domain topic')
export const district = Type.String({ pattern: '^\\d{6}$', description: 'Six-digit district code' })
export const runId = Type.String({ pattern: '^r-[0-9a-f]{12}$', description: 'Run id' })
export const hash = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description })
