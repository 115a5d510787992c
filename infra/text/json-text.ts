// JSON that a person wrote: bounded, and every key once, because of two equal ones the first would be lost in silence.
import { parseBoundedJson } from './bounded-json.ts'
import type { TextFault } from './text-file.ts'

/** `at` is the field that is meant; none for the text as a whole. */
export type JsonTextFault = TextFault & { at?: string }
export type JsonTextResult = { value: unknown; faults?: undefined } | { faults: JsonTextFault[] }

/** Enough to see what happened to a file. */
const MOST_FAULTS = 20
const JSON_TODO = 'a comma, quote or bracket is missing or too many'
/** What the parser repeats of the text. */
const SOURCE = /, (?:\.\.\.)?"[\s\S]*"(?:\.\.\.)? is not valid JSON$/

/** The value of UTF-8 bytes, or what is wrong with them; never throws. */
export function parseJsonText(bytes: Buffer, maxDepth?: number): JsonTextResult {
  const result = parseBoundedJson(bytes, { maxBytes: bytes.length, maxDepth })
  const { fault } = result
  if (fault?.reason === 'too-deep') {
    const got = fault.detail.replace(/^got /, '')
    return {
      faults: [{ got, expected: 'at most so many', todo: 'nothing of ours nests like this' }],
    }
  }
  if (fault) {
    const isEmpty = bytes.length === 0
    const got = isEmpty ? 'an empty file' : fault.detail.replace(SOURCE, '').replace(/\s+/g, ' ')
    return { faults: [{ got, expected: 'valid JSON', todo: isEmpty ? undefined : JSON_TODO }] }
  }
  const twice = duplicateKeys(bytes.toString('utf8')).slice(0, MOST_FAULTS)
  if (twice.length === 0) return { value: result.value }
  return {
    faults: twice.map(({ path, line }) => ({
      at: path,
      got: `the key twice, again in line ${line}`,
      expected: 'each key once',
      todo: 'remove one of the two',
    })),
  }
}

type Open = { keys: Set<string> | null; index: number; key: string }

/** Keys that stand twice in one object, by path and line; `text` is valid JSON of bounded depth. */
export function duplicateKeys(text: string): { path: string; line: number }[] {
  const found: { path: string; line: number }[] = []
  const open: Open[] = []
  let line = 1
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    const top = open.at(-1)
    if (c === '\n') line++
    else if (c === '{') open.push({ keys: new Set(), index: 0, key: '' })
    else if (c === '[') open.push({ keys: null, index: 0, key: '' })
    else if (c === '}' || c === ']') open.pop()
    else if (c === ',' && top) top.index++
    else if (c === '"') {
      const from = i
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++
      if (!top?.keys || !isKey(text, i + 1)) continue
      top.key = JSON.parse(text.slice(from, i + 1)) as string
      if (top.keys.has(top.key)) found.push({ path: pathOf(open), line })
      top.keys.add(top.key)
    }
  }
  return found
}

function isKey(text: string, at: number): boolean {
  let i = at
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i++
  return text[i] === ':'
}

function pathOf(open: Open[]): string {
  let path = ''
  for (const { keys, index, key } of open)
    path += fieldStep(path, keys === null, keys ? key : index)
  return path
}

/** One step of a path such as `districts[3].areaKm2` or `planned["parking.usage"]`. */
export function fieldStep(before: string, isArray: boolean, part: string | number): string {
  if (isArray) return `[${part}]`
  if (String(part).includes('.')) return `["${part}"]`
  return before ? `.${part}` : String(part)
}
