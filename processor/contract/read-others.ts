// Reads `alert`, `late` and `dead-letter`: bytes from anybody become a record, or what is wrong with them.

import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { createCheckedReader } from '../../infra/text/checked-json.ts'
import { alertKey, sourceKey } from './keys.ts'
import { rejectedKey } from './rejected.ts'
import {
  exactInstant,
  instantFault,
  outOfBounds,
  type Read,
  type RecordFault,
  type RunFacts,
} from './run-facts.ts'
import { alertSchema, deadLetterSchema, lateSchema } from './schemas.ts'
import type { Alert, Rejected } from './types.ts'

const LIMITS = { maxBytes: 64 * 1024, maxDepth: 4 }
/** The first 64 KiB of the source in base64, a key and a text. */
const REJECTED_LIMITS = { maxBytes: 1024 * 1024, maxDepth: 4 }

type Keyed = Pick<LogRecord, 'key' | 'value'>

export function createAlertReader(): (record: Keyed) => Read<Alert> {
  const read = createCheckedReader<Alert>(alertSchema, LIMITS)
  return ({ key, value }) => {
    const got = read(value)
    if (got.fault) return got
    const { epoch, id } = got.value
    return key?.toString() === alertKey.build({ epoch, id }) ? got : { fault: otherKey(id) }
  }
}

/** Why an alert of this epoch is none that the run can have, or null. */
export function alertFault(facts: RunFacts, alert: Alert): RecordFault | null {
  const { kpi, scope, openedAt, closedAt } = alert
  const known = facts.kpis.get(kpi)
  if (!known) return outOfBounds('kpi', kpi, 'one that the run declares')
  if (!known.scopes.includes(scope)) return outOfBounds('scope', scope, known.scopes.join(', '))
  if (closedAt !== null && !(exactInstant(closedAt) > exactInstant(openedAt))) {
    return outOfBounds('closedAt', closedAt, 'an instant after openedAt')
  }
  return (
    instantFault(facts, 'openedAt', openedAt) ??
    (closedAt === null ? null : instantFault(facts, 'closedAt', closedAt))
  )
}

/** Of `late` or of `dead-letter`. */
export function createRejectedReader(
  topic: 'late' | 'dead-letter',
): (record: Keyed) => Read<Rejected> {
  const schema = topic === 'late' ? lateSchema : deadLetterSchema
  const read = createCheckedReader<Rejected>(schema, REJECTED_LIMITS)
  return ({ key, value }) => {
    const got = read(value)
    if (got.fault) return got
    const name = rejectedKey(got.value)
    const isRight = key?.toString() === name && sourceKey.parse(name) !== null
    return isRight ? got : { fault: otherKey(name) }
  }
}

function otherKey(expected: string): RecordFault {
  return { reason: 'key', detail: `another key than its value's, expected that of ${expected}` }
}
