// Where a reading's parts stand in somebody's records: `kpi=$.name,scope=$.area,start=$.ts,value=$.v`, and how they are read.
import { collector, type ProblemCollector, shown } from '../../infra/problem.ts'

const PARTS = [
  'kpi',
  'scope',
  'start',
  'end',
  'value',
  'numerator',
  'denominator',
  'n',
  'at',
] as const
type MappedPart = (typeof PARTS)[number] | 'final'
const ALL_PARTS: readonly MappedPart[] = [...PARTS, 'final']

/** `key` and `timestamp` are the record's own; a path leads through the JSON value; a constant is the same everywhere. */
type PartSource = { constant: string } | { path: string[] } | 'key' | 'timestamp'

export type ReadingMapping = Partial<Record<MappedPart, PartSource>>

/** What a record is read from: its JSON value, and what stands beside it. */
export type MappedRecord = { value: unknown; key: string | null; timestamp: number | null }

/** Numbers as given; null = the record says that there is no value. What is not mapped is undefined. */
export type GivenReading = {
  kpi: string
  scope: string
  /** Window start, ms. */
  start: number
  value?: number | null
  numerator?: number | null
  denominator?: number | null
  n?: number
  /** Wall clock, ms; null when nothing says it. */
  at: number | null
}

const PATH = /^\$((?:\.[A-Za-z0-9_-]+)+)$/
const EXAMPLE =
  "kpi=$.name,scope=$.area,start=$.ts,value=$.v; a constant as kpi='a.b'; $key, $timestamp"
const HEAD = '--map'

/** Throws a Problem that lists everything that is wrong with the text. */
export function parseMapping(text: string): ReadingMapping {
  const problems = collector()
  const mapping: ReadingMapping = {}
  for (const piece of text.match(/(?:'[^']*'|[^,'])+/g) ?? []) {
    const at = piece.indexOf('=')
    const part = piece.slice(0, at).trim() as MappedPart
    const source = sourceOf(piece.slice(at + 1).trim())
    if (at < 0 || !ALL_PARTS.includes(part)) {
      problems.add(
        HEAD,
        `"${piece.trim()}"`,
        `one of ${ALL_PARTS.join(', ')}, then = and where`,
        EXAMPLE,
      )
    } else if (source === null) problems.add(HEAD, `"${piece.trim()}"`, EXAMPLE)
    else if (mapping[part]) problems.add(HEAD, `${part} twice`, 'each once')
    else mapping[part] = source
  }
  checkWhole(mapping, problems)
  problems.throwIfAny('--map cannot be used')
  return { at: 'timestamp', ...mapping }
}

function checkWhole(mapping: ReadingMapping, problems: ProblemCollector): void {
  for (const part of ['kpi', 'scope'] as const) {
    if (!mapping[part]) problems.add(HEAD, `no ${part}`, 'one', EXAMPLE)
  }
  if (!mapping.start && !mapping.end)
    problems.add(HEAD, 'no start and no end', 'one of them', EXAMPLE)
  if (!mapping.value && !mapping.numerator)
    problems.add(HEAD, 'no value', 'value, or numerator', EXAMPLE)
}

function sourceOf(text: string): PartSource | null {
  if (text === '$key') return 'key'
  if (text === '$timestamp') return 'timestamp'
  const constant = /^'([^']*)'$/.exec(text)
  if (constant) return { constant: constant[1] }
  const path = PATH.exec(text)
  return path ? { path: path[1].slice(1).split('.') } : null
}

/** A reading, null for one that is to be left out, or a text: why the record holds none. */
export function readMapped(
  mapping: ReadingMapping,
  record: MappedRecord,
  windowMs: number,
): GivenReading | null | string {
  const get = (part: MappedPart) => partOf(mapping[part], record)
  if (mapping.final && get('final') !== true && get('final') !== 'true') return null
  const kpi = get('kpi')
  const scope = get('scope')
  if (typeof kpi !== 'string') return `kpi ${shown(kpi)}, expected text`
  if (typeof scope !== 'string' && typeof scope !== 'number')
    return `scope ${shown(scope)}, expected a code`
  const time = instantOf(get(mapping.start ? 'start' : 'end'))
  if (time === null) {
    return `${mapping.start ? 'start' : 'end'} ${shown(get(mapping.start ? 'start' : 'end'))}, expected ISO 8601 with a zone, or ms since 1970`
  }
  const start = mapping.start ? time : time - windowMs
  const reading: GivenReading = { kpi, scope: String(scope), start, at: instantOf(get('at')) }
  for (const part of ['value', 'numerator', 'denominator', 'n'] as const) {
    if (!mapping[part]) continue
    // A KPI that has no such part: what else is said of the cell is judged.
    if (get(part) === undefined) continue
    const number = numberOrNull(get(part))
    if (number === undefined || (part === 'n' && number === null)) {
      return `${part} ${shown(get(part))}, expected a number`
    }
    Object.assign(reading, { [part]: number })
  }
  if (reading.value === undefined && reading.numerator === undefined) return 'no value'
  return reading
}

function partOf(source: PartSource | undefined, { value, key, timestamp }: MappedRecord): unknown {
  if (source === undefined) return undefined
  if (source === 'key') return key
  if (source === 'timestamp') return timestamp
  if ('constant' in source) return source.constant
  let at = value
  for (const name of source.path) {
    const isHolder = typeof at === 'object' && at !== null && Object.hasOwn(at, name)
    if (!isHolder) return undefined
    at = (at as Record<string, unknown>)[name]
  }
  return at
}

/** Decimals come as text from tools that keep them exact. */
function numberOrNull(value: unknown): number | null | undefined {
  if (value === null) return null
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

const ZONED = /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/

function instantOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string') return null
  if (/^\d+$/.test(value)) return Number(value)
  const ms = ZONED.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? null : ms
}
