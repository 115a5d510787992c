// Where a value comes from: a mapping's source, made a function of a line. Nothing is guessed: what does not fit is thrown.
import { shown } from '../../../infra/problem.ts'
import type { ValueSource } from './mapping.ts'
import { Unmapped } from './unmapped.ts'

export type MappedValue = string | number | boolean
/** What a line has at a path or in a column; undefined = nothing. */
export type LineFields = (path: string) => unknown
/** Undefined where the value is absent and may be. Throws an Unmapped. */
export type ValueOf = (row: LineFields) => MappedValue | undefined

const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

export function compileSource(source: ValueSource): ValueOf {
  const { fixed, join, from } = source
  if (fixed !== undefined) return () => fixed
  if (join) {
    const parts = join.map(compileSource)
    return (row) => parts.map((part) => String(part(row) ?? '')).join('')
  }
  return (row) => {
    const found = scalarAt(row, from!)
    if (found !== undefined) return converted(found, source, row)
    if (source.optional) return undefined
    throw new Unmapped(`nothing at ${from}`, 'a value')
  }
}

/** What a compiled source would read, for checks before any line is read. */
export function pathsOf({ from, minus, join = [] }: ValueSource): string[] {
  return [from, minus, ...join.flatMap(pathsOf)].filter((path) => path !== undefined)
}

/** An empty field of CSV, and JSON's null, are nothing. */
function scalarAt(row: LineFields, path: string): MappedValue | undefined {
  const found = row(path)
  if (found === undefined || found === null || found === '') return undefined
  if (typeof found !== 'object') return found as MappedValue
  throw new Unmapped(
    `${Array.isArray(found) ? 'a list' : 'an object'} at ${path}`,
    'a text, a number or a truth value',
  )
}

function converted(found: MappedValue, source: ValueSource, row: LineFields): MappedValue {
  const { from, after, lower, values, as, minus, times, round } = source
  let value = found
  if (after !== undefined)
    value = textAt(value, from!).slice(String(value).lastIndexOf(after) + after.length)
  if (after !== undefined && !String(found).includes(after))
    throw new Unmapped(`${shown(found)} at ${from}`, `text with ${shown(after)} in it`)
  if (lower) value = textAt(value, from!).toLowerCase()
  if (values) {
    const known = String(value)
    if (Object.hasOwn(values, known)) return values[known]
    throw new Unmapped(`${shown(value)} at ${from}`, `one of ${Object.keys(values).join(', ')}`)
  }
  if (as) value = readAs(as, value, from!)
  if (minus === undefined && times === undefined && round === undefined) return value
  let number = numberAt(value, from!)
  if (minus !== undefined) {
    const less = scalarAt(row, minus)
    if (less === undefined) throw new Unmapped(`nothing at ${minus}`, 'a number')
    number -= numberAt(as ? readAs(as, less, minus) : less, minus)
  }
  if (times !== undefined) number *= times
  if (round !== undefined) number = Number(number.toFixed(round))
  if (Number.isFinite(number)) return number
  throw new Unmapped(`${shown(found)} at ${from}, which comes to ${number}`, 'a number')
}

function readAs(as: NonNullable<ValueSource['as']>, value: MappedValue, path: string): MappedValue {
  if (as === 'text') return String(value)
  if (as === 'boolean') {
    if (typeof value === 'boolean') return value
    if (value === 'true' || value === 'false') return value === 'true'
    throw new Unmapped(`${shown(value)} at ${path}`, 'true or false')
  }
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value
  const isWhole = as === 'number' || Number.isSafeInteger(number)
  if (typeof number === 'number' && Number.isFinite(number) && isWhole) return number
  throw new Unmapped(`${shown(value)} at ${path}`, as === 'number' ? 'a number' : 'a whole number')
}

function numberAt(value: MappedValue, path: string): number {
  if (typeof value === 'number') return value
  throw new Unmapped(`${shown(value)} at ${path}`, 'a number ("as" reads one from text)')
}

function textAt(value: MappedValue, path: string): string {
  if (typeof value === 'string') return value
  throw new Unmapped(`${shown(value)} at ${path}`, 'text')
}
