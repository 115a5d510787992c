// JSON from anybody: size, encoding and nesting are bounded before anything recurses into it.
import { isUtf8 } from 'node:buffer'

/** Nothing of ours nests deeper than about twenty levels; a checker may recurse this far without harm. */
const DEFAULT_DEPTH = 64

export type JsonLimits = {
  maxBytes: number
  /** Levels of arrays and objects; default 64. */
  maxDepth?: number
}

export type JsonFaultReason = 'null' | 'too-large' | 'not-utf8' | 'not-json' | 'too-deep'

export type JsonFault = {
  reason: JsonFaultReason
  /** What was got and what was expected, in words. */
  detail: string
}

export type JsonResult = { value: unknown; fault?: undefined } | { fault: JsonFault }

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Never throws, whatever the bytes are; the value is plain JSON of at most `maxDepth` levels. */
export function parseBoundedJson(bytes: Buffer | null, limits: JsonLimits): JsonResult {
  const { maxBytes, maxDepth = DEFAULT_DEPTH } = limits
  if (bytes === null) return fault('null', 'got nothing, expected JSON')
  if (bytes.length > maxBytes) {
    return fault('too-large', `got ${bytes.length} bytes, expected at most ${maxBytes}`)
  }
  if (!isUtf8(bytes)) return fault('not-utf8', 'got bytes that are not UTF-8, expected JSON')
  if (isDeeper(bytes, maxDepth)) {
    return fault('too-deep', `got more than ${maxDepth} levels of arrays and objects`)
  }
  try {
    return { value: JSON.parse(bytes.toString('utf8')) as unknown }
  } catch (error) {
    return fault('not-json', (error as Error).message)
  }
}

/** Counts brackets outside strings; of what is no JSON it may say anything, but it ends. */
function isDeeper(bytes: Buffer, maxDepth: number): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inString) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth++
      if (depth > maxDepth) return true
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--
  }
  return false
}

function fault(reason: JsonFaultReason, detail: string): JsonResult {
  return { fault: { reason, detail } }
}
