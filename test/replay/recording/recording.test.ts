// A recording: what was acknowledged comes back, whatever happened to its files, and nothing else ever does.
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { realClock, virtualClock } from '../../../infra/clock.ts'
import { below, stream } from '../../../infra/random.ts'
import { CODECS, type Codec, MEMBER_TEXT_BYTES } from '../../../replay/recording/codec.ts'
import type { RecordedRecord } from '../../../replay/recording/line.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { RecordingWriter } from '../../../replay/recording/recording-writer.ts'
import { asText, hostileRecord } from './hostile-records.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-recording-'))
afterAll(() => rmSync(scratch, { recursive: true }))
let folders = 0
const newFolder = () => join(scratch, `r-${++folders}`)

const topic = { partitions: 3, track: 'events' as const }
const TOPICS = { 'city.parking': topic, a: topic, 'x_y-z.1': topic }

function records(count: number, seed = 1): RecordedRecord[] {
  const words = stream(seed, 'records', 'recording')
  return Array.from({ length: count }, (_, i) => hostileRecord(words, BigInt(i)))
}

function writerOf(folder: string, codec: Codec = 'gz', segmentBytes?: number) {
  const source = { kind: 'memory' as const, prefix: 'city.' }
  return RecordingWriter.create({
    folder,
    clock: realClock,
    codec,
    source,
    topics: TOPICS,
    segmentBytes,
  })
}

/** Each call of `sizes` records is a member of its own. */
async function written(
  folder: string,
  all: RecordedRecord[],
  size: number,
  codec: Codec = 'gz',
  segmentBytes?: number,
) {
  const writer = await writerOf(folder, codec, segmentBytes)
  for (let i = 0; i < all.length; i += size) {
    for (const record of all.slice(i, i + size))
      await writer.add(record.topic, record.partition, [record])
    await writer.flush()
  }
  return writer
}

async function readBack(folder: string): Promise<{ texts: string[]; recording: Recording }> {
  const recording = await Recording.open(folder)
  const texts: string[] = []
  try {
    for await (const member of recording.records('events')) texts.push(...member.map(asText))
  } finally {
    await recording.close()
  }
  return { texts, recording }
}

describe.each(CODECS)('with %s', (codec) => {
  test('brings back all of it in the order in which it came, over several segments', async () => {
    const folder = newFolder()
    const all = records(20_000)
    const writer = await written(folder, all, 1_000, codec, 100_000)
    const manifest = await writer.close()
    const { texts, recording } = await readBack(folder)
    expect(texts).toEqual(all.map(asText))
    expect(recording.recovered).toBeNull()
    expect(manifest.segments.length).toBeGreaterThan(3)
    expect(manifest.lanes.reduce((sum, { events }) => sum + events, 0)).toBe(20_000)
    expect(writer.progress).toMatchObject({ added: 20_000, acknowledged: 20_000 })
  })

  test('cut at any byte of its last member holds the members before it, and says what was torn', async () => {
    const folder = newFolder()
    const all = records(15)
    const writer = await written(folder, all, 5, codec)
    const file = `events-000001.jsonl.${codec}`
    const { size } = statSync(join(folder, file))
    const cut = newFolder()
    cpSync(folder, cut, { recursive: true })
    await writer.close()
    const { at } = (await readBack(folder)).recording.members('events')[2].entry
    for (let bytes = size - 1; bytes > at; bytes--) {
      truncateSync(join(cut, file), bytes)
      const { texts, recording } = await readBack(cut)
      expect(texts).toEqual(all.slice(0, 10).map(asText))
      expect(recording.recovered).toEqual({ events: 10, tornBytes: bytes - at })
    }
    copyFileSync(join(folder, file), join(cut, file))
    for (const index of readdirSync(cut).filter((name) => name.endsWith('.idx')))
      rmSync(join(cut, index))
    expect((await readBack(cut)).texts).toEqual(all.map(asText))
  })

  test('with any bit turned never brings back a record that was not there, and names the place', async () => {
    const folder = newFolder()
    const all = records(200)
    await (await written(folder, all, 50, codec)).close()
    const known = new Set(all.map(asText))
    const words = stream(3, 'bits', codec)
    const names = readdirSync(folder)
    const broken = newFolder()
    cpSync(folder, broken, { recursive: true })
    let noticed = 0
    for (let i = 0; i < 400; i++) {
      const name = names[below(words, 0, names.length)]
      const bytes = readFileSync(join(folder, name))
      bytes[below(words, 0, bytes.length)] ^= 1 << below(words, 0, 8)
      writeFileSync(join(broken, name), bytes)
      const outcome = await readBack(broken).catch((error: Error) => error)
      if (outcome instanceof Error) {
        noticed++
        expect(outcome.message).toContain(broken)
      } else for (const text of outcome.texts) expect(known.has(text)).toBe(true)
      copyFileSync(join(folder, name), join(broken, name))
    }
    expect(noticed).toBeGreaterThan(100)
  })
})

test('can be read by everybody who reads gzip and lines', async () => {
  const folder = newFolder()
  await (await written(folder, records(300), 100)).close()
  const text = gunzipSync(readFileSync(join(folder, 'events-000001.jsonl.gz'))).toString()
  const lines = text.trimEnd().split('\n')
  expect(lines).toHaveLength(300)
  expect(JSON.parse(lines[17])).toMatchObject({ tt: 0, offset: 17 })
})

test('is sealed half a second after the first record of a member, without anybody asking', async () => {
  const folder = newFolder()
  const clock = virtualClock()
  const source = { kind: 'memory' as const, prefix: '' }
  const writer = await RecordingWriter.create({
    folder,
    clock,
    codec: 'gz',
    source,
    topics: TOPICS,
  })
  const [record] = records(1)
  await writer.add(record.topic, record.partition, [record])
  clock.advance(499)
  await writer.progress
  expect(writer.progress.acknowledged).toBe(0)
  clock.advance(1)
  await expect.poll(() => writer.progress.acknowledged).toBe(1)
  expect((await readBack(folder)).texts).toEqual([asText(record)])
  await writer.close()
})

test('is not begun in a folder that holds something', async () => {
  const folder = newFolder()
  await (await written(folder, records(1), 1)).close()
  await expect(writerOf(folder)).rejects.toThrow('expected a new or empty one')
})

test('a manifest of another kind, a newer version or with a path in it is refused with its reason', async () => {
  const folder = newFolder()
  await (await written(folder, records(10), 10)).close()
  const path = join(folder, 'manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  const segment = manifest.segments[0]
  const refused = async (change: object, reason: string) => {
    writeFileSync(path, JSON.stringify({ ...manifest, ...change }))
    await expect(Recording.open(folder)).rejects.toThrow(reason)
  }
  await refused({ format: 'mcap' }, 'expected the manifest of a recording')
  await refused({ version: 2 }, 'a newer huacheng wrote it')
  await refused({ segments: [{ ...segment, file: '../../etc/passwd' }] }, 'expected the manifest')
  await refused(
    { segments: [{ ...segment, file: 'events-000002.jsonl.gz' }] },
    'events-000001.jsonl.gz',
  )
  await refused({ segments: [{ ...segment, events: 9 }] }, '9 as the manifest says')
})

test.each(CODECS)(
  'by its lines a member says the same as by its records, with %s',
  async (codec) => {
    const folder = newFolder()
    await (await written(folder, records(700), 100, codec)).close()
    const recording = await Recording.open(folder)
    for (const member of recording.members('events')) {
      const lines = await recording.lines(member)
      const expected = await recording.read(member)
      const numbers = Array.from({ length: lines.count }, (_, line) => line)
      expect(numbers.map((line) => asText(lines.record(line)))).toEqual(expected.map(asText))
      expect(
        numbers.map((line) => [
          lines.lanes[lines.lane(line)],
          lines.offset(line),
          lines.hasKey(line),
        ]),
      ).toEqual(
        expected.map(({ topic, partition, offset, key }) => {
          return [{ topic, partition }, Number(offset), key !== null]
        }),
      )
      const wrong = { ...member, entry: { ...member.entry, events: member.entry.events + 1 } }
      await expect(recording.lines(wrong)).rejects.toThrow('another number of records')
    }
    await recording.close()
  },
)

test('no line begins behind the end of a member, however many add at once', async () => {
  const folder = newFolder()
  const value = Buffer.alloc(30_000, 'a')
  const lanes = Object.keys(TOPICS).flatMap((name) => [0, 1, 2].map((p) => [name, p] as const))
  const writer = await writerOf(folder)
  const [record] = records(1)
  const all = Array.from({ length: 40 }, (_, i) => ({ ...record, offset: BigInt(i), value }))
  await Promise.all(lanes.map(([name, partition]) => writer.add(name, partition, all)))
  await writer.close()
  const segment = readFileSync(join(folder, 'events-000001.jsonl.gz'))
  const index = readFileSync(join(folder, 'events-000001.idx'), 'utf8').trim().split('\n')
  const lastLines = index.map((line) => {
    const { at, bytes } = JSON.parse(line)
    return gunzipSync(segment.subarray(at, at + bytes)).lastIndexOf('\n', -2)
  })
  expect(Math.max(...lastLines)).toBeGreaterThan(MEMBER_TEXT_BYTES / 2)
  expect(Math.max(...lastLines)).toBeLessThan(MEMBER_TEXT_BYTES)
  expect((await readBack(folder)).texts.length).toBe(lanes.length * all.length)
})

test('brings back values of 1 MB and of 16 MB, whatever they are', async () => {
  const folder = newFolder()
  const [record] = records(1)
  const values = [
    Buffer.from(`{"a":"${'花'.repeat(350_000)}"}`),
    Buffer.alloc(1_000_000, '"\n'),
    Buffer.alloc(1_000_000, Buffer.from([0xff, 0, 0x0a])),
    Buffer.alloc(16 * 1024 * 1024, 0xff),
  ]
  const all = values.map((value, i) => ({ ...record, offset: BigInt(i), value }))
  await (await written(folder, all, 10)).close()
  const { texts } = await readBack(folder)
  expect(texts.length).toBe(all.length)
  expect(texts.every((text, i) => text === asText(all[i]))).toBe(true)
})
