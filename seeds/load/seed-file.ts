// Reads one JSON file of seed data and checks it against its schema, naming every problem by file and field.

import type { Static, TSchema } from 'typebox'
import { Settings } from 'typebox/system'
import { Errors } from 'typebox/value'
import type { collector } from '../../infra/problem.ts'
import { fieldStep, parseJsonText } from '../../infra/text/json-text.ts'
import { readTextBytes } from '../../infra/text/text-file.ts'

export type Problems = ReturnType<typeof collector>

/** TypeBox stops at 8 errors unless told otherwise; a seed file with more than this is another kind of file. */
const MAX_ERRORS = 200
/** Got-values in messages are cut here. */
const MAX_SHOWN = 60

/** Reads and checks a file; adds what is wrong to `problems` and then returns undefined. `label` names the file to people. */
export function readSeed<S extends TSchema>(
  path: string,
  label: string,
  schema: S,
  problems: Problems,
): Static<S> | undefined {
  const value = readJson(path, label, problems)
  if (value === undefined) return undefined
  return checkSeed(value, label, schema, problems) ? (value as Static<S>) : undefined
}

/**
 * The parts of a file that its schema takes, so that what a schema cannot say is checked of them in the same round: a
 * field that is refused is left out, an element of a list becomes a hole. Undefined when nothing is left.
 */
export function readSound<S extends TSchema>(
  path: string,
  label: string,
  schema: S,
  problems: Problems,
): Sound<Static<S>> | undefined {
  const value = readJson(path, label, problems)
  if (value === undefined) return undefined
  checkSeed(value, label, schema, problems)
  // A field too many is named above and stands in nobody's way.
  const errors = errorsOf(schema, value).filter((error) => error.keyword !== 'boolean')
  const pointers = errors.map(({ keyword, instancePath }) =>
    keyword === 'required' && instancePath === '' ? '/' : instancePath,
  )
  if (pointers.includes('')) return undefined
  const sound = value as Record<string, unknown>
  for (const [, field, element] of pointers.map((pointer) => pointer.split('/'))) {
    const list = sound[field]
    if (Array.isArray(list) && element !== undefined) list[Number(element)] = undefined
    else delete sound[field]
  }
  return sound as Sound<Static<S>>
}

export type Sound<T> = {
  [K in keyof T]?: T[K] extends (infer E)[] | undefined ? (E | undefined)[] : T[K]
}

/** Parses a file; adds a problem and returns undefined when it is missing or not JSON. */
export function readJson(path: string, label: string, problems: Problems): unknown {
  const text = readTextBytes(path)
  if (text.fault) {
    const { got, expected, todo } = text.fault
    problems.add(label, got, expected, todo)
    return undefined
  }
  const json = parseJsonText(text.bytes)
  if (!json.faults) return json.value
  for (const { at, got, expected, todo } of json.faults) {
    problems.add(at === undefined ? label : `${label} ${at}`, got, expected, todo)
  }
  return undefined
}

/** Adds one problem per fault of `value` and says whether there was none. */
export function checkSeed(
  value: unknown,
  label: string,
  schema: TSchema,
  problems: Problems,
  at = '',
): boolean {
  const found = errorsOf(schema, value)
  for (const error of found) {
    const where = `${label} ${fieldName(at, error.instancePath, value)}`.trimEnd()
    if (error.keyword === 'boolean') {
      problems.add(where, 'a field of this name', 'none', 'remove it or correct its name')
    } else if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) {
        problems.add(`${where}${where === label ? ' ' : '.'}${name}`, 'nothing', 'a value')
      }
    } else {
      const got = show(valueAt(value, error.instancePath))
      const own = error.keyword === '~refine'
      const expected = own ? error.message : expectation(schema, error.schemaPath, error.message)
      problems.add(where, got, expected)
    }
  }
  return found.length === 0
}

/** TypeBox reports a union once per branch and an unknown field twice; what a reader needs is kept. */
function errorsOf(schema: TSchema, value: unknown) {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: MAX_ERRORS })
  try {
    return Errors(schema, value).filter(
      (e) => !/\/anyOf\/\d+/.test(e.schemaPath) && e.keyword !== 'additionalProperties',
    )
  } finally {
    Settings.Set({ maxErrors })
  }
}

/** `/districts/3/areaKm2` becomes `districts[3].areaKm2`. */
function fieldName(at: string, pointer: string, root: unknown): string {
  let name = at
  let parent = root
  for (const part of pointer.split('/').slice(1)) {
    name += fieldStep(name, Array.isArray(parent), part)
    parent = (parent as Record<string, unknown> | undefined)?.[part]
  }
  return name
}

function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], value)
}

/** A schema's own `expected` words, or TypeBox's message in the house form. */
function expectation(schema: TSchema, schemaPath: string, message: string): string {
  const found = valueAt(schema, schemaPath.slice(1)) as { expected?: string } | undefined
  return found?.expected ?? message.replace(/^must (be |match |have )?/, '')
}

/** A value as it stands in the file, cut to a line. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text
}
