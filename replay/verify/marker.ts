// Ticks and runs' first records among the records of a topic-partition, whoever wrote the others.
import { createCheckedReader } from '../../infra/text/checked-json.ts'
import { type RunStarted, TICK_TYPE, type Tick } from '../../producers/contract/records.ts'
import { runStartedSchema, tickSchema } from '../../producers/contract/schemas.ts'

/** A tick's or marker's own bytes are few: a larger record without a key is neither. */
const MAX_MARKER_BYTES = 64 * 1024

const readTick = createCheckedReader<Tick>(tickSchema, { maxBytes: MAX_MARKER_BYTES })
const readStarted = createCheckedReader<RunStarted>(runStartedSchema, {
  maxBytes: MAX_MARKER_BYTES,
})

/** Of a record without a key: a tick or a run's first record; null for anything else, whatever it is. */
export function markerOf(value: Buffer): Tick | RunStarted | null {
  if (value.length > MAX_MARKER_BYTES) return null
  const read = value.includes(`"${TICK_TYPE}"`) ? readTick(value) : readStarted(value)
  return read.fault ? null : read.value
}
