// Foreign records in the topics that are not domain topics: bytes of every kind, and copies of genuine records that contradict their key, their place or their run.
import type { EventLog, LogRecord, NewRecord } from '../../infra/event-log/event-log.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { runKey } from '../../producers/contract/keys.ts'
import { type Topics, topicSpecs } from '../../producers/contract/topics.ts'

const DEEP = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`
const BYTES = [
  'hello',
  '"hello"',
  '{}',
  '[]',
  'null',
  '7',
  DEEP,
  '{"epoch":0}',
  '{"__proto__":{"x":1}}',
  '\u0000',
]

/** Fields that a copy of a genuine record has otherwise, wherever it has them. */
const LIES: Record<string, unknown>[] = [
  { epoch: 999_999 },
  { partition: 4096 },
  { domain: 'nowhere' },
  { kpi: 'nowhere.nothing' },
  { start: '2099-01-01T00:00:00.000Z', end: '2099-01-01T00:01:00.000Z' },
  { watermark: '2099-01-01T00:00:00.000Z' },
  { measures: {} },
  { scopes: {} },
  { breaks: [{}] },
  { n: 1e300, ledger: null, window: null },
]

/** Of `run` and `command`: keys that the city itself writes, others of the same form, and one of none. */
const CONTROL_KEYS = [
  ...['0|horizon|0', '0|end|0', '0|progress|0', '0|horizon|7', '0|end|7', '0|progress|7'],
  ...['0|conductor|x', '0|command|x|0', '0|command|x|7', 'descriptor|r-ffffffffffff|x', 'x'],
]

/** What is written again for as long as the run goes on; descriptors, announcements and commands are written once. */
const REPEATED = ['horizon', 'progress', 'end'] as const

const stateTopics = (t: Topics) => [
  ...[t.truth, t.partial, t.kpi, t.alert, t.incident, t.map, t.checkpoint],
  ...[t.commandResult, t.late, t.deadLetter],
]

async function newest(log: EventLog, topic: string, partition: number): Promise<LogRecord[]> {
  const found: LogRecord[] = []
  for await (const records of readRange(log, { topic, partition })) {
    for (const r of records) if (r.value) found.push({ ...r, value: Buffer.from(r.value) })
  }
  return found.slice(-20)
}

function liesOf({ key, value, headers }: LogRecord): NewRecord[] {
  const record = (k: Buffer | null, v: Buffer): NewRecord => ({
    key: k,
    value: v,
    timestamp: 0,
    headers,
  })
  const binary = Array.from({ length: 8 }, (_, i) => {
    const copy = Buffer.from(value!)
    copy[Math.floor((i * copy.length) / 8)] ^= 0xff
    return record(Buffer.from(`x|${i}`), copy)
  })
  // Under keys of its own: what takes a genuine record's key takes its place on a compacted topic.
  const other = record(Buffer.from(`${key}x`), value!)
  let json: Record<string, unknown>
  try {
    json = JSON.parse(value!.toString()) as Record<string, unknown>
  } catch {
    return [other, ...binary]
  }
  const lies = LIES.filter((lie) => Object.keys(lie).some((name) => name in json)).map((lie, i) =>
    record(Buffer.from(`${key}|${i}`), Buffer.from(JSON.stringify({ ...json, ...lie }))),
  )
  return [other, ...binary, ...lies]
}

/** A compacted topic takes no record without a key. */
function keysOf(topics: Topics): Map<string, (string | null)[]> {
  const cleanups = topicSpecs(topics, [], 1).map(({ name, cleanup }) => [name, cleanup] as const)
  return new Map(
    cleanups.map(([name, cleanup]) => [name, cleanup === 'delete' ? [null, 'x|1'] : ['x', 'x|1']]),
  )
}

/** Appends all of it to every topic but the domains'; resolves with how many records that were. */
export async function writeForeignRecords(log: EventLog, topics: Topics): Promise<number> {
  let written = 0
  const keys = keysOf(topics)
  async function write(topic: string, partition: number, records: NewRecord[]): Promise<void> {
    await log.append(topic, partition, records)
    written += records.length
  }
  const poison = (chosen: (string | null)[]) =>
    BYTES.flatMap((text) =>
      chosen.map((key) => ({
        ...{ key: key === null ? null : Buffer.from(key), timestamp: 0 },
        value: Buffer.from(text),
      })),
    )
  for (const topic of stateTopics(topics)) {
    for (const { partition } of await log.offsets(topic)) {
      const genuine = await newest(log, topic, partition)
      const lies = genuine.slice(-3).flatMap(liesOf)
      await write(topic, partition, [...poison(keys.get(topic)!), ...lies])
    }
  }
  await write(topics.run, 0, poison(CONTROL_KEYS))
  await write(topics.command, 0, poison([null, ...CONTROL_KEYS]))
  return written
}

/**
 * The log with somebody who is always faster than the readers: of each kind of record that the city repeats on `run`, the
 * first and the third one is replaced under its own key before anybody reads it (on a log that compacts at once).
 */
export function replacingLog(log: EventLog, topics: Topics): EventLog {
  const seen = new Map<string, number>()
  return {
    ...log,
    append(topic, partition, records) {
      const written = log.append(topic, partition, records)
      const key = topic === topics.run ? records[0].key : null
      const kind = REPEATED.find((k) => k === runKey.parse(String(key))?.kind)
      if (!kind) return written
      const number = seen.get(kind) ?? 0
      seen.set(kind, number + 1)
      if (number !== 0 && number !== 2) return written
      const foreign = { key, value: Buffer.from('{}'), timestamp: 0 }
      return Promise.all([written, log.append(topic, partition, [foreign])]).then(
        ([first]) => first,
      )
    },
  }
}
