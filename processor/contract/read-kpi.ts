// Reads `kpi`: bytes from anybody become a reading or a task's ledger, or what is wrong with them.

import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { createShapeReader } from '../../infra/text/checked-json.ts'
import { cityDayStart, isoTime } from '../../infra/time.ts'
import { tickTimeProblem } from '../../producers/contract/ticks.ts'
import { kpiShapes, readingKey } from './keys.ts'
import {
  exactInstant,
  instantFault,
  outOfBounds,
  type Read,
  type RecordFault,
  type RunFacts,
  taskFault,
  windowFault,
} from './run-facts.ts'
import {
  dayReadingSchema,
  ledgerReadingSchema,
  provisionalReadingSchema,
  windowReadingSchema,
} from './schemas.ts'
import type { KpiReading, LedgerReading } from './types.ts'

/** A ledger with 20 breaks of 20 names each has some 60 kB. */
export const READING_LIMITS = { maxBytes: 1024 * 1024, maxDepth: 8 }

export type KpiRecord =
  | { kind: 'ledger'; epoch: number; ledger: LedgerReading }
  | { kind: 'reading'; epoch: number; reading: KpiReading }

export type KpiReader = (record: Pick<LogRecord, 'key' | 'value'>) => Read<KpiRecord>

type Fields = Record<string, unknown>

/** Shape and key only: `kpiFault` knows the run. */
export function createKpiReader(): KpiReader {
  const read = createShapeReader<KpiReading | LedgerReading>(
    {
      ledger: ledgerReadingSchema,
      provisional: provisionalReadingSchema,
      window: windowReadingSchema,
      day: dayReadingSchema,
    },
    (fields) => {
      return fields.kpi === undefined ? 'ledger' : readingKind(fields)
    },
    READING_LIMITS,
  )
  return ({ key, value }) => {
    const got = read(value)
    if (got.fault) return got
    const record = got.value
    const isReading = 'kpi' in record
    // A window's end must be an instant before a day can be made of it.
    if (isReading && Number.isNaN(exactInstant(record.window.end))) {
      return { fault: outOfBounds('window.end', record.window.end, 'an instant') }
    }
    const expected = isReading ? readingKey(record) : kpiShapes.ledger.build(record)
    if (!key?.equals(Buffer.from(expected))) {
      const detail = `another key than its value's, expected ${expected}`
      return { fault: { reason: 'key', detail } }
    }
    const { epoch } = record
    return {
      value: isReading
        ? { kind: 'reading', epoch, reading: record }
        : { kind: 'ledger', epoch, ledger: record },
    }
  }
}

/** Which schema a reading is to fit. */
export function readingKind({ final, window }: Record<string, unknown>) {
  if (final === false) return 'provisional'
  return (window as Fields | null)?.kind === 'day' ? 'day' : 'window'
}

/** Why a record of this epoch is none that the run can have, or null. */
export function kpiFault(facts: RunFacts, record: KpiRecord): RecordFault | null {
  return record.kind === 'ledger'
    ? ledgerFault(facts, record.ledger)
    : readingFault(facts, record.reading)
}

/** The same for a reading, of the city or of a twin. */
export function readingFault(facts: RunFacts, reading: KpiReading): RecordFault | null {
  const { kpi, window, final, watermark, unit, target, scopes } = reading
  const known = facts.kpis.get(kpi)
  if (!known) return outOfBounds('kpi', kpi, 'one that the run declares')
  const codes = Object.keys(scopes)
  if (
    codes.length !== known.scopes.length ||
    !known.scopes.every((s) => Object.hasOwn(scopes, s))
  ) {
    return outOfBounds('scopes', codes.join(', '), known.scopes.join(', '))
  }
  if (unit !== known.measure.unit) return outOfBounds('unit', unit, `"${known.measure.unit}"`)
  if (target !== null && !facts.targets.has(target)) {
    return outOfBounds('target', target, 'one of the plan')
  }
  const end = exactInstant(window.end)
  const start = isoTime(end - facts.windowMs)
  const isDay = window.kind === 'day'
  return (
    windowFault(facts, { start: isDay ? start : window.start, end: window.end }, final) ??
    (isDay ? dayFault(facts, window.start, end) : null) ??
    (final && watermark !== window.end ? outOfBounds('watermark', watermark, window.end) : null) ??
    instantFault(facts, 'watermark', watermark)
  )
}

/** The window that ends at 00:00 belongs to the old day. */
function dayFault(facts: RunFacts, start: string, end: number): RecordFault | null {
  const expected = isoTime(Math.max(cityDayStart(end - 1), facts.start))
  return start === expected ? null : outOfBounds('window.start', start, expected)
}

const COUNTS = [
  'read',
  'folded',
  'duplicate',
  'late',
  'deadLetter',
  'produced',
  'unexplained',
] as const

function ledgerFault(facts: RunFacts, ledger: LedgerReading): RecordFault | null {
  const { domain, partition, watermark, breaks } = ledger
  const place = taskFault(facts, domain, partition) ?? instantFault(facts, 'watermark', watermark)
  if (place) return place
  const expected = tickTimeProblem(facts, exactInstant(watermark))
  if (expected !== null) return outOfBounds('watermark', watermark, expected)
  for (const name of COUNTS) {
    if (!Number.isSafeInteger(ledger[name])) return outOfBounds(name, ledger[name], 'below 2^53')
  }
  for (const { from, to } of breaks) {
    const wrong = instantFault(facts, 'breaks.from', from) ?? instantFault(facts, 'breaks.to', to)
    if (wrong) return wrong
  }
  return null
}
