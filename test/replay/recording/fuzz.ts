// Breaks a recording in one of the ways in which files come broken or are made so on purpose, and says what the reader made of it.
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32, gzipSync, zstdCompressSync } from 'node:zlib'
import { realClock } from '../../../infra/clock.ts'
import { Problem } from '../../../infra/problem.ts'
import { below, pick, type StreamWords, stream } from '../../../infra/random.ts'
import { type Codec, MAX_TEXT_BYTES, packMember } from '../../../replay/recording/codec.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { RecordingWriter } from '../../../replay/recording/recording-writer.ts'
import { isProved, verifyRecording } from '../../../replay/verify/verify.ts'
import { asText, hostileRecord } from './hostile-records.ts'

const MANIFEST = 'manifest.json'

export type Sound = { folder: string; codec: Codec; known: Set<string>; records: number }

/** A recording of `count` records in members of fifty; one that was never closed ends in an open segment. */
export async function soundRecording(
  folder: string,
  codec: Codec,
  count: number,
  isClosed: boolean,
): Promise<Sound> {
  const topic = { partitions: 3, track: 'events' as const }
  const writer = await RecordingWriter.create({
    ...{ folder, codec, clock: realClock, source: { kind: 'memory', prefix: 'city.' } },
    topics: { 'city.parking': topic, a: topic, 'x_y-z.1': topic },
    segmentBytes: 20_000,
  })
  const words = stream(7, 'fuzz', codec)
  const known = new Set<string>()
  for (let i = 0; i < count; i++) {
    const record = hostileRecord(words, BigInt(i))
    known.add(asText(record))
    await writer.add(record.topic, record.partition, [record])
    if (i % 50 === 49) await writer.flush()
  }
  await writer.flush()
  const copy = `${folder}-open`
  cpSync(folder, copy, { recursive: true })
  await writer.close()
  if (isClosed) rmSync(copy, { recursive: true })
  return { folder: isClosed ? folder : copy, codec, known, records: count }
}

/** What was done, in words. Only files of `folder` are changed, a copy of the sound one. */
type Breaking = (folder: string, words: StreamWords, sound: Sound) => string | Promise<string>

export const BREAKINGS: Record<string, Breaking> = {
  bit,
  cut,
  grown,
  headLength,
  indexed,
  manifest,
  bomb,
  notAFile,
  lines,
}

export type Result = 'as it was' | 'part of it' | 'refused'

/** Throws where the reader crashes, or brings back what was never recorded, or verify calls what is not whole proved. */
export async function brokenOnce(
  way: string,
  words: StreamWords,
  sound: Sound,
  folder: string,
): Promise<{ done: string; result: Result }> {
  const done = await breakCopy(way, words, sound, folder)
  let seen = 0
  try {
    const recording = await Recording.open(folder)
    try {
      for await (const records of recording.records('events')) {
        for (const record of records) {
          if (!sound.known.has(asText(record)))
            throw new Error(`${done}: a record that was never there: ${asText(record)}`)
          seen++
        }
      }
      const isWhole = seen === sound.records
      if (recording.manifest.closed && !isWhole && isProved(await verifyRecording(recording)))
        throw new Error(`${done}: ${seen} records of ${sound.records} are proved`)
      return { done, result: isWhole ? 'as it was' : 'part of it' }
    } finally {
      await recording.close()
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw new Error(`${done}: ${(error as Error).stack}`)
    if (!error.message.includes(folder))
      throw new Error(`${done}: names no place: ${error.message}`)
    return { done, result: 'refused' }
  }
}

/** `folder` becomes a copy of the sound recording that is broken in this way; returns what was done. */
export async function breakCopy(
  way: string,
  words: StreamWords,
  sound: Sound,
  folder: string,
): Promise<string> {
  rmSync(folder, { recursive: true, force: true })
  cpSync(sound.folder, folder, { recursive: true })
  return BREAKINGS[way](folder, words, sound)
}

const filesOf = (folder: string, of = /./) => readdirSync(folder).filter((name) => of.test(name))
const SEGMENT = /^events-.*\.jsonl\./

function change(folder: string, name: string, by: (bytes: Buffer) => Buffer): void {
  writeFileSync(join(folder, name), by(readFileSync(join(folder, name))))
}

function bit(folder: string, words: StreamWords): string {
  const name = pick(words, 0, filesOf(folder))
  const flips = below(words, 0, 3) + 1
  change(folder, name, (bytes) => {
    for (let i = 0; i < flips && bytes.length > 0; i++)
      bytes[below(words, 0, bytes.length)] ^= 1 << below(words, 0, 8)
    return bytes
  })
  return `${flips} bits of ${name} turned`
}

function cut(folder: string, words: StreamWords): string {
  const name = pick(words, 0, filesOf(folder))
  let left = 0
  change(folder, name, (bytes) => {
    left = below(words, 0, bytes.length + 1)
    return bytes.subarray(0, left)
  })
  return `${name} cut to ${left} bytes`
}

function grown(folder: string, words: StreamWords): string {
  const name = pick(words, 0, filesOf(folder))
  change(folder, name, (bytes) => {
    const at = below(words, 0, bytes.length + 1)
    const from = below(words, 0, bytes.length + 1)
    return Buffer.concat([
      bytes.subarray(0, at),
      bytes.subarray(from, from + 300),
      bytes.subarray(at),
    ])
  })
  return `${name} with a piece of itself put in`
}

/** A member's head that claims another length. */
function headLength(folder: string, words: StreamWords): string {
  const name = pick(words, 0, filesOf(folder, SEGMENT))
  const claimed = pick(words, 0, [
    0,
    1,
    19,
    20,
    21,
    1_000,
    2 ** 24,
    MAX_TEXT_BYTES,
    2 ** 31,
    2 ** 32 - 1,
  ])
  change(folder, name, (bytes) => {
    if (bytes.length >= 20) bytes.writeUInt32LE(claimed, 16)
    return bytes
  })
  if (below(words, 0, 2) === 0)
    for (const index of filesOf(folder, /idx$/)) rmSync(join(folder, index))
  return `${name} whose first member claims ${claimed} bytes`
}

/** An index whose checksums are right and whose entries lie. */
function indexed(folder: string, words: StreamWords): string {
  const name = pick(words, 0, filesOf(folder, /idx$/))
  const field = pick(words, 0, ['at', 'bytes', 'events', 'minTs', 'maxTs', 'minTime'])
  const value = pick(words, 0, [-1, 0, 1, 1e9, 2 ** 53, -1e15, 'x', null, [], 1.5])
  const which = below(words, 0, 3)
  change(folder, name, (bytes) => {
    const lines = bytes.toString().trimEnd().split('\n')
    const made = lines.map((line, i) => {
      if (i !== which % lines.length || line === '') return line
      const { crc, ...entry } = JSON.parse(line)
      const text = JSON.stringify({ ...entry, [field]: value }).slice(0, -1)
      return `${text},"crc":"${crc32(text).toString(16).padStart(8, '0')}"}`
    })
    return Buffer.from(`${made.join('\n')}\n`)
  })
  return `${name} with ${field} = ${JSON.stringify(value)}`
}

const CHANGES: [string, (manifest: Record<string, never>, words: StreamWords) => unknown][] = [
  [
    'a path as a segment',
    (it) => ({ ...it, segments: [{ ...(it.segments[0] as object), file: '../../../etc/passwd' }] }),
  ],
  [
    'a path with a name like a segment',
    (it) => ({
      ...it,
      segments: [{ ...(it.segments[0] as object), file: '../events-000001.jsonl.gz' }],
    }),
  ],
  [
    'a zero byte in a name',
    (it) => ({
      ...it,
      segments: [{ ...(it.segments[0] as object), file: 'events-000001.jsonl.gz\u0000' }],
    }),
  ],
  [
    'a segment twice',
    (it) => ({ ...it, segments: [...(it.segments as unknown[]), (it.segments as unknown[])[0]] }),
  ],
  ['no segments', (it) => ({ ...it, segments: [] })],
  ['the other codec', (it) => ({ ...it, codec: it.codec === 'gz' ? 'zst' : 'gz' })],
  ['not closed', (it) => ({ ...it, closed: false })],
  ['closed', (it) => ({ ...it, closed: true })],
  ['other lanes', (it) => ({ ...it, lanes: [] })],
  [
    'its prototype',
    (it) => JSON.parse(JSON.stringify(it).replace('"topics":{', '"topics":{"__proto__":1,')),
  ],
  ['a list', () => []],
  ['nothing', () => null],
  ['a number', (_, words) => below(words, 0, 10)],
]

function manifest(folder: string, words: StreamWords): string {
  const [what, made] = pick(words, 0, CHANGES)
  change(folder, MANIFEST, (bytes) =>
    Buffer.from(JSON.stringify(made(JSON.parse(bytes.toString()), words))),
  )
  return `a manifest with ${what}`
}

/** A member that unpacks to far more than its bytes, and more than may be. */
function bomb(folder: string, words: StreamWords, { codec }: Sound): string {
  const name = pick(words, 0, filesOf(folder, SEGMENT))
  const bytes = pick(words, 0, [MAX_TEXT_BYTES, MAX_TEXT_BYTES + 1, 8 * MAX_TEXT_BYTES])
  const text = Buffer.alloc(bytes, pick(words, 0, ['\n', ' ', '[', '{"ts":0}\n']))
  const packed = codec === 'gz' ? gzipSync(text, { level: 9 }) : zstdCompressSync(text)
  change(folder, name, (sound) => {
    const head = Buffer.from(sound.subarray(0, 20))
    // A gzip stream's own header is ten bytes; the member's head stands in its place.
    const body = codec === 'gz' ? packed.subarray(10) : packed
    head.writeUInt32LE(20 + body.length, 16)
    return Buffer.concat([head, body, sound])
  })
  for (const index of filesOf(folder, /idx$/)) rmSync(join(folder, index))
  return `${name} beginning with a bomb of ${bytes} bytes`
}

function notAFile(folder: string, words: StreamWords): string {
  const name = pick(words, 0, filesOf(folder))
  rmSync(join(folder, name))
  const what = pick(words, 0, [
    'a folder',
    'nothing',
    '/dev/zero',
    '/dev/tty',
    '/proc/self/mem',
    '/etc/passwd',
    '.',
  ])
  if (what === 'a folder') mkdirSync(join(folder, name))
  else if (what !== 'nothing') symlinkSync(what, join(folder, name))
  return `${name} that is ${what}`
}

const LINES = [
  '{}',
  '{"ts":0,"tt":0,"topic":"a","partition":0,"offset":0,"key":{"b64":"!"},"headers":[],"enc":"json","n":2,"value":{}}',
  '{"ts":0,"tt":0,"topic":"a","partition":0,"offset":0,"key":null,"headers":[],"enc":"b64","n":5,"value":"a=b"}',
  '{"ts":0,"tt":0,"topic":"a","partition":0,"offset":0,"key":null,"headers":[],"enc":"json","n":9999999999,"value":{}}',
  '{"ts":0,"tt":0,"topic":"a","partition":0,"offset":0,"key":null,"headers":[[]],"enc":"json","n":2,"value":{}}',
  '{"ts":0,"tt":0,"topic":"a","partition":0,"offset":0,"key":null,"headers":{},"enc":"null","n":4,"value":null}',
  `{"ts":0,"tt":0,"topic":"a","partition":0,"offset":0,"key":${'['.repeat(10_000)},"headers":[],"enc":"null","n":4,"value":null}`,
]

/** A whole member, checksum and all, whose lines no writer writes. */
async function lines(folder: string, words: StreamWords, { codec }: Sound): Promise<string> {
  const name = pick(words, 0, filesOf(folder, SEGMENT))
  const line = pick(words, 0, LINES)
  const member = Buffer.concat(
    await packMember(codec, Buffer.from(`${line}${pick(words, 0, ['\n', '', '\n\n'])}`)),
  )
  change(folder, name, (bytes) => Buffer.concat([member, bytes]))
  for (const index of filesOf(folder, /idx$/)) rmSync(join(folder, index))
  return `${name} beginning with ${line.slice(0, 140)}`
}
