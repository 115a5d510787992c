// A text in the city's two languages, and where a number comes from: what every seed file says in the same way.
import { Type } from 'typebox'

const exactly = { additionalProperties: false }
const Words = Type.String({ minLength: 1 })
export const TextSchema = Type.Object({ zh: Words, en: Words }, exactly)
export const Source = Type.Object({ of: Words, grade: Words, text: Words }, exactly)
