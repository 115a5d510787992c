// Moves of a replay: an event, a window, the next incident, a loop; each leads to the recorded city at that time.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openWorld } from '../../../commands/wiring/world.ts'
import { realClock } from '../../../infra/clock.ts'
import { isoTime } from '../../../infra/time.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { timelineOf } from '../../../replay/player/moves/moments.ts'
import { Replay } from '../../../replay/player/replay.ts'
import { eventTimeOf } from '../../../replay/recording/member-index.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { recordSmallRun, replayOptionsOf } from '../small-recording.ts'
import { differing, order, settledReadings } from './readings-of.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-moves-'))
const topics = topicNames()
const VALUES = { for: 'PT8M', scale: '0.02', partitions: '2' }
const world = openWorld(VALUES, { truth: true })
const START = world.scenario.start
const options = replayOptionsOf(world)
let recording: Recording
let replay: Replay

beforeAll(async () => {
  const folder = join(scratch, 'run')
  await recordSmallRun(folder, 'gz', VALUES, realClock, async (log) => {
    const started = await order(log, topics, 'incident.start', {
      kind: 'power-loss',
      place: { district: world.city.scopes[1].code },
      for: 'PT2M',
    })
    expect(started).toMatchObject({ ok: true })
  })
  recording = await Recording.open(folder)
  replay = await Replay.open(recording, options, { speed: 30, isPaused: true })
}, 60_000)
afterAll(async () => {
  await replay.close()
  await recording.close()
  rmSync(scratch, { recursive: true })
})
beforeEach(() => replay.seek({ time: START + 180_000, hold: true, loop: null }))

const ask = (name: string, args: object = {}) => order(replay.world.log, topics, name, args)
const playedTo = () => replay.world.player.playedTo

/** Distinct times of events from then on. */
async function eventTimes(from: number, count: number): Promise<number[]> {
  const times = new Set<number>()
  for await (const records of recording.records('events')) {
    for (const { key, value } of records) {
      const time = key === null ? null : eventTimeOf(value)
      if (time !== null && time >= from) times.add(time)
    }
  }
  return [...times].sort((a, b) => a - b).slice(0, count)
}

test('one event after the other, and it stands behind each', async () => {
  for (const time of await eventTimes(START + 180_000, 3)) {
    expect(await ask('replay.step', { by: 'event' })).toMatchObject({ ok: true })
    await vi.waitFor(() => expect(playedTo()).toBe(time + 1))
    expect(replay.world.player.clock.paused).toBe(true)
  }
  expect(await ask('replay.step', { by: 'event', back: true })).toMatchObject({
    ok: false,
    error: expect.stringContaining('an event back'),
  })
}, 30_000)

test('to the end of a window, on and back, with the readings of a replay that was sent there', async () => {
  const { world: first } = replay
  await ask('replay.step', { by: 'event' })
  await ask('replay.step', { by: 'window' })
  await vi.waitFor(() => expect(playedTo()).toBe(START + 240_000))
  const stepped = await settledReadings(replay.world.log, topics)
  expect(replay.world).toBe(first)
  await replay.seek({ time: START + 240_000, hold: true })
  const sought = await settledReadings(replay.world.log, topics)
  expect(differing(stepped.finals, sought.finals)).toEqual([])
  expect(differing(stepped.open, sought.open)).toEqual([])
  await ask('replay.step', { by: 'window', back: true })
  await vi.waitFor(() => expect(replay.world.time).toBe(START + 180_000))
  await ask('replay.step', { by: 'PT1M30S' })
  await vi.waitFor(() => expect(replay.world.time).toBe(START + 270_000))
  await ask('replay.step', { by: 'PT1H', back: true })
  await vi.waitFor(() => expect(replay.world.time).toBe(START))
  await replay.seek({ time: replay.span.to, hold: true })
  expect(await ask('replay.step', { by: 'window' })).toMatchObject({
    ok: false,
    error: expect.stringContaining('the end'),
  })
}, 60_000)

test('to the incident before, where it has just begun; further there is none', async () => {
  await ask('replay.next', { kind: 'incident', back: true })
  await vi.waitFor(() => expect(replay.world.time).toBeLessThan(START + 180_000))
  const { moments } = await timelineOf(replay.run, replay.span)
  const [incident] = moments.filter(({ kind }) => kind === 'incident')
  expect(incident).toMatchObject({ what: 'power-loss', to: incident.at + 120_000 })
  expect(replay.world.time - incident.at).toBeGreaterThanOrEqual(0)
  expect(replay.world.time - incident.at).toBeLessThan(10_000)
  const { latest } = (await replay.world.log.offsets(topics.incident))[0]
  expect(latest).toBe(1n)
  expect(await ask('replay.next', { kind: 'incident' })).toMatchObject({
    ok: false,
    error: expect.stringContaining('no incident after'),
  })
}, 30_000)

test('a part of it again and again, until that is taken back', async () => {
  const [from, to] = [START + 60_000, START + 120_000]
  const begun: number[] = []
  replay.onWorld(async ({ time }) => void begun.push(time))
  await ask('replay.loop', { from: isoTime(from), to: isoTime(to) })
  await vi.waitFor(() => expect(begun).toEqual([from]))
  expect(replay.loop).toEqual({ from, to })
  await ask('clock.speed', { speed: 'max' })
  await ask('clock.resume')
  await vi.waitFor(() => expect(begun.length).toBeGreaterThan(3), { timeout: 20_000 })
  expect(new Set(begun)).toEqual(new Set([from]))
  await replay.seek({ time: from, hold: true, loop: null })
  expect(replay.loop).toBeNull()
  expect(await ask('replay.loop', { from: isoTime(from), to: isoTime(from) })).toMatchObject({
    ok: false,
    error: expect.stringContaining('at least 20 s'),
  })
  replay.onWorld(async () => {})
}, 60_000)

test('the index says how many events there are when', async () => {
  const { counts, stepMs, from, to } = await timelineOf(replay.run, replay.span)
  expect([from, to, counts.length * stepMs]).toEqual([START, START + 480_000, 480_000])
  const all = recording.members('events').reduce((sum, { entry }) => sum + entry.events, 0)
  const counted = counts.reduce((a, b) => a + b)
  expect(Math.abs(counted - all) / all).toBeLessThan(0.05)
})
