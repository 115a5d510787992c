// How a route says what it answers, for /openapi.json.
import type { TSchema } from 'typebox'
import { body } from '../contract/bodies.ts'

/** A body in other forms than JSON, by media type. */
export const content = (forms: Record<string, TSchema>) => ({
  content: Object.fromEntries(Object.entries(forms).map(([type, schema]) => [type, { schema }])),
})

/** 200 with this body; every error is {error, message}. What any route may answer is added by openapi.ts. */
export const answers = (of: object, errors: number[] = []) =>
  Object.fromEntries<object>([
    ['200', of],
    ...errors.map((e): [string, object] => [`${e}`, body('Problem')]),
  ])
