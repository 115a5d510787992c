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
  COMMAND_ID,
  domainPart,
  epochPart,
  kpiPart,
  partitionPart,
  windowKey,
} from '../../producers/contract/keys.ts'
import type { Partial } from '../../producers/contract/records.ts'
import type { KpiReading, TwinReading } from './types.ts'

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

/** `usual`, or the id of the command that is left out. */
const twinPart = word('twin', COMMAND_ID)

/** Of `kpi-twin`: as in `kpi`, with the twin's name in between. */
export const twinShapes = {
  window: keyShape([epochPart, twinPart, kpiPart, instantPart('start', 'window start')]),
  day: keyShape([epochPart, twinPart, kpiPart, 'day', datePart('date', 'city date')]),
  provisional: keyShape([epochPart, twinPart, kpiPart]),
}

export const twinKeys = keyUnion(twinShapes)

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
  return kpiShapes.day.build({ epoch, kpi, date: lastDate(window) })
}

export function twinKey({ epoch, twin, kpi, window, final }: TwinReading): string {
  if (!final) return twinShapes.provisional.build({ epoch, twin, kpi })
  const { start } = window
  if (window.kind === 'window') return twinShapes.window.build({ epoch, twin, kpi, start })
  return twinShapes.day.build({ epoch, twin, kpi, date: lastDate(window) })
}

/** The window that ends at 00:00 belongs to the old day. */
const lastDate = ({ end }: KpiReading['window']) => cityDate(Date.parse(end) - 1)

export function partialKey(partial: Partial): string {
  return partial.provisional ? partialShapes.provisional.build(partial) : windowKey.build(partial)
}
