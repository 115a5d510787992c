// The first record in which two lists differ, and what in it: by bytes first, then field by field where both are JSON objects.
import type { RecordedRecord } from '../recording/line.ts'

/** `only-a`, `only-b`: the other one does not have it; `altered`: both have it, with other bytes. */
export type RecordDifference = {
  kind: 'altered' | 'only-a' | 'only-b'
  a: RecordedRecord | null
  b: RecordedRecord | null
  fields: FieldDifference[]
}

/** `a` or `b` undefined = the field is not there. */
export type FieldDifference = { field: string; a: unknown; b: unknown }

/** Null where they are the same, byte by byte. */
export function firstDifference(a: RecordedRecord[], b: RecordedRecord[]): RecordDifference | null {
  let i = 0
  while (i < a.length && i < b.length && isSame(a[i], b[i])) i++
  const [inA, inB] = [a[i] ?? null, b[i] ?? null]
  if (!inA || !inB) {
    if (!inA && !inB) return null
    return { kind: inA ? 'only-a' : 'only-b', a: inA, b: inB, fields: [] }
  }
  const [nameA, nameB] = [identity(inA), identity(inB)]
  const isLater = (list: RecordedRecord[], name: string | null) =>
    name !== null && list.slice(i + 1).some((record) => identity(record) === name)
  if (nameA !== nameB) {
    // The one that the other list has later was not left out: something stands before it.
    if (isLater(b, nameA)) return { kind: 'only-b', a: null, b: inB, fields: [] }
    if (isLater(a, nameB)) return { kind: 'only-a', a: inA, b: null, fields: [] }
  }
  return { kind: 'altered', a: inA, b: inB, fields: fieldDifferences(inA.value, inB.value) }
}

const isSame = (a: RecordedRecord, b: RecordedRecord) =>
  sameBytes(a.key, b.key) && sameBytes(a.value, b.value)

const sameBytes = (a: Buffer | null, b: Buffer | null) =>
  a === null || b === null ? a === b : a.equals(b)

const ID = /"id":"([^"]{1,200})"/
const ID_BYTES = 400

/** A CloudEvent's id; null for what has none at its beginning. */
function identity({ value }: RecordedRecord): string | null {
  return value ? (ID.exec(value.toString('utf8', 0, ID_BYTES))?.[1] ?? null) : null
}

function fieldDifferences(a: Buffer | null, b: Buffer | null): FieldDifference[] {
  const [left, right] = [parsed(a), parsed(b)]
  if (left === undefined || right === undefined) return []
  const found: FieldDifference[] = []
  collect('', left, right, found)
  return found
}

function parsed(bytes: Buffer | null): unknown {
  try {
    return bytes === null ? undefined : JSON.parse(bytes.toString())
  } catch {
    // Bytes that are no JSON have no fields: that they differ is said all the same.
    return undefined
  }
}

function collect(field: string, a: unknown, b: unknown, found: FieldDifference[]): void {
  if (isObject(a) && isObject(b)) {
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
      collect(field === '' ? name : `${field}.${name}`, a[name], b[name], found)
    }
  } else if (JSON.stringify(a) !== JSON.stringify(b)) found.push({ field, a, b })
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
