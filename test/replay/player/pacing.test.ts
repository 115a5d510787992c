// A replay is the same at any speed: at that of the run, sixty times as fast and unpaced; test/bench/replay-pacing.ts measures it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openWorld } from '../../../commands/wiring/world.ts'
import { realClock } from '../../../infra/clock.ts'
import { createLogger } from '../../../infra/logger.ts'
import { UNPACED_SPEED } from '../../../producers/contract/run/run-commands.ts'
import { Lateness } from '../../../replay/player/lateness.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { fastClock, recordSmallRun } from '../small-recording.ts'
import { playedAt } from './paced.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-pacing-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const VALUES = { scale: '0.02', partitions: '2', for: 'PT5M' }
const STRETCH_MS = 20_000

test('plays the same finals, accounts and digest as fast as it was, sixty times as fast and unpaced', async () => {
  const folder = join(scratch, 'run')
  await recordSmallRun(folder, 'gz', VALUES, fastClock())
  const recording = await Recording.open(folder)
  const world = openWorld(VALUES, { truth: true })
  const { start, windowMs } = world.scenario
  const options = {
    ...{ clock: realClock, cityOf: () => world.city, catalogueOf: () => world.catalogue },
    logger: createLogger({ level: 'error' }),
  }
  // Accounts are said when a window ends: what is said in between depends on the wall clock.
  const until = start + 3 * windowMs
  const stretch = { at: until - STRETCH_MS, until }
  const played = []
  for (const speed of [1, 60, UNPACED_SPEED])
    played.push(await playedAt(recording, options, stretch, speed))
  await recording.close()
  const [real, fast, unpaced] = played
  expect(real.same.digest).toMatch(/^[0-9a-f]{64}$/)
  expect(real.same.records).toBeGreaterThan(100)
  expect(real.windows).toBeGreaterThan(10)
  expect(fast.same).toEqual(real.same)
  expect(unpaced.same).toEqual(real.same)
  // It takes its time: nothing is sent ahead of when it is due.
  expect(real.wallMs).toBeGreaterThanOrEqual(STRETCH_MS - 1_000)
  expect(real.late!.p50).toBeLessThanOrEqual(real.late!.p99)
  expect(real.late!.p99).toBeLessThanOrEqual(real.late!.max)
  expect(unpaced.late).toBeNull()
})

test('says how late a share of the records was, to a fourteenth', () => {
  const late = new Lateness()
  expect(late.quantile(0.99)).toBe(0)
  for (let ms = 1; ms <= 1_000; ms++) late.add(ms)
  for (const share of [0.1, 0.5, 0.99]) {
    expect(late.quantile(share)).toBeGreaterThanOrEqual(1_000 * share)
    expect(late.quantile(share)).toBeLessThanOrEqual(1_000 * share * 1.08)
  }
  expect(late.quantile(1)).toBe(1_000)
  late.add(0, 99_000)
  expect(late.quantile(0.5)).toBe(0)
})
