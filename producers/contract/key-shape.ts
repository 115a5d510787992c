// How a record key is composed: one description builds it, parses it and is what docs/contracts publishes of it.

/** A part of a key between two separators; a plain text stands for itself. */
export type Part<Name extends string = string, T extends string | number = string | number> = {
  name: Name
  /** What people read for it. */
  label: string
  pattern: string
  /** The part's value, null where the text only looks like one. */
  read(text: string): T | null
}

type Parts = readonly (Part | string)[]

/** What a key says, by part. */
export type FieldsOf<P extends Parts> = {
  [Q in Exclude<P[number], string> as Q['name']]: Q extends Part<string, infer T> ? T : never
}

export interface KeyShape<P extends Parts = Parts> {
  /** For people: `epoch|horizon|term`. */
  readonly form: string
  /** Of the whole key. */
  readonly pattern: string
  build(fields: FieldsOf<P>): string
  parse(key: string): FieldsOf<P> | null
}

export function keyShape<const P extends Parts>(parts: P, separator = '|'): KeyShape<P> {
  const between = escaped(separator)
  const pattern = parts.map((p) => (typeof p === 'string' ? escaped(p) : `${p.pattern}`))
  const named = parts.filter((p) => typeof p !== 'string')
  const captures = parts.map((p, i) => (typeof p === 'string' ? pattern[i] : `(${pattern[i]})`))
  const whole = new RegExp(`^${captures.join(between)}$`)
  return {
    form: parts.map((p) => (typeof p === 'string' ? p : p.label)).join(separator),
    pattern: `^${pattern.join(between)}$`,
    build(fields) {
      const values = fields as Record<string, string | number>
      return parts.map((p) => (typeof p === 'string' ? p : values[p.name])).join(separator)
    },
    parse(key) {
      const match = whole.exec(key)
      if (!match) return null
      const fields: Record<string, string | number> = {}
      for (let i = 0; i < named.length; i++) {
        const value = named[i].read(match[i + 1])
        if (value === null) return null
        fields[named[i].name] = value
      }
      return fields as FieldsOf<P>
    },
  }
}

type Shapes = Record<string, KeyShape>
type FieldsOfShape<S> = S extends KeyShape<infer P> ? FieldsOf<P> : never

/** The keys of a topic that holds several kinds of records. */
export type KeyOf<S extends Shapes> = {
  [K in keyof S]: { kind: K } & FieldsOfShape<S[K]>
}[keyof S]

/** No key may fit two shapes of one topic. */
export function keyUnion<S extends Shapes>(shapes: S) {
  const entries = Object.entries(shapes)
  return {
    build: (key: KeyOf<S>): string => shapes[key.kind].build(key),
    parse(key: string): KeyOf<S> | null {
      for (const [kind, shape] of entries) {
        const fields = shape.parse(key)
        if (fields) return { kind, ...fields } as KeyOf<S>
      }
      return null
    },
  }
}

/** A whole number that a double holds exactly, written as JSON writes it. */
export const wholeNumber = <Name extends string>(name: Name): Part<Name, number> => ({
  name,
  label: name,
  pattern: '(?:0|[1-9]\\d{0,14})',
  read: Number,
})

export const word = <Name extends string>(
  name: Name,
  pattern: string,
  label: string = name,
): Part<Name, string> => ({
  name,
  label,
  pattern,
  read: (text) => text,
})

const INSTANT = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'

/** UTC with milliseconds; a day that no calendar has is none. */
export const instantPart = <Name extends string>(
  name: Name,
  label: string,
): Part<Name, string> => ({
  name,
  label,
  pattern: INSTANT,
  read: (text) => (isInstant(text) ? text : null),
})

/** A city date. */
export const datePart = <Name extends string>(name: Name, label: string): Part<Name, string> => ({
  name,
  label,
  pattern: '\\d{4}-\\d\\d-\\d\\d',
  read: (text) => (isInstant(`${text}T00:00:00.000Z`) ? text : null),
})

/** An instant that a calendar has, written as records write it. */
export function isInstant(text: string): boolean {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
