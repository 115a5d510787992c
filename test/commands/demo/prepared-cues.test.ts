// Cues that the run has never passed are made ready beside it: what is shown there is the run that nobody disturbed, to the byte.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { MakeCues } from '../../../commands/demo/prepared/cue-maker.ts'
import { makeCues } from '../../../commands/demo/prepared/make-cues.ts'
import { waitUntil } from '../../../load/wait-until.ts'
import { KeptDemo, LONG_MS, MINUTE_MS } from './kept-demo.ts'

const root = mkdtempSync(join(tmpdir(), 'huacheng-cues-'))
afterAll(() => rmSync(root, { recursive: true }))

const CUES_AHEAD = 3
let city: KeptDemo
/** Of the city that most tests open: the name of its folder. */
let key: string

/** In this process: the code of another is not put together as a test's is, and a kernel of other code is refused. */
const makeHere: MakeCues = (task, _clock, ready) => ({
  done: makeCues(task, ready),
  stop: async () => {},
})
/** What is there was there before. */
const makeNothing: MakeCues = () => ({ done: Promise.resolve(), stop: async () => {} })
const open = (more: Record<string, string> = {}, make = makeHere) =>
  KeptDemo.open(
    { cues: root, ...more },
    { preparesCues: true, makeCues: make },
    join(root, 'script'),
  )
const files = () =>
  readdirSync(city.demo.prepared!.folder)
    .sort()
    .map((name) => join(city.demo.prepared!.folder, name))
/** As it was prepared, and not simulated because that was of no use. */
async function goPrepared(cue: number): Promise<void> {
  await city.go(cue, true)
  await city.expectUndisturbed(cue)
  expect(city.problem).toBe(null)
}
const allThere = () =>
  [1, 2, 3].every((cue) => city.demo.prepared!.has(0, city.timeOf(cue))) || 'not all of them'

beforeAll(async () => {
  city = await open()
  key = basename(city.demo.prepared!.folder)
  await city.demo.prepared!.made()
}, 4 * LONG_MS)
afterEach(() => city.close())

describe('cues that were prepared', () => {
  it(
    'are there though the run never passed them, and only while nothing was done to it',
    async () => {
      expect(files()).toHaveLength(CUES_AHEAD)
      await goPrepared(2)
      await goPrepared(3)
      await goPrepared(1)
      expect(await city.order('a')).toMatchObject({ ok: true })
      await city.go(2, false)
      await city.expectUndisturbed(2, ['a'])
      // Back to before the command: it is undone, and they are of use again.
      await city.reset()
      await goPrepared(3)
    },
    10 * MINUTE_MS,
  )

  it(
    'are there at once where another demo of the same run begins, at another speed, and are used by none of another',
    async () => {
      city = await open({ speed: '2' })
      expect(allThere()).toBe(true)
      await goPrepared(1)
      await city.close()
      city = await open({ seed: '7' }, makeNothing)
      expect(city.demo.prepared!.has(0, city.timeOf(1))).toBe(false)
    },
    10 * MINUTE_MS,
  )

  it(
    'are refused where they are damaged, said so, and made again',
    async () => {
      city = await open()
      expect(allThere()).toBe(true)
      const [first, second] = files()
      const bytes = readFileSync(second)
      bytes[bytes.length >> 1] ^= 1
      writeFileSync(second, bytes)
      writeFileSync(first, readFileSync(first).subarray(0, 1_000))
      await city.go(1, false)
      await city.expectUndisturbed(1)
      expect(city.problems.join('\n')).toMatch(
        /of no use, so it is simulated .*damaged bytes \(1000 of them\)/,
      )
      await city.go(2, false)
      await city.expectUndisturbed(2)
      expect(city.problems.join('\n')).toMatch(/of no use, so it is simulated .*damaged bytes/)
      await waitUntil('they are there again', allThere, LONG_MS)
      await city.reset()
      await goPrepared(2)
    },
    10 * MINUTE_MS,
  )

  it(
    'are not there where their folder cannot be written, and the city is simulated',
    async () => {
      const cues = join(root, 'taken')
      mkdirSync(cues)
      // A folder that may be named, but where the one of this city is to be made lies a file.
      writeFileSync(join(cues, key), '')
      city = await open({ cues })
      expect(allThere()).not.toBe(true)
      await city.go(1, false)
      await city.expectUndisturbed(1)
    },
    10 * MINUTE_MS,
  )
})
