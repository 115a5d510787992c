// `huacheng record --scenario`: a recording without Kafka, of the whole run or of as much as there was when it was stopped.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { record } from '../../../commands/replay/record.ts'
import { recordSimulated, worldToRecord } from '../../../commands/replay/record-simulated.ts'
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

it('says what only the one or the other kind of recording takes', async () => {
  const refused = (values: Record<string, string>) => record.run(values).catch((e: Error) => e)
  expect(await refused({ seed: '7' })).toMatchObject({
    message: expect.stringContaining('--seed: given without --scenario'),
  })
  expect(await refused({ ...SMALL, topics: 'a,b', brokers: '127.0.0.1:1' })).toMatchObject({
    message: expect.stringContaining('--topics, --brokers: given with --scenario'),
  })
})
