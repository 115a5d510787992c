// Where the index says that ticks and checkpoints lie is where they are: with it and without it a replay finds the same.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PLACES_FILE } from '../../../replay/places/places-file.ts'
import { checkpointsBefore } from '../../../replay/player/checkpoints.ts'
import { EventFeed } from '../../../replay/player/event-feed.ts'
import { ReplayedRun } from '../../../replay/player/replayed-run.ts'
import { makeIndex } from '../../../replay/record/make-index.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-places-'))
const folder = join(scratch, 'run')
const index = join(folder, PLACES_FILE)
let written: Buffer

beforeAll(async () => {
  await recordSmallRun(folder, 'gz', { for: 'PT4M' })
  written = readFileSync(index)
}, 120_000)
afterAll(() => rmSync(scratch, { recursive: true }))

/** What a seek to some times finds, and why no index was used. */
async function found() {
  const recording = await Recording.open(folder)
  const run = await ReplayedRun.open(recording)
  const { positions, book } = run
  const span = await positions.span()
  const at: unknown[] = [span, await positions.first(), (await positions.start())?.offsets]
  for (let time = span.from; time <= span.to; time += 50_000) {
    const { time: tick, place } = await positions.behindTick(await positions.aligned(time))
    // Of those that were written long after the tick only the index knows without looking.
    const checkpoints = await checkpointsBefore(run, { ...place, wall: Number.POSITIVE_INFINITY })
    const offsets = place.offsets.map((offset, lane) => checkpoints.get(lane)?.next ?? offset)
    const member = await positions.memberBefore(offsets, place, tick)
    const feed = new EventFeed(positions, book.epoch, offsets, member)
    const tail: string[] = []
    for await (const rows of feed.before(place.offsets, tick)) {
      for (const { topic, partition, offset } of rows.flat())
        tail.push(`${topic}/${partition}/${offset}`)
    }
    const known = [...checkpoints].map(([lane, { next, record }]) => [lane, next, record.offset])
    at.push([tick, place.offsets, place.wall, known.sort(), tail.sort()])
  }
  // A tick that no lane has.
  at.push(await positions.tickAt(span.from + 5_000))
  await recording.close()
  return { at, without: typeof run.indexed === 'string' ? run.indexed : null }
}

test('with the index, without it, and with one made later, a seek finds the same', async () => {
  const used = await found()
  expect(used.without).toBeNull()
  rmSync(index)
  const without = await found()
  expect(without.without).toBe('there is none')
  expect(without.at).toEqual(used.at)
  const recording = await Recording.open(folder)
  await makeIndex(recording)
  await recording.close()
  expect(readFileSync(index).equals(written)).toBe(true)
}, 60_000)

test('one that is damaged or cut off is never used', async () => {
  const { at } = await found()
  for (const part of [0.1, 0.5, 0.9, 0.99]) {
    const bytes = Buffer.from(written)
    bytes[Math.floor(part * written.length)] ^= 1
    writeFileSync(index, bytes)
    const it = await found()
    expect(it.without, String(part)).toMatch(/damaged/)
    expect(it.at).toEqual(at)
  }
  writeFileSync(index, written.subarray(0, written.length - 1))
  expect((await found()).without).toBe('it has no end')
}, 60_000)
