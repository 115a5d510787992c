// Records that fit nothing, as a command says so that reads a log and ends: on stderr, now and then.
import { realClock } from '../../infra/clock.ts'
import { createIgnoredRecords, type IgnoredRecords } from '../../infra/event-log/ignored-records.ts'

export function ignoredOnStderr(): IgnoredRecords {
  return createIgnoredRecords({ clock: realClock, logger: { warn: (text) => console.error(text) } })
}
