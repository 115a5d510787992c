// Every key that the processor writes, by topic: the one place that builds and parses them.
import { cityDate } from '../../infra/time.ts'
import {
  datePart,
  instantPart,
  type KeyOf,
  keyShape,
  keyUnion,
  word,
} from '../../producers/contract/key-shape.ts'
import {
  domainPart,
  epochPart,
  kpiPart,
  partitionPart,
  windowKey,
} from '../../producers/contract/keys.ts'
import type { Partial } from '../../producers/contract/records.ts'
import type { KpiReading } from './types.ts'

/** A final's key names its window, a provisional's does not. */
export const partialShapes = {
  final: windowKey,
  provisional: keyShape([epochPart, domainPart, partitionPart]),
}

export const partialKeys = keyUnion(partialShapes)

export const kpiShapes = {
  window: keyShape([epochPart, kpiPart, instantPart('start', 'window start')]),
  day: keyShape([epochPart, kpiPart, 'day', datePart('date', 'city date')]),
  provisional: keyShape([epochPart, kpiPart]),
  ledger: keyShape([epochPart, 'ledger', domainPart, partitionPart]),
}

export type KpiKey = KeyOf<typeof kpiShapes>
export const kpiKeys = keyUnion(kpiShapes)

export const alertKey = keyShape([epochPart, word('id', 'a-[^|]+', 'alert id')])

/** Of `map` and `checkpoint`. */
export const taskKey = keyShape([domainPart, partitionPart])

/** Of `late` and `dead-letter`: where the source record lies. */
export const sourceKey = keyShape(
  [word('topic', '[A-Za-z0-9._-]{1,249}'), partitionPart, word('offset', '(?:0|[1-9]\\d{0,18})')],
  '/',
)

export function readingKey({ epoch, kpi, window, final }: KpiReading): string {
  if (!final) return kpiShapes.provisional.build({ epoch, kpi })
  if (window.kind === 'window') return kpiShapes.window.build({ epoch, kpi, start: window.start })
  const date = cityDate(Date.parse(window.end) - 1)
  return kpiShapes.day.build({ epoch, kpi, date })
}

export function partialKey(partial: Partial): string {
  return partial.provisional ? partialShapes.provisional.build(partial) : windowKey.build(partial)
}
