// Reads `kpi-twin`: bytes from anybody become a reading of a twin, or what is wrong with them. `readingFault` knows the run.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { createShapeReader } from '../../infra/text/checked-json.ts'
import { twinKey } from './keys.ts'
import { READING_LIMITS, readingKind } from './read-kpi.ts'
import { exactInstant, outOfBounds, type Read } from './run-facts.ts'
import { twinDaySchema, twinProvisionalSchema, twinWindowSchema } from './schemas.ts'
import type { TwinReading } from './types.ts'

export type TwinReader = (record: Pick<LogRecord, 'key' | 'value'>) => Read<TwinReading>

export function createTwinReader(): TwinReader {
  const read = createShapeReader<TwinReading>(
    { provisional: twinProvisionalSchema, window: twinWindowSchema, day: twinDaySchema },
    readingKind,
    READING_LIMITS,
  )
  return ({ key, value }) => {
    const got = read(value)
    if (got.fault) return got
    const { end } = got.value.window
    // A window's end must be an instant before a day can be made of it.
    if (Number.isNaN(exactInstant(end)))
      return { fault: outOfBounds('window.end', end, 'an instant') }
    const expected = twinKey(got.value)
    if (key?.equals(Buffer.from(expected))) return got
    return {
      fault: { reason: 'key', detail: `another key than its value's, expected ${expected}` },
    }
  }
}
