// The index of a recording is a copy of what stands there: with it, without it and with a damaged one a seek is the same.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld } from '../../../commands/wiring/world.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { ControlBook } from '../../../replay/control/control-book.ts'
import { CONTROL_KINDS } from '../../../replay/control/control-reader.ts'
import { INDEX_FILE } from '../../../replay/control/index-file.ts'
import { Replay } from '../../../replay/player/replay.ts'
import { makeIndex } from '../../../replay/record/make-index.ts'
import { TRACKS } from '../../../replay/recording/manifest.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { recordSmallRun, replayOptionsOf } from '../small-recording.ts'
import { settledReadings } from './readings-of.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-index-'))
const folder = join(scratch, 'run')
const index = join(folder, INDEX_FILE)
const VALUES = { for: 'PT8M', scale: '0.02', partitions: '2' }
const world = openWorld(VALUES, { truth: true })
const options = replayOptionsOf(world)
const ALWAYS = Number.NEGATIVE_INFINITY
let written: Buffer

beforeAll(async () => {
  await recordSmallRun(folder, 'gz', VALUES)
  written = readFileSync(index)
}, 120_000)
afterAll(() => rmSync(scratch, { recursive: true }))

/** Of each kind, when each of its records is due and its bytes; and why no index was used. */
async function bookOf(path: string) {
  const recording = await Recording.open(path)
  const book = await ControlBook.open(recording)
  const kinds: Record<string, unknown[]> = {}
  for (const kind of CONTROL_KINDS) {
    const timed = await book.between(kind, ALWAYS, -ALWAYS)
    kinds[kind] = timed.map(({ time, record: { key, value, offset, timestamp } }) => {
      return [time, String(offset), timestamp, String(key), String(value)]
    })
  }
  const days = await book.newestOfKeys('day', world.scenario.start + 240_000)
  kinds.newest = days.map(({ record }) => String(record.value)).sort()
  await recording.close()
  return { without: book.without, kinds }
}

test('with the index, without it, and with one made later, a book says the same', async () => {
  const used = await bookOf(folder)
  expect(used.without).toBeNull()
  expect(used.kinds.window.length).toBeGreaterThan(100)
  rmSync(index)
  const without = await bookOf(folder)
  expect(without.without).toBe('there is none')
  expect(without.kinds).toEqual(used.kinds)
  const recording = await Recording.open(folder)
  const steps: number[] = []
  await makeIndex(recording, ({ read }) => steps.push(read))
  const all = TRACKS.reduce((sum, track) => sum + recording.members(track).length, 0)
  expect(steps.at(-1)).toBe(all)
  await recording.close()
  const again = await bookOf(folder)
  expect(again.without).toBeNull()
  expect(again.kinds).toEqual(used.kinds)
})

test('one that is damaged, cut off or of another recording is never used', async () => {
  const { kinds } = await bookOf(folder)
  const flipped = (at: number) => {
    const bytes = Buffer.from(written)
    bytes[at] ^= 1
    writeFileSync(index, bytes)
  }
  for (const part of [0.1, 0.5, 0.9, 0.99, 0.9999]) {
    flipped(Math.floor(part * written.length))
    const book = await bookOf(folder)
    expect(book.without, String(part)).toMatch(/damaged/)
    expect(book.kinds).toEqual(kinds)
  }
  flipped(written.length - 1)
  expect((await bookOf(folder)).without).toBe('it has no end')
  for (const bytes of [0, 5, 12, written.length - 1, Math.floor(written.length / 2)]) {
    writeFileSync(index, written)
    truncateSync(index, bytes)
    const book = await bookOf(folder)
    expect(book.without, String(bytes)).toMatch(/no end|damaged/)
  }
  const other = join(scratch, 'other')
  await recordSmallRun(other, 'gz', { ...VALUES, for: 'PT2M' })
  cpSync(join(other, INDEX_FILE), index)
  const book = await bookOf(folder)
  expect(book.without).toBe('it is of another recording')
  expect(book.kinds).toEqual(kinds)
}, 120_000)

test('readings after a seek are the same with the index, without it and with a damaged one', async () => {
  const topics = topicNames()
  const found: unknown[] = []
  for (const state of ['whole', 'none', 'damaged']) {
    if (state === 'none') rmSync(index, { force: true })
    else writeFileSync(index, state === 'whole' ? written : written.subarray(0, 9_000))
    const recording = await Recording.open(folder)
    const at = world.scenario.start + 330_000
    const replay = await Replay.open(recording, options, { speed: 1, at, isPaused: true })
    expect(replay.run.book.without === null).toBe(state === 'whole')
    found.push(await settledReadings(replay.world.log, topics))
    await replay.close()
    await recording.close()
  }
  expect(found[1]).toEqual(found[0])
  expect(found[2]).toEqual(found[0])
}, 120_000)

test('the measurement holds what it seeks against a replay without seeks', () => {
  const cwd = join(import.meta.dirname, '..', '..', '..')
  const args = [
    '--folder',
    folder,
    '--scale',
    '0.02',
    '--partitions',
    '2',
    '--seeks',
    '4',
    '--equal',
    '2',
  ]
  const printed = execFileSync(process.execPath, ['test/bench/replay-seeks.ts', ...args], {
    ...{ cwd, encoding: 'utf8' },
  })
  expect(printed).toMatch(/^seeks {10}p50 \d+ ms, max \d+ ms of 4$/m)
  expect(printed).toContain('equal          2 of 2 to a replay without seeks')
}, 120_000)

test('the command makes it where it does not fit, and leaves one that does', () => {
  writeFileSync(index, written.subarray(0, 9_000))
  const cwd = join(import.meta.dirname, '..', '..', '..')
  const run = (...more: string[]) =>
    JSON.parse(
      execFileSync(process.execPath, ['huacheng.js', 'index', folder, '--json', ...more], {
        ...{ cwd, encoding: 'utf8' },
      }),
    ) as { made: boolean; why: string | null; bytes: number }
  expect(run()).toMatchObject({ made: true, why: 'it has no end' })
  expect(readFileSync(index).equals(written)).toBe(true)
  expect(run()).toMatchObject({ made: false, why: null })
  expect(run('--again')).toMatchObject({ made: true })
}, 60_000)
