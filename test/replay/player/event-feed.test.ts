// What is read ahead of time is what would have been read in time: the same records, whenever somebody asks for them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Clock, realClock } from '../../../infra/clock.ts'
import { EventFeed } from '../../../replay/player/event-feed.ts'
import { ReplayedRun } from '../../../replay/player/replayed-run.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-feed-'))
const folder = join(scratch, 'run')
const STEP_MS = 20_000
beforeAll(async () => {
  await recordSmallRun(folder, 'gz', { for: 'PT4M' })
}, 120_000)
afterAll(() => rmSync(scratch, { recursive: true }))

/** Stretches end wherever they can. */
const hastyClock = (): Clock & { turns: number } => {
  let now = 0
  return {
    ...{ turns: 0, schedule: realClock.schedule, now: () => now++ },
    turn() {
      this.turns++
      return realClock.turn()
    },
  }
}

/** What is due step by step up to the end. */
async function fed(each: (feed: EventFeed, time: number) => void = () => {}): Promise<string[]> {
  const recording = await Recording.open(folder)
  const { positions, book } = await ReplayedRun.open(recording)
  const { from, to } = await positions.span()
  const { offsets, member } = (await positions.start())!
  const feed = new EventFeed(positions, book.epoch, offsets, member)
  const seen: string[] = []
  for (let time = from; time <= to; time += STEP_MS) {
    each(feed, time)
    const due = await feed.inOrder(time)
    seen.push(...due.map((it) => `${it.time} ${it.lane} ${it.record.offset}`))
  }
  await recording.close()
  return seen
}

test('gives the same to whoever asks before, while and after it reads ahead', async () => {
  const expected = await fed()
  expect(expected.length).toBeGreaterThan(500)
  const clock = hastyClock()
  const ahead: Promise<void>[] = []
  for (const lead of [1, STEP_MS, 10 * STEP_MS]) {
    const got = await fed((feed, time) => ahead.push(feed.readAhead(time + lead, clock)))
    expect(got).toEqual(expected)
  }
  await Promise.all(ahead)
  expect(clock.turns).toBeGreaterThan(20)
})

test('what cannot be read ahead is heard of by whoever asks for it', async () => {
  const recording = await Recording.open(folder)
  const { positions, book } = await ReplayedRun.open(recording)
  const { to } = await positions.span()
  const { offsets, member } = (await positions.start())!
  const broken = Object.create(positions, {
    read: { value: () => Promise.reject(new Error('a torn page')) },
  })
  const feed = new EventFeed(broken, book.epoch, offsets, member)
  await expect(feed.readAhead(to, realClock)).rejects.toThrow('a torn page')
  await expect(feed.until(to)).rejects.toThrow('a torn page')
  await recording.close()
})
