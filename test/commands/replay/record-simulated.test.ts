// `huacheng record --scenario`: a recording without Kafka, of the whole run or of as much as there was when it was stopped.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { record } from '../../../commands/replay/record.ts'
import { recordSimulated, worldToRecord } from '../../../commands/replay/record-simulated.ts'
import { checkpointPosition } from '../../../processor/task/checkpoint.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { isProved, verifyRecording } from '../../../replay/verify/verify.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-record-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const SMALL = { scenario: 'rainstorm', scale: '0.02', partitions: '2' }

async function provedTo(folder: string): Promise<number[]> {
  const recording = await Recording.open(folder)
  const verdict = await verifyRecording(recording)
  await recording.close()
  expect(isProved(verdict)).toBe(true)
  return verdict.lanes.flatMap(({ proved }) => proved.map(({ to }) => to))
}

it('is whole and proved to the end of the run', async () => {
  const out = join(scratch, 'whole')
  await record.run({ ...SMALL, for: 'PT5M', out, codec: 'zst' })
  const { scenario } = worldToRecord({ ...SMALL, for: 'PT5M' })
  const ends = await provedTo(out)
  expect(ends).toHaveLength(scenario.domains.length * scenario.partitions)
  expect(new Set(ends)).toEqual(new Set([scenario.start + scenario.durationMs]))
})

it('holds a checkpoint of every task at every window that closed, however many closed in one batch', async () => {
  const folder = join(scratch, 'checkpoints')
  const world = worldToRecord({ ...SMALL, for: 'PT30M' })
  await recordSimulated(world, { folder, codec: 'gz' })
  const recording = await Recording.open(folder)
  const { domains, partitions } = world.scenario
  const found = new Map<string, Set<number>>()
  for await (const records of recording.records('state')) {
    for (const { key, value } of records) {
      const position = checkpointPosition(value!)
      if (typeof position === 'string') throw new Error(position)
      const places = found.get(`${key}`) ?? new Set()
      found.set(`${key}`, places.add(position.nextOffset))
    }
  }
  await recording.close()
  expect(found.size).toBe(domains.length * partitions)
  // And where each of them stood when it was stopped.
  for (const [task, places] of found) expect(places.size, task).toBeGreaterThanOrEqual(30)
}, 60_000)

it('is closed and proved as far as the run had come when it was asked to stop', async () => {
  const folder = join(scratch, 'stopped')
  const world = worldToRecord({ ...SMALL, for: 'PT6H' })
  const stop = new AbortController()
  const manifest = await recordSimulated(world, {
    ...{ folder, codec: 'gz', signal: stop.signal },
    during: async () => {
      setTimeout(() => stop.abort(), 500)
    },
  })
  expect(manifest.closed).toBe(true)
  const end = world.scenario.start + world.scenario.durationMs
  for (const to of await provedTo(folder)) expect(to).toBeLessThan(end)
})

it('ends where the disk takes no more, says so, and what was written can be read', async () => {
  const out = join(scratch, 'full')
  const values = Object.entries({ ...SMALL, for: 'PT6H', out }).flatMap(([k, v]) => [`--${k}`, v])
  // A file of so many KiB is as full as a disk, and nobody has to mount one.
  const script = `ulimit -f 300; exec "$0" huacheng.js record ${values.join(' ')}`
  const cwd = join(import.meta.dirname, '..', '..', '..')
  const ended = spawnSync('bash', ['-c', script, process.execPath], { cwd, encoding: 'utf8' })
  expect(ended.signal).toBeNull()
  expect(ended.status).toBe(1)
  expect(ended.stderr).toMatch(/-000001\.jsonl\.gz: the file would be too large/)
  expect(readdirSync(out).filter((name) => name.endsWith('.new'))).toEqual([])
  const recording = await Recording.open(out)
  expect(recording.recovered!.events).toBeGreaterThan(100)
  const verdict = await verifyRecording(recording)
  await recording.close()
  expect(verdict.lanes.some(({ proved }) => proved.length > 0)).toBe(true)
}, 120_000)

it('says what only the one or the other kind of recording takes', async () => {
  const refused = (values: Record<string, string>) => record.run(values).catch((e: Error) => e)
  expect(await refused({ seed: '7' })).toMatchObject({
    message: expect.stringContaining('--seed: given without --scenario'),
  })
  expect(await refused({ ...SMALL, topics: 'a,b', brokers: '127.0.0.1:1' })).toMatchObject({
    message: expect.stringContaining('--topics, --brokers: given with --scenario'),
  })
})
