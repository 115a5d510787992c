// Reads the readings of another engine, a line per KPI, scope and window, and puts the lines of a window together to its final.
import { Type } from 'typebox'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { parseBoundedJson } from '../../infra/text/bounded-json.ts'
import { createCheckedReader } from '../../infra/text/checked-json.ts'
import { count, instant, orNull, runId, schemaOf } from '../../producers/contract/schema-of.ts'
import {
  outOfBounds,
  type Read,
  type RecordFault,
  type RunFacts,
  windowFault,
} from './run-facts.ts'
import type { KpiReading, ReadingEngine, ScopeReading } from './types.ts'

/** What the Flink SQL job writes: one cell. */
export type ReadingLine = ScopeReading & {
  run: string
  kpi: string
  scope: string
  window_start: string
  window_end: string
}

const LIMITS = { maxBytes: 16 * 1024, maxDepth: 2 }
const OPENING_BRACE = 0x7b
const KEY_FIELDS = ['run', 'kpi', 'scope', 'window_start'] as const
/** Windows of one KPI that are held at a time, whole or not: an engine that goes on from a checkpoint repeats a few. */
const HELD_WINDOWS = 60

const lineSchema = schemaOf<ReadingLine>()(
  Type.Object({
    run: runId,
    kpi: Type.String(),
    scope: Type.String({ pattern: '^\\d{6}$' }),
    window_start: instant(),
    window_end: instant(),
    value: orNull(Type.Number()),
    numerator: Type.Number(),
    denominator: orNull(Type.Number()),
    n: count(),
  }),
)

/** By the key alone: the processor's own begin with a number. */
export const isLine = ({ key }: Pick<LogRecord, 'key'>): boolean => key?.[0] === OPENING_BRACE

/** Shape and key only: `lineFault` knows the run. */
export function createLineReader(): (
  record: Pick<LogRecord, 'key' | 'value'>,
) => Read<ReadingLine> {
  const read = createCheckedReader<ReadingLine>(lineSchema, LIMITS)
  return ({ key, value }) => {
    const got = read(value)
    if (got.fault || isKeyOf(key, got.value)) return got
    const expected = JSON.stringify(got.value, [...KEY_FIELDS])
    return {
      fault: { reason: 'key', detail: `another key than its value's, expected ${expected}` },
    }
  }
}

function isKeyOf(key: Buffer | null, line: ReadingLine): boolean {
  const parsed = parseBoundedJson(key, LIMITS)
  const fields = parsed.fault ? null : (parsed.value as Record<string, unknown> | null)
  if (typeof fields !== 'object' || fields === null) return false
  const names = Object.keys(fields)
  return names.length === KEY_FIELDS.length && KEY_FIELDS.every((f) => fields[f] === line[f])
}

/** Why a line of this run is none that the run can have, or null. */
export function lineFault(facts: RunFacts, line: ReadingLine): RecordFault | null {
  const { kpi, scope, denominator, n } = line
  const known = facts.kpis.get(kpi)
  if (!known) return outOfBounds('kpi', kpi, 'one that the run declares')
  if (!known.scopes.includes(scope)) {
    return outOfBounds('scope', scope, `one of ${kpi}'s: ${known.scopes.join(', ')}`)
  }
  if (!Number.isSafeInteger(n)) return outOfBounds('n', n, 'below 2^53')
  const { kind } = known.measure
  const hasNone = kind === 'count' || kind === 'level'
  if ((denominator === null) !== hasNone) {
    return outOfBounds('denominator', denominator, `${hasNone ? 'null' : 'a number'} for a ${kind}`)
  }
  return windowFault(facts, { start: line.window_start, end: line.window_end }, true)
}

/** A topic that two engines write says two things of one cell: whoever came first is read, null = nothing is wrong. */
export function besideFault(read: ReadingEngine, got: ReadingEngine): RecordFault | null {
  if (read === got) return null
  const detail = `a reading of ${got} in a topic of ${read}, expected one engine a run`
  return { reason: 'foreign', detail }
}

/** What a line came to: its window's final as soon as it is whole; `rewritten` says what the cell said before. */
export type TakenLine = { final: KpiReading | null; rewritten: string | null }

/** A window of which not all scopes have come. */
export type PartialWindow = { kpi: string; start: string; scopes: number; of: number }

/** Of one run. Give it only lines that fit: see `lineFault`. */
export class LineWindows {
  readonly #facts: RunFacts
  readonly #held: number
  readonly #byKpi = new Map<string, Map<string, KpiReading>>()

  constructor(facts: RunFacts, held = HELD_WINDOWS) {
    this.#facts = facts
    this.#held = held
  }

  /** `onLost`: a window that was never whole had to make room. */
  put(line: ReadingLine, onLost: (window: PartialWindow) => void = () => {}): TakenLine {
    const window = this.#windowOf(line, onLost)
    const { scope, value, numerator, denominator, n } = line
    const { scopes } = window
    const before = Object.hasOwn(scopes, scope) ? JSON.stringify(scopes[scope]) : null
    scopes[scope] = { value, numerator, denominator, n }
    if (before === JSON.stringify(scopes[scope])) return { final: null, rewritten: null }
    return { final: this.#isWhole(window) ? this.#ordered(window) : null, rewritten: before }
  }

  /** Windows that lack scopes, as far as they are there. */
  partial(): KpiReading[] {
    const all = [...this.#byKpi.values()].flatMap((windows) => [...windows.values()])
    return all.filter((reading) => !this.#isWhole(reading)).map((reading) => this.#ordered(reading))
  }

  #windowOf(line: ReadingLine, onLost: (window: PartialWindow) => void): KpiReading {
    const { kpi, window_start: start, window_end: end } = line
    const windows = this.#byKpi.get(kpi) ?? new Map<string, KpiReading>()
    this.#byKpi.set(kpi, windows)
    const known = windows.get(start)
    if (known) return known
    const { epoch } = this.#facts
    const { weight, measure, target } = this.#facts.kpis.get(kpi)!
    const opened: KpiReading = {
      ...{ epoch, kpi, window: { kind: 'window', start, end }, final: true, watermark: end },
      ...{ weight, unit: measure.unit, target, expected: null, status: null, truth: null },
      scopes: {},
    }
    windows.set(start, opened)
    if (windows.size > this.#held) {
      const [[oldest, lost]] = windows
      windows.delete(oldest)
      if (!this.#isWhole(lost)) onLost(this.#view(lost))
    }
    return opened
  }

  #isWhole({ kpi, scopes }: KpiReading): boolean {
    return Object.keys(scopes).length === this.#facts.kpis.get(kpi)!.scopes.length
  }

  /** The whole city first, as in the processor's own. */
  #ordered(reading: KpiReading): KpiReading {
    const codes = this.#facts.kpis.get(reading.kpi)!.scopes
    const there = codes.filter((code) => Object.hasOwn(reading.scopes, code))
    return { ...reading, scopes: Object.fromEntries(there.map((c) => [c, reading.scopes[c]])) }
  }

  #view({ kpi, window, scopes }: KpiReading): PartialWindow {
    const of = this.#facts.kpis.get(kpi)!.scopes.length
    return { kpi, start: window.start, scopes: Object.keys(scopes).length, of }
  }
}
