// What is exported of a recording, read by other people's readers: MCAP with Python's.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readValues } from '../../commands/options/options.ts'
import { exportCommand } from '../../commands/replay/export.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { exec, findPython } from './python.ts'
import { sayNotRun } from './tools.ts'

const SAMPLE = join(import.meta.dirname, '../../docs/samples/rainstorm')

const python = await findPython()
const noPython = typeof python === 'string' ? python : null
sayNotRun('Python’s mcap on an exported recording', noPython)

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-interop-recording-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe.skipIf(noPython !== null)('an exported recording', () => {
  const { python: interpreter } = python as { python: string }

  it('opens with Python’s mcap: as many messages of each topic-partition as records, in their bytes', async () => {
    const out = join(scratch, 'mcap')
    await exportCommand.run(readValues(exportCommand, [SAMPLE, '--format', 'mcap', '--out', out]))
    const counts = new Map<string, number>()
    const hashes = new Map<string, ReturnType<typeof createHash>>()
    const recording = await Recording.open(SAMPLE)
    for (const track of ['events', 'control'] as const) {
      for await (const records of recording.records(track)) {
        for (const { topic, partition, value } of records) {
          if (value === null) continue
          const place = `${topic}/${partition}`
          counts.set(place, (counts.get(place) ?? 0) + 1)
          const hash = hashes.get(place) ?? createHash('sha256')
          hashes.set(place, hash.update(value))
        }
      }
    }
    await recording.close()
    const reader = join(import.meta.dirname, 'read-mcap.py')
    const { stdout } = await exec(interpreter, [reader, join(out, 'recording.mcap')])
    const found = JSON.parse(stdout)
    expect([...counts.values()].reduce((a, b) => a + b, 0)).toBeGreaterThan(20_000)
    expect(found.messages).toEqual(Object.fromEntries(counts))
    expect(found.claimed).toEqual(Object.fromEntries(counts))
    expect(found.sha256).toEqual(
      Object.fromEntries([...hashes].map(([place, hash]) => [place, hash.digest('hex')])),
    )
    expect(found.misfits).toBe(0)
    expect(found.schemas).toBeGreaterThan(0)
  })
})
