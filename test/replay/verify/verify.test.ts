// A recorded run is proved from its beginning to its end, by us and by Python; a byte that was altered is found by both.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memberBytes, packMember } from '../../../replay/recording/codec.ts'
import type { RecordingManifest } from '../../../replay/recording/manifest.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { isProved, verifyRecording } from '../../../replay/verify/verify.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-verify-'))
const folder = join(scratch, 'run')
let manifest: RecordingManifest
beforeAll(async () => {
  ;({ manifest } = await recordSmallRun(folder, 'gz'))
})
afterAll(() => rmSync(scratch, { recursive: true }))

async function verdictOf(path: string) {
  const recording = await Recording.open(path)
  const verdict = await verifyRecording(recording)
  await recording.close()
  return verdict
}

function python(path: string): { code: number; text: string } {
  try {
    return {
      code: 0,
      text: execFileSync('python3', [join(path, 'verify.py')], { encoding: 'utf8' }),
    }
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string }
    return { code: status, text: stdout }
  }
}

/** Turns one byte of an event that `find` picks, in a recording that is otherwise as it should be: checksums, counts and manifest. */
async function altered(name: string, from: string, to: string): Promise<string> {
  const path = join(scratch, name)
  cpSync(folder, path, { recursive: true })
  const [note] = manifest.segments.filter(({ file }) => file.startsWith('events-'))
  const file = join(path, note.file)
  const bytes = readFileSync(file)
  const pieces: Buffer[] = []
  let isDone = false
  for (let at = 0; at < bytes.length; ) {
    const length = memberBytes('gz', bytes.subarray(at, at + 20)) as number
    const text = gunzipSync(bytes.subarray(at, at + length))
    const found = isDone ? -1 : text.indexOf(from)
    if (found >= 0) {
      text.write(to, found)
      isDone = true
    }
    pieces.push(...(await packMember('gz', text)))
    at += length
  }
  expect(isDone).toBe(true)
  const whole = Buffer.concat(pieces)
  writeFileSync(file, whole)
  rmSync(file.replace('.jsonl.gz', '.idx'))
  const sha256 = createHash('sha256').update(whole).digest('hex')
  const segments = manifest.segments.map((it) =>
    it === note ? { ...it, sha256, bytes: whole.length } : it,
  )
  writeFileSync(join(path, 'manifest.json'), JSON.stringify({ ...manifest, segments }))
  return path
}

test('proves every event of a run, from its beginning to its last tick', async () => {
  const { problems, lanes } = await verdictOf(folder)
  expect(problems).toEqual([])
  const domains = lanes.filter(({ proved }) => proved.length > 0)
  expect(domains.length).toBeGreaterThan(10)
  for (const { proved, broken, events } of domains) {
    expect(broken).toEqual([])
    expect(proved).toHaveLength(1)
    expect(proved[0].from).toBe(Number.NEGATIVE_INFINITY)
    expect(events).toBeGreaterThanOrEqual(0)
  }
  expect(new Set(domains.map(({ proved }) => proved[0].to)).size).toBe(1)
  const { code, text } = python(folder)
  expect(text).toContain(' 0 not, 0 other problems')
  expect(code).toBe(0)
})

test('finds one altered digit in an event, and Python finds the same interval', async () => {
  const path = await altered('one-digit', '"occupied":1', '"occupied":2')
  const verdict = await verdictOf(path)
  const broken = verdict.lanes.flatMap((lane) =>
    lane.broken.map((it) => ({ ...it, topic: lane.topic, partition: lane.partition })),
  )
  expect(isProved(verdict)).toBe(false)
  expect(verdict.problems).toEqual([])
  expect(broken).toHaveLength(1)
  const [{ topic, partition, to }] = broken
  const { code, text } = python(path)
  expect(code).toBe(99)
  expect(text).toContain(`${topic}/${partition}: not proved from`)
  expect(text).toContain(`to ${new Date(to).toISOString()}`)
})

test('finds a file that is not the one that was closed', async () => {
  const path = await altered('file', '"occupied":1', '"occupied":2')
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest))
  const { problems } = await verdictOf(path)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain('events-000001.jsonl.gz: got SHA-256')
  expect(python(path).text).toContain('events-000001.jsonl.gz: got SHA-256')
})
