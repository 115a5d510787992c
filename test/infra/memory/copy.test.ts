// A copy of a memory log: what the log held, at its offsets, whatever either of them does afterwards.
import { expect, it } from 'vitest'
import type { EventLog, NewRecord } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { below, stream } from '../../../infra/random.ts'

const TOPICS = [
  { name: 'events', partitions: 3, cleanup: 'delete', retain: 'events' },
  { name: 'kept', partitions: 2, cleanup: 'compact' },
  { name: 'newest', partitions: 1, cleanup: 'compact,delete', retain: { records: 300 } },
] as const

const draw = stream(5, 'copy', 'records')

function someRecords(count: number): NewRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: Buffer.from(`key ${below(draw, 0, 120)}`),
    value: Buffer.alloc(1 + below(draw, 0, 900), below(draw, 0, 256)),
    timestamp: i,
    ...(i % 7 === 0 && { headers: [['of', Buffer.from(String(i))]] as [string, Buffer][] }),
  }))
}

async function fill(logs: EventLog[], times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const { name, partitions } = TOPICS[below(draw, 0, TOPICS.length)]
    const partition = below(draw, 0, partitions)
    const records = someRecords(1 + below(draw, 0, 40))
    for (const log of logs) await log.append(name, partition, records)
  }
}

async function contentOf(log: EventLog): Promise<string[]> {
  const lines: string[] = []
  for (const { name } of TOPICS) {
    for (const { partition, earliest, latest } of await log.offsets(name)) {
      lines.push(`${name}/${partition} ${earliest} ${latest}`)
      for await (const records of readRange(log, { topic: name, partition })) {
        for (const { key, value, timestamp, offset, headers } of records) {
          const head = headers?.map(([, bytes]) => bytes?.toString()).join()
          lines.push(`${offset} ${timestamp} ${key} ${value?.toString('base64')} ${head}`)
        }
      }
    }
  }
  return lines
}

it('holds what the log held, and each goes on by itself as the log would have', async () => {
  const log = createMemoryLog({ eventBytes: 200_000 })
  await log.ensureTopics([...TOPICS])
  await fill([log], 300)
  const before = await contentOf(log)
  const first = log.copy()
  expect(await contentOf(first)).toEqual(before)
  expect(first.stats().recordBytes).toBeLessThanOrEqual(log.stats().recordBytes)
  const second = first.copy()
  await fill([log, second], 300)
  const later = await contentOf(log)
  expect(later).not.toEqual(before)
  // Offsets and retention of records are as they would have been; of events a copy drops whole pages, which begin elsewhere.
  const records = (lines: string[]) => lines.slice(lines.findIndex((l) => l.startsWith('kept/')))
  expect(records(await contentOf(second))).toEqual(records(later))
  expect(await contentOf(first)).toEqual(before)
  await fill([first], 300)
  expect(await contentOf(log)).toEqual(later)
  expect(second.stats().eventBytes).toBeLessThanOrEqual(200_000 + 3 * 8192)
})

it('keeps only the newest events where it is to', async () => {
  const log = createMemoryLog({ eventBytes: 400_000 })
  await log.ensureTopics([...TOPICS])
  for (let i = 0; i < 60; i++) await log.append('events', i % 3, someRecords(20))
  const copy = log.copy(100_000)
  expect(copy.stats().eventBytes).toBeLessThanOrEqual(100_000)
  const [all, newest] = await Promise.all([log.offsets('events'), copy.offsets('events')])
  newest.forEach(({ earliest, latest }, p) => {
    expect(latest).toBe(all[p].latest)
    expect(earliest).toBeGreaterThan(all[p].earliest)
  })
  await expect(copy.append('events', 0, someRecords(20))).resolves.toBe(all[0].latest)
})
