// What tests do with records that fit nothing: among honest ones there is none, so whoever meets one fails.
import type { IgnoredRecord, IgnoredRecords } from '../infra/event-log/ignored-records.ts'

export const noneIgnored: IgnoredRecords = {
  report({ topic, offset, reason, detail }) {
    throw new Error(`${topic}/${offset} was ignored, ${reason}: ${detail}`)
  },
  list: () => [],
}

export function collectIgnored(): IgnoredRecords & { found: IgnoredRecord[] } {
  const found: IgnoredRecord[] = []
  return { found, report: (record) => void found.push(record), list: () => [] }
}
