// A replay is the run: after any seek, and up to the end, every reading and every account is that of the recording, byte by byte.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOf } from '../../../commands/digest.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import { realClock } from '../../../infra/clock.ts'
import { createLogger } from '../../../infra/logger.ts'
import { stream, uniform } from '../../../infra/random.ts'
import { isoTime } from '../../../infra/time.ts'
import type { LedgerReading } from '../../../processor/contract/types.ts'
import { UNPACED_SPEED } from '../../../producers/contract/run/run-commands.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { checkpointsBefore } from '../../../replay/player/checkpoints.ts'
import { Replay, type ReplayStart } from '../../../replay/player/replay.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { fastClock, recordSmallRun } from '../small-recording.ts'
import {
  differing,
  order,
  playedThrough,
  type Readings,
  recordedCommands,
  recordedFinals,
  settledReadings,
} from './readings-of.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-replay-'))
const folder = join(scratch, 'run')
const topics = topicNames()
const MINUTES = 65
const VALUES = { scenario: 'rainstorm', for: `PT${MINUTES}M`, scale: '0.02', partitions: '2' }
const world = openWorld(VALUES, { truth: true })
const logger = createLogger({ level: 'error' })
const options = {
  clock: realClock,
  cityOf: () => world.city,
  catalogueOf: () => world.catalogue,
  logger,
}
let recording: Recording

beforeAll(async () => {
  await recordSmallRun(folder, 'gz', VALUES, fastClock(), async (log) => {
    const started = await order(log, topics, 'incident.start', {
      kind: 'power-loss',
      place: { district: world.city.scopes[1].code },
      for: 'PT20M',
    })
    expect(started).toMatchObject({ ok: true })
  })
  recording = await Recording.open(folder)
}, 120_000)
afterAll(async () => {
  await recording.close()
  rmSync(scratch, { recursive: true })
})

const open = (start: ReplayStart) => Replay.open(recording, options, start)
const last = world.scenario.start + MINUTES * 60_000
/** Ticks at random. */
function times(count: number): number[] {
  const chance = stream(7, 'times', 'seek')
  return Array.from({ length: count }, () => {
    const minutes = 1 + uniform(chance, 0) * (MINUTES - 2)
    return world.scenario.start + Math.floor(minutes * 6) * 10_000
  }).sort((a, b) => a - b)
}

test('after a seek to any time every reading is that of a replay from the beginning, and so are all that follow', async () => {
  const finals = await recordedFinals(recording)
  expect(Object.keys(finals).length).toBeGreaterThan(1_000)
  const whole = await open({ speed: UNPACED_SPEED, isPaused: true })
  const pauses: Readings[] = []
  for (const time of times(3)) {
    await order(whole.world.log, topics, 'clock.pause', { at: isoTime(time) })
    await order(whole.world.log, topics, 'clock.resume')
    while (!whole.world.player.clock.paused) await new Promise((go) => setTimeout(go, 20))
    expect(whole.world.player.playedTo).toBe(time)
    pauses.push(await settledReadings(whole.world.log, topics))
  }
  await order(whole.world.log, topics, 'clock.resume')
  const end = await playedThrough(whole)
  expect(differing(end.finals, finals)).toEqual([])

  const sought = await open({ speed: UNPACED_SPEED, at: last, isPaused: true })
  for (const [i, time] of [...times(3).entries()].reverse()) {
    expect(await checkpointsAt(sought, time)).toBe(sought.run.positions.lanes.length)
    await sought.seek({ time, hold: true })
    const here = await settledReadings(sought.world.log, topics)
    expect(differing(here.finals, pauses[i].finals), isoTime(time)).toEqual([])
    expect(differing(here.open, pauses[i].open), isoTime(time)).toEqual([])
  }
  for (const time of times(3)) {
    await sought.seek({ time, hold: true })
    await order(sought.world.log, topics, 'clock.resume')
    const after = await playedThrough(sought)
    expect(differing(after.finals, finals)).toEqual([])
    expect(ledgersOf(after)).toEqual(ledgersOf(end))
  }
  await sought.close()
  await whole.close()
}, 240_000)

/** Tasks that need not begin with the run. */
async function checkpointsAt({ run }: Replay, time: number): Promise<number> {
  const { place } = await run.positions.behindTick(time)
  return (await checkpointsBefore(run, place)).size
}

const ledgersOf = ({ open }: Readings) =>
  Object.entries(open).filter(([key]) => key.includes('|ledger|'))

test('any speed gives the same finals, accounts and digest, which is that of the scenario', async () => {
  const finals = await recordedFinals(recording)
  const { digest } = digestOf({ ...world, commands: await recordedCommands(recording) }, 1)
  const ends: Readings[] = []
  for (const start of [
    { speed: UNPACED_SPEED },
    { speed: 1_200 },
    { speed: 60, at: last - 150_000 },
  ]) {
    const replay = await open(start)
    const end = await playedThrough(replay)
    const { played } = replay.world.player
    expect(played.digest()).toBe(digest)
    expect(differing(end.finals, finals)).toEqual([])
    ends.push(end)
    await replay.close()
  }
  for (const end of ends) {
    expect(ledgersOf(end)).toEqual(ledgersOf(ends[0]))
    for (const [, text] of ledgersOf(end)) {
      const { produced, folded, unexplained } = JSON.parse(text) as LedgerReading
      expect({ folded, unexplained }).toEqual({ folded: produced, unexplained: 0 })
    }
  }
}, 120_000)

test('the command plays it through and says what it came to', async () => {
  const args = ['huacheng.js', 'replay', folder, '--no-console', '--speed', 'max', '--json']
  const cwd = join(import.meta.dirname, '..', '..', '..')
  const summary = JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }))
  const { digest, events } = digestOf({ ...world, commands: await recordedCommands(recording) }, 1)
  const finals = Object.keys(await recordedFinals(recording))
  const days = finals.filter((key) => key.includes('|day|')).length
  expect(summary).toMatchObject({
    to: isoTime(last),
    digest,
    finals: { window: finals.length - days, day: days },
    account: { produced: events, folded: events, unexplained: 0 },
    unproved: [],
  })
}, 60_000)

test('the city takes no commands, and a time that was not recorded is refused', async () => {
  const replay = await open({ speed: 1, at: last - 600_000 })
  const { log } = replay.world
  expect(await order(log, topics, 'incident.stop', { id: 'a' })).toMatchObject({
    ok: false,
    error: expect.stringContaining('this is a replay'),
  })
  expect(await order(log, topics, 'clock.jump', { to: isoTime(last + 1_000) })).toMatchObject({
    ok: false,
    error: expect.stringContaining(`to ${isoTime(last)}, which the recording holds`),
  })
  const shown = Promise.withResolvers<number>()
  replay.onWorld(async ({ time }) => shown.resolve(time))
  const to = last - 1_200_000
  expect(await order(log, topics, 'clock.jump', { to: isoTime(to + 4_000) })).toMatchObject({
    ok: true,
  })
  expect(await shown.promise).toBe(to)
  expect(replay.world.player.clock.paused).toBe(false)
  await replay.close()
}, 60_000)
