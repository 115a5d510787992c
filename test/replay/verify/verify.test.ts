// A recorded run is proved from its beginning to its end, by us and by Python; a byte that was altered is found by both.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RecordingManifest } from '../../../replay/recording/manifest.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { isProved, verifyRecording } from '../../../replay/verify/verify.ts'
import { alteredCopy } from '../altered-copy.ts'
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

/** One digit of an event, in a recording that is otherwise as it should be. */
const altered = (name: string) =>
  alteredCopy(folder, join(scratch, name), '"occupied":1', '"occupied":2')

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
  const path = await altered('one-digit')
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
  const path = await altered('file')
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest))
  const { problems } = await verdictOf(path)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain('events-000001.jsonl.gz: got SHA-256')
  expect(python(path).text).toContain('events-000001.jsonl.gz: got SHA-256')
})
