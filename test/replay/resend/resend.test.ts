// A recording sent again: every record once, byte by byte and where it lay, in one order, when it is due, and never over what is there.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { realClock, virtualClock } from '../../../infra/clock.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { below, stream } from '../../../infra/random.ts'
import { kpiKeys } from '../../../processor/contract/keys.ts'
import type { RecordedRecord } from '../../../replay/recording/line.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { RecordingWriter } from '../../../replay/recording/recording-writer.ts'
import { eventTimes, RecordedClock, WALL_TIMES } from '../../../replay/resend/due-times.ts'
import { MergedRecords, type PlannedRecord } from '../../../replay/resend/merged-records.ts'
import { Resend, type ResendOptions } from '../../../replay/resend/resend.ts'
import { refuseFilled, targetTopics } from '../../../replay/resend/targets.ts'
import { asText, hostileRecord } from '../recording/hostile-records.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-resend-'))
afterAll(() => rmSync(scratch, { recursive: true }))
let folders = 0
const newFolder = () => join(scratch, `r-${++folders}`)

const PARTITIONS = 3
const NAMES = ['city.parking', 'a', 'x_y-z.1']
const BEGAN = 1_750_000_000_000

/** Anybody's records, each with the next offset of its topic-partition, and times that go on but now and then back. */
function records(count: number, seed = 1): RecordedRecord[] {
  const words = stream(seed, 'records', 'resend')
  const next = new Map<string, bigint>()
  return Array.from({ length: count }, (_, i) => {
    const record = hostileRecord(words, 0n)
    const place = `${record.topic}/${record.partition}`
    const offset = next.get(place) ?? 7n
    next.set(place, offset + BigInt(1 + below(words, 0, 2)))
    return { ...record, offset, timestamp: BEGAN + i - below(words, 0, 4) * below(words, 0, 300) }
  })
}

/** Members of so many records. */
async function recorded(all: RecordedRecord[], size: number): Promise<Recording> {
  const folder = newFolder()
  const topic = { partitions: PARTITIONS, track: 'events' as const }
  const writer = await RecordingWriter.create({
    ...{ folder, clock: realClock, codec: 'gz', source: { kind: 'kafka', prefix: '' } },
    topics: Object.fromEntries(NAMES.map((name) => [name, topic])),
  })
  for (let i = 0; i < all.length; i += size) {
    for (const record of all.slice(i, i + size))
      await writer.add(record.topic, record.partition, [record])
    await writer.flush()
  }
  await writer.close()
  return Recording.open(folder)
}

/** By definition: each due no earlier than what lies before it in its topic-partition, and all by (due, topic, partition, offset). */
function planned(all: RecordedRecord[]): PlannedRecord[] {
  const readTo = new Map<string, number>()
  return all
    .map((record) => {
      const place = `${record.topic}/${record.partition}`
      const due = Math.max(readTo.get(place) ?? Number.NEGATIVE_INFINITY, record.timestamp)
      readTo.set(place, due)
      return { due, record }
    })
    .sort(
      (a, b) =>
        a.due - b.due ||
        (a.record.topic < b.record.topic ? -1 : a.record.topic > b.record.topic ? 1 : 0) ||
        a.record.partition - b.record.partition ||
        Number(a.record.offset - b.record.offset),
    )
}

async function merged(
  recording: Recording,
  stretch: { from?: number; until?: number } = {},
  topics = NAMES,
): Promise<PlannedRecord[]> {
  const merge = new MergedRecords(recording, {
    ...{ times: WALL_TIMES, topics: new Set(topics), ...stretch },
  })
  const found: PlannedRecord[] = []
  for (let chunk = await merge.next(); chunk.length > 0; chunk = await merge.next())
    found.push(...chunk)
  await recording.close()
  return found
}

/** The first at which they are other, and how many there are: a whole difference would be unreadable. */
function firstOther(found: PlannedRecord[], wanted: PlannedRecord[]): string | null {
  const inWords = ({ due, record }: PlannedRecord) => `${due} ${asText(record)}`
  const [a, b] = [found.map(inWords), wanted.map(inWords)]
  const at = b.findIndex((text, i) => a[i] !== text)
  if (at < 0 && a.length === b.length) return null
  return `${a.length} of ${b.length}, at ${at} got ${a[at]?.slice(0, 80)}, expected ${b[at]?.slice(0, 80)}`
}

describe('the order', () => {
  test('is that of times, topic, partition and offset, each topic-partition in its own', async () => {
    const all = records(20_000)
    expect(firstOther(await merged(await recorded(all, 500)), planned(all))).toBeNull()
  })

  test('is the same where topic-partitions were recorded one behind the other', async () => {
    const all = records(20_000)
    const places = Object.values(Object.groupBy(all, (r) => `${r.topic}/${r.partition}`))
    const oneByOne = places.flatMap((place) => place!)
    expect(firstOther(await merged(await recorded(oneByOne, 300)), planned(all))).toBeNull()
  })

  test('begins and ends at times, and takes some topics', async () => {
    const all = records(8_000)
    const [from, until] = [BEGAN + 2_000, BEGAN + 5_000]
    const wanted = planned(all).filter(
      ({ due, record }) => due >= from && due < until && record.topic !== 'a',
    )
    const topics = NAMES.filter((name) => name !== 'a')
    const found = await merged(await recorded(all, 200), { from, until }, topics)
    expect(wanted.length).toBeGreaterThan(1_000)
    expect(firstOther(found, wanted)).toBeNull()
  })
})

/** A log in memory that has the targets, and what lies in it. */
async function target(prefix = 'r.') {
  const log = createMemoryLog({ clock: realClock })
  const specs = NAMES.map((name) => ({ name: `${prefix}${name}`, partitions: PARTITIONS }))
  await log.ensureTopics(specs.map((spec) => ({ ...spec, cleanup: 'delete' as const })))
  async function read() {
    const found: RecordedRecord[] = []
    for (const { name } of specs) {
      for (let partition = 0; partition < PARTITIONS; partition++) {
        for await (const batch of readRange(log, { topic: name, partition }))
          found.push(...batch.map((record) => ({ ...record, topic: name, partition })))
      }
    }
    return found
  }
  return { log, read }
}

function resend(options: Partial<ResendOptions> & Pick<ResendOptions, 'log' | 'records'>) {
  return new Resend({
    ...{ clock: realClock, speed: null, run: 'run-1', timestamps: 'original' },
    target: (topic) => `r.${topic}`,
    ...options,
  })
}

const merge = (recording: Recording) =>
  new MergedRecords(recording, { times: WALL_TIMES, topics: new Set(NAMES) })

/** What must be the same: the original place and bytes, and that the two headers more are there. */
function original(record: RecordedRecord): RecordedRecord {
  const headers = record.headers!.slice(0, -2)
  const [[run, of], [offset, number]] = record.headers!.slice(-2)
  expect([run, String(of), offset]).toEqual(['replay.run', 'run-1', 'replay.orig.offset'])
  const topic = record.topic.slice('r.'.length)
  return { ...record, topic, headers, offset: BigInt(String(number)) }
}

describe('what is sent', () => {
  test('is every record once, with its bytes, headers, partition and timestamp', async () => {
    const all = records(20_000)
    const recording = await recorded(all, 500)
    const { log, read } = await target()
    const outcome = await resend({ log, records: merge(recording) }).run()
    expect(outcome).toMatchObject({ acknowledged: all.length, stopped: false, waitedMs: 0 })
    expect([...outcome.topics.values()].reduce((a, b) => a + b, 0)).toBe(all.length)
    const found = await read()
    expect(found.map((record) => asText(original(record))).sort()).toEqual(all.map(asText).sort())
    for (const [, lane] of Map.groupBy(found, (r) => `${r.topic}/${r.partition}`)) {
      const offsets = lane.map((record) => original(record).offset)
      expect(offsets).toEqual([...offsets].sort((a, b) => Number(a - b)))
    }
    await recording.close()
  })

  test('says the time at which it is meant to be sent, if asked to', async () => {
    const recording = await recorded(
      planned(records(50)).map(({ record }) => record),
      50,
    )
    const { log, read } = await target()
    const clock = virtualClock(5_000_000)
    const run = resend({
      ...{ log, records: merge(recording), clock, speed: 0.5, timestamps: 'shifted' },
    }).run()
    let isOver = false
    void run.finally(() => {
      isOver = true
    })
    for (let i = 0; i < 20_000 && !isOver; i++) {
      clock.advance(1)
      await realClock.turn()
    }
    const { late, from } = await run
    const due = new Map(planned(records(50)).map((it) => [asText(it.record), it.due]))
    const sent = await read()
    const begun = Math.min(...sent.map(({ timestamp }) => timestamp))
    for (const record of sent) {
      const { timestamp, ...rest } = original(record)
      const [text, at] = [...due].find(
        ([text]) => text === asText({ ...rest, timestamp: stampOf(text) }),
      )!
      expect(timestamp, text).toBe(begun + (at - from!) * 2)
    }
    // The clock moves by whole milliseconds.
    expect(late.max).toBeLessThanOrEqual(1)
    await recording.close()
  })

  test('waits for a log that is slow, and goes on in order', async () => {
    const all = records(6_000)
    const recording = await recorded(all, 500)
    const { log, read } = await target()
    const slow = {
      async append(...args: Parameters<typeof log.append>) {
        const first = await log.append(...args)
        await new Promise((resolve) => setTimeout(resolve, 20))
        return first
      },
    }
    const { acknowledged } = await resend({
      log: slow,
      records: merge(recording),
      speed: 100,
    }).run()
    expect(acknowledged).toBe(all.length)
    expect(await read()).toHaveLength(all.length)
    await recording.close()
  })

  test('ends where it is stopped, with a beginning of every topic-partition', async () => {
    const all = planned(records(6_000)).map(({ record }) => record)
    const recording = await recorded(all, 500)
    const { log, read } = await target()
    const sending = resend({
      ...{ log, records: merge(recording), speed: 2 },
      onProgress: ({ sent }) => {
        if (sent > 500) sending.stop()
      },
    })
    const { acknowledged, stopped, to } = await sending.run()
    expect(stopped).toBe(true)
    expect(acknowledged).toBeGreaterThan(500)
    expect(acknowledged).toBeLessThan(all.length)
    const found = (await read()).map((record) => asText(original(record)))
    expect(found.sort()).toEqual(all.slice(0, acknowledged).map(asText).sort())
    expect(to).toBe(planned(all)[acknowledged - 1].due)
    await recording.close()
  })

  test('is not more than the log took: what it refuses ends it', async () => {
    const recording = await recorded(records(3_000), 500)
    const log = { append: async () => Promise.reject(new Error('no room')) }
    await expect(resend({ log, records: merge(recording) }).run()).rejects.toThrow('no room')
    await recording.close()
  })
})

const stampOf = (text: string): number => (JSON.parse(text) as [string, number, string, number])[3]

describe('where it goes', () => {
  const { manifest } = {
    manifest: {
      topics: { 'city.a': 2, 'city.b': 1 },
      source: { kind: 'memory' as const, prefix: 'city.' },
    },
  }
  const choice = { only: null, without: [], renamed: new Map<string, string>() }

  test('is under a prefix in place of the recorded one, with as many partitions', () => {
    const found = targetTopics(manifest, 'r.', { ...choice, renamed: new Map([['b', 'c']]) })
    expect(found.map(({ recorded, spec }) => [recorded, spec.name, spec.partitions])).toEqual([
      ['city.a', 'r.a', 2],
      ['city.b', 'r.c', 1],
    ])
    const foreign = { topics: { orders: 4 }, source: { kind: 'kafka' as const, prefix: '' } }
    expect(targetTopics(foreign, 'r.', choice)[0].spec).toMatchObject({ name: 'r.orders' })
  })

  test('is some of the topics, named with or without their prefix', () => {
    const names = (only: string[] | null, without: string[]) =>
      targetTopics(manifest, 'r.', { ...choice, only, without }).map(({ spec }) => spec.name)
    expect(names(['a'], [])).toEqual(['r.a'])
    expect(names(null, ['city.a'])).toEqual(['r.b'])
  })

  test('is refused where it would be mixed, unknown or the same, all at once', () => {
    const renamed = new Map([
      ['b', 'a'],
      ['nope', 'x'],
    ])
    expect(() => targetTopics(manifest, 'city.', { ...choice, renamed })).toThrow(
      /--prefix[\s\S]*--rename: nope[\s\S]*city\.a and city\.b/,
    )
    expect(() => targetTopics(manifest, 'r.', { ...choice, only: ['a'], without: ['a'] })).toThrow(
      /none left/,
    )
  })

  test('is refused where something lies already', async () => {
    const { log } = await target()
    await refuseFilled(log, ['r.a'])
    await log.append('r.a', 1, [{ key: null, value: Buffer.from('x'), timestamp: 1 }])
    await expect(refuseFilled(log, ['r.a', 'r.city.parking'])).rejects.toThrow(
      /^topics: r\.a \(1 records\), expected new or empty ones; .*another --prefix/,
    )
  })
})

test('a city’s events are due by their own time, and what else it says by the clock of its run', async () => {
  const folder = newFolder()
  const { world } = await recordSmallRun(folder, 'gz')
  const recording = await Recording.open(folder)
  const clock = await RecordedClock.read(recording)
  expect(clock.runs).toBe(1)
  const { start } = world.scenario
  const times = eventTimes(clock)
  const merge = new MergedRecords(recording, {
    ...{ times, topics: new Set(Object.keys(recording.manifest.topics)) },
  })
  let [last, count] = [Number.NEGATIVE_INFINITY, 0]
  const lags: number[] = []
  for (let chunk = await merge.next(); chunk.length > 0; chunk = await merge.next()) {
    for (const { due, record } of chunk) {
      expect(due).toBeGreaterThanOrEqual(last)
      last = due
      count++
      const key = record.topic === 'city.kpi' ? kpiKeys.parse(String(record.key)) : null
      if (key?.kind === 'window') lags.push(due - Date.parse(key.start) - world.scenario.windowMs)
    }
  }
  expect(count).toBe(recording.manifest.lanes.reduce((sum, { events }) => sum + events, 0))
  expect(last).toBeLessThanOrEqual(start + 5 * 60_000)
  // A reading became final when its window had ended, by the run's own clock.
  expect(lags.length).toBeGreaterThan(100)
  expect(Math.min(...lags)).toBeGreaterThanOrEqual(0)
  await recording.close()
})
