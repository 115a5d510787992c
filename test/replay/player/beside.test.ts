// Two recordings by one clock: both are at the same time of the city, whatever is asked for, and the slower holds the other back.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { differencesIn } from '../../../commands/replay/page/differences.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import { realClock } from '../../../infra/clock.ts'
import { isoTime } from '../../../infra/time.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { cutRecording } from '../../../replay/cut/cut.ts'
import { compareRecordings } from '../../../replay/diff/diff.ts'
import { Replay } from '../../../replay/player/replay.ts'
import { ReplayedRun } from '../../../replay/player/replayed-run.ts'
import { SharedClock } from '../../../replay/player/shared-clock.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { recordSmallRun, replayOptionsOf } from '../small-recording.ts'
import { differing, order, recordedFinals, settledReadings } from './readings-of.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-beside-'))
const topics = topicNames()
const VALUES = { for: 'PT8M', scale: '0.02', partitions: '2' }
const world = openWorld(VALUES, { truth: true })
const START = world.scenario.start
const options = replayOptionsOf(world)
let calm: Recording
let struck: Recording
let replay: Replay

beforeAll(async () => {
  await recordSmallRun(join(scratch, 'calm'), 'gz', VALUES)
  await recordSmallRun(join(scratch, 'struck'), 'gz', VALUES, realClock, async (log) => {
    await order(log, topics, 'clock.pause')
    const place = { district: world.city.scopes[1].code }
    await order(log, topics, 'incident.start', { kind: 'power-loss', place, for: 'PT3M' })
    await order(log, topics, 'clock.resume')
  })
  calm = await Recording.open(join(scratch, 'calm'))
  struck = await Recording.open(join(scratch, 'struck'))
  replay = await Replay.open(struck, options, { speed: 30, isPaused: true, beside: calm })
}, 120_000)
afterAll(async () => {
  await replay?.close()
  await Promise.all([calm, struck].map((recording) => recording?.close()))
  rmSync(scratch, { recursive: true })
})

const both = () => [replay.world, replay.besideWorld!]
const ask = (name: string, args: object = {}) => order(replay.world.log, topics, name, args)
const playedTo = () => both().map(({ player }) => player.playedTo)

test('a seek, a step, a pause and a speed act on both', async () => {
  await replay.seek({ time: START + 180_000, hold: true })
  expect(both().map(({ time }) => time)).toEqual([START + 180_000, START + 180_000])
  expect(await ask('replay.step', { by: 'window' })).toMatchObject({ ok: true })
  await vi.waitFor(() => expect(playedTo()).toEqual([START + 240_000, START + 240_000]))
  expect(await ask('replay.step', { by: 'event' })).toMatchObject({ ok: true })
  await vi.waitFor(() => {
    const [a, b] = playedTo()
    expect(a).toBeGreaterThan(START + 240_000)
    expect(b).toBe(a)
  })
  await ask('clock.speed', { speed: 60 })
  await ask('clock.resume')
  await vi.waitFor(() => expect(playedTo()[1]).toBeGreaterThan(START + 300_000), {
    timeout: 20_000,
  })
  await ask('clock.pause')
  await vi.waitFor(() => expect(new Set(playedTo()).size).toBe(1))
  expect(both().map(({ player }) => player.clock.asked)).toEqual([60, 60])
}, 60_000)

test('at the same time each has the readings of its own recording', async () => {
  const time = START + 360_000
  await replay.seek({ time, hold: true })
  for (const [i, recording] of [struck, calm].entries()) {
    const { finals } = await settledReadings(both()[i].log, topics)
    const recorded = await recordedFinals(recording)
    // A day's reading of a later window stands under the same key.
    const windows = Object.keys(finals).filter((key) => !key.includes('|day|'))
    expect(windows.length).toBeGreaterThan(100)
    expect(differing(pick(finals, windows), pick(recorded, windows))).toEqual([])
  }
}, 60_000)

const pick = (all: Record<string, string>, keys: string[]) =>
  Object.fromEntries(keys.map((key) => [key, all[key]]))

test('the comparison names the first event that differs, and the windows whose cells do', async () => {
  const found = differencesIn(await compareRecordings(struck, calm), replay.span, 0)
  expect(found.first!.at).toBeGreaterThan(START)
  expect(found.first!.at - found.first!.time!).toBeLessThanOrEqual(10_000)
  expect(found.differingCells).toBeGreaterThan(0)
  const ends = found.windows.map(({ end }) => end)
  expect(ends).toEqual([...ends].sort((a, b) => a - b))
  expect(ends.every((end) => end > found.first!.time! && end <= replay.span.to)).toBe(true)
})

test('the slower holds the other back', async () => {
  const at = { played: [0, 0] }
  const clock = new SharedClock({
    ...{ players: 2, time: 0, start: 0, end: 3_600_000, speed: 10, isPaused: false },
    ...{ tickMs: 10_000, scale: 1, now: 0 },
  })
  const join = (i: number) =>
    clock.join({
      playedTo: () => at.played[i],
      allowedTo: () => at.played[i],
      nextEvent: async () => null,
    })
  join(0)
  expect(clock.move(1_000)).toBe(false)
  expect(clock.run.h).toBe(0)
  join(1)
  for (let now = 0; now <= 10_000; now += 100) {
    clock.move(now)
    at.played[0] = clock.run.h
  }
  // Two seconds of wall time at this speed, and no further, for as long as the other stands.
  expect(clock.run.h).toBe(20_000)
  at.played[1] = 20_000
  clock.move(10_100)
  expect(clock.run.h).toBeGreaterThan(20_000)
  expect(clock.run.h).toBeLessThanOrEqual(40_000)
})

test('the clock covers what both hold; without a time in common they are refused', async () => {
  const cut = async (name: string, from: number, to: number) => {
    const run = await ReplayedRun.open(calm)
    await cutRecording(run, { out: join(scratch, name), from, to, clock: realClock })
    return Recording.open(join(scratch, name))
  }
  const early = await cut('early', START, START + 180_000)
  const late = await cut('late', START + 240_000, START + 420_000)
  const middle = await cut('middle', START + 120_000, START + 300_000)
  const open = (a: Recording, b: Recording) =>
    Replay.open(a, options, { speed: 1, isPaused: true, beside: b })
  await expect(open(early, late)).rejects.toThrow(
    `one of ${isoTime(START)} to ${isoTime(START + 180_000)} and one of`,
  )
  const overlap = await open(middle, late)
  expect(overlap.span).toEqual({ from: START + 240_000, to: START + 300_000 })
  expect(overlap.besideWorld!.time).toBe(START + 240_000)
  await overlap.close()
  await Promise.all([early, late, middle].map((recording) => recording.close()))
}, 60_000)
