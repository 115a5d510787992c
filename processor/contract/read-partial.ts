// Reads `kpi-partial` and `truth`: bytes from anybody become the sums of one window, or what is wrong with them.

import type { LogRecord } from '../../infra/event-log/event-log.ts'
import {
  type CheckedReader,
  createCheckedReader,
  createShapeReader,
} from '../../infra/text/checked-json.ts'
import { windowKey } from '../../producers/contract/keys.ts'
import type { Cell, MeasurePartial, Partial } from '../../producers/contract/records.ts'
import {
  finalPartialSchema,
  provisionalPartialSchema,
  truthSchema,
} from '../../producers/contract/schemas.ts'
import { partialKey } from './keys.ts'
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

/** A window's sums have some 10 kB. */
const LIMITS = { maxBytes: 1024 * 1024, maxDepth: 8 }

export type PartialReader = (record: Pick<LogRecord, 'key' | 'value'>) => Read<Partial>

/** Shape and key only: `partialFault` knows the run. */
export function createPartialReader(): PartialReader {
  const read = createShapeReader<Partial>(
    { final: finalPartialSchema, provisional: provisionalPartialSchema },
    (fields) => (fields.provisional === undefined ? 'final' : 'provisional'),
    LIMITS,
  )
  return (record) => keyed(read, partialKey, record)
}

export function createTruthReader(): PartialReader {
  const read = createCheckedReader<Partial>(truthSchema, LIMITS)
  return (record) => keyed(read, (truth) => windowKey.build(truth), record)
}

function keyed<T>(
  read: CheckedReader<T>,
  keyOf: (value: T) => string,
  { key, value }: Pick<LogRecord, 'key' | 'value'>,
): Read<T> {
  const got = read(value)
  if (got.fault) return got
  const expected = keyOf(got.value)
  if (key?.equals(Buffer.from(expected))) return got
  return { fault: { reason: 'key', detail: `another key than its value's, expected ${expected}` } }
}

/** Why a partial or truth of this epoch is none that the run can have, or null. */
export function partialFault(facts: RunFacts, partial: Partial): RecordFault | null {
  const { domain, partition, provisional } = partial
  return (
    taskFault(facts, domain, partition) ??
    windowFault(facts, partial, !provisional) ??
    (provisional ? openFault(facts, partial) : null) ??
    measuresFault(facts, domain, partial.measures)
  )
}

/** Of a provisional: how far its task has read. */
function openFault(facts: RunFacts, { watermark, offset, start }: Partial): RecordFault | null {
  const at = exactInstant(watermark!)
  const from = exactInstant(start)
  if (!(at >= from && at < from + facts.windowMs)) {
    return outOfBounds('watermark', watermark, 'an instant inside of the window')
  }
  const isOffset = Number.isSafeInteger(Number(offset)) && Number(offset) >= 0
  return (
    instantFault(facts, 'watermark', watermark!) ??
    (isOffset ? null : outOfBounds('offset', offset, 'that of a record'))
  )
}

function measuresFault(
  facts: RunFacts,
  domain: string,
  measures: Record<string, MeasurePartial>,
): RecordFault | null {
  const known = facts.domains.get(domain)!
  const names = Object.keys(measures)
  if (names.length !== known.length || !known.every((name) => Object.hasOwn(measures, name))) {
    return outOfBounds('measures', names.join(', '), known.join(', '))
  }
  for (const name of names) {
    for (const cells of [measures[name].window, measures[name].day]) {
      // Hundreds of cells in each of thousands of partials: no list of them is made.
      for (const scope in cells) {
        if (!facts.scopes.has(scope)) return outOfBounds(name, scope, 'a scope of the city')
        if (!isExact(cells[scope])) return outOfBounds(name, cells[scope], 'sums below 2^53')
      }
    }
  }
  return null
}

function isExact(cell: Cell): boolean {
  return isWhole(cell[0]) && isWhole(cell[1] ?? 0) && isWhole(cell[2])
}

const isWhole = Number.isSafeInteger
