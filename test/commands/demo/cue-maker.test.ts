// The process that prepares cues: what it writes is there for whoever began it, its failures are said, and it can be ended.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readCue } from '../../../commands/demo/prepared/cue-file.ts'
import { cueKey } from '../../../commands/demo/prepared/cue-key.ts'
import { makeApart } from '../../../commands/demo/prepared/cue-maker.ts'
import { cuePath } from '../../../commands/demo/prepared/cue-place.ts'
import type { CueTask, ReadyCue } from '../../../commands/demo/prepared/cue-task.ts'
import { unpackedKernel } from '../../../commands/demo/prepared/kernel-bytes.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import { realClock } from '../../../infra/clock.ts'

/** Another process builds a city, on a machine with other work. */
const LONG_MS = 180_000
const root = mkdtempSync(join(tmpdir(), 'huacheng-maker-'))
afterAll(() => rmSync(root, { recursive: true }))

const values = { city: 'testville', scenario: 'storm', for: 'PT10M' }
const { descriptor } = openWorld(values, { truth: true })
const at = Date.parse(descriptor.start) + descriptor.tick
const task: CueTask = {
  ...{ values, truth: true, folder: join(root, 'city'), key: cueKey(descriptor) },
  ...{ times: [at], yields: true },
}

describe('the process that prepares cues', () => {
  it(
    'writes one, says so, and ends',
    async () => {
      const ready: ReadyCue[] = []
      await makeApart(task, realClock, (cue) => ready.push(cue)).done
      expect(ready.map((cue) => cue.at)).toEqual([at])
      expect(ready[0].cpuMs).toBeGreaterThan(0)
      const { kernel, log } = await readCue(
        cuePath(task.folder, at),
        { key: task.key, at },
        realClock,
      )
      expect((await unpackedKernel(kernel)).length).toBeGreaterThan(1_000)
      expect(log.length).toBeGreaterThan(1_000)
    },
    LONG_MS,
  )

  it(
    'says why it makes none of a city of other code',
    async () => {
      const other = { ...task, folder: join(root, 'other'), key: '0123456789abcdef' }
      const { done } = makeApart(other, realClock, () => {})
      await expect(done).rejects.toThrow(/expected one of 0123456789abcdef/)
      expect(existsSync(other.folder)).toBe(false)
    },
    LONG_MS,
  )

  it(
    'is gone when it was stopped, and nobody calls that a failure',
    async () => {
      const stopped = { ...task, folder: join(root, 'stopped') }
      const maker = makeApart(stopped, realClock, () => {})
      await maker.stop(realClock)
      await maker.done
      expect(existsSync(cuePath(stopped.folder, at))).toBe(false)
    },
    LONG_MS,
  )
})
