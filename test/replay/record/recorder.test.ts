// A recorder on the memory log: everything is in the recording, several record at once, and what was lost is said.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { realClock } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { stream } from '../../../infra/random.ts'
import type { RecordedTopic } from '../../../replay/record/city-topics.ts'
import { Recorder } from '../../../replay/record/recorder.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { RecordingWriter } from '../../../replay/recording/recording-writer.ts'
import { asText, hostileRecord } from '../recording/hostile-records.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-recorder-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const TOPICS: RecordedTopic[] = [
  { name: 'a', partitions: 3, track: 'events', from: 'earliest' },
  { name: 'b', partitions: 1, track: 'control', from: 'earliest' },
]

async function newLog(retain?: { records: number }): Promise<EventLog> {
  const log = createMemoryLog({ clock: realClock })
  await log.ensureTopics(
    TOPICS.map(({ name, partitions }) => ({ name, partitions, cleanup: 'delete', retain })),
  )
  return log
}

/** Appends `count` records; resolves with what they are in the log. */
async function append(log: EventLog, seed: number, count: number): Promise<string[]> {
  const words = stream(seed, 'records', 'recorder')
  const texts: string[] = []
  for (let i = 0; i < count; i++) {
    const record = hostileRecord(words, 0n)
    const { name, partitions } = TOPICS[i % 5 === 0 ? 1 : 0]
    const partition = record.partition % partitions
    const offset = await log.append(name, partition, [record])
    texts.push(asText({ ...record, topic: name, partition, offset }))
  }
  return texts
}

async function startRecorder(log: EventLog, name: string, topics = TOPICS) {
  const folder = join(scratch, name)
  const source = { kind: 'memory' as const, prefix: '' }
  const named = Object.fromEntries(topics.map(({ name, ...topic }) => [name, topic]))
  const writer = await RecordingWriter.create({
    folder,
    clock: realClock,
    codec: 'gz',
    source,
    topics: named,
  })
  return { folder, recorder: await Recorder.start({ log, clock: realClock, writer, topics }) }
}

async function textsOf(folder: string): Promise<string[]> {
  const recording = await Recording.open(folder)
  const texts: string[] = []
  for (const track of ['events', 'control'] as const) {
    for await (const member of recording.records(track)) texts.push(...member.map(asText))
  }
  await recording.close()
  return texts
}

test('two at once hold all that was in the log when each was stopped', async () => {
  const log = await newLog()
  const early = await append(log, 1, 3_000)
  const one = await startRecorder(log, 'one')
  const two = await startRecorder(log, 'two')
  const late = append(log, 2, 3_000)
  const manifest = await one.recorder.stop()
  const appended = [...early, ...(await late)]
  await two.recorder.stop()
  expect((await textsOf(two.folder)).sort()).toEqual(appended.sort())
  const first = await textsOf(one.folder)
  expect(first.length).toBeGreaterThanOrEqual(early.length)
  const known = new Set(appended)
  expect(first.every((text) => known.has(text))).toBe(true)
  expect(manifest.lanes.map(({ missing }) => missing)).toEqual([0, 0, 0, 0])
  await log.close()
})

test('begins at the end where it is asked to', async () => {
  const log = await newLog()
  await append(log, 1, 500)
  const topics = TOPICS.map((topic): RecordedTopic => ({ ...topic, from: 'latest' }))
  const { folder, recorder } = await startRecorder(log, 'latest', topics)
  const late = await append(log, 2, 200)
  await recorder.stop()
  expect((await textsOf(folder)).sort()).toEqual(late.sort())
  await log.close()
})

test('counts what retention took before it was read', async () => {
  const log = await newLog({ records: 10 })
  const { recorder } = await startRecorder(log, 'overtaken')
  const first = log.append('b', 0, [{ key: null, value: Buffer.from('{}'), timestamp: 0 }])
  // More than the log keeps, before the reader has a turn.
  await Promise.all([first, append(log, 1, 2_000)])
  const manifest = await recorder.stop()
  const read = manifest.lanes.reduce((sum, { events }) => sum + events, 0)
  const missing = manifest.lanes.reduce((sum, lane) => sum + lane.missing, 0)
  const before = manifest.lanes.reduce((sum, lane) => sum + Number(lane.firstOffset), 0)
  expect(read + missing + before).toBe(2_001)
  expect(recorder.progress.overtaken.length > 0).toBe(missing + before > 0)
  await log.close()
})
