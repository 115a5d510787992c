// A script played by a clicker's keys without a network, and once more after a reset: the same numbers at each cue; and one cue back.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { scenarioSource } from '../../commands/options/options.ts'
import { holdAtCues } from '../../tools/rehearse/held-script.ts'
import { LastHeard } from '../../tools/rehearse/last-heard.ts'
import { goOffline, type SeenCue, Walk, withoutGivenUp } from '../../tools/rehearse/walk.ts'
import { openPage } from './page-harness.ts'
import { sharedDemo } from './shared-demo.ts'

/** The rest of a walk is more of the same: `npm run rehearse` goes to its end, with all assets. */
const CUES = 2

const folder = mkdtempSync(join(tmpdir(), 'huacheng-walk-'))
const { name } = scenarioSource({ scenario: 'three-minutes' })
const held = ['--city', name.split('/')[0], '--scenario', holdAtCues(name, folder)]
// A tick of every topic-partition costs more than so few assets: one partition each is enough.
const small = ['--scale', '0.02', '--partitions', '1']
const shared = sharedDemo(...held, ...small, '--speed', '1')

afterAll(() => rmSync(folder, { recursive: true }))

it('shows the same numbers at each cue, run after run and on the way back, and asks nobody else', async () => {
  const { browser, demo } = shared
  const heard = new LastHeard()
  const { page, faults } = await openPage({
    ...{ browser, url: demo.url },
    async onPage(opening) {
      heard.listen(opening)
      await goOffline(opening)
    },
  })
  const walk = new Walk(page, heard, demo.url)
  async function fromTheStart(): Promise<SeenCue[]> {
    await walk.reset()
    const seen: SeenCue[] = []
    for (let i = 0; i < CUES; i++) seen.push(await walk.step('PageDown'))
    return seen
  }
  const numbersOf = (seen: SeenCue[]) => seen.map(({ numbers }) => numbers)
  const first = numbersOf(await fromTheStart())
  expect(new Set(first).size).toBe(CUES)
  for (const numbers of first)
    expect(numbers).toMatch(/^\d\d:\d\d:00 \| 账平 ✓ [\d,]+ = [\d,]+ \| /)
  expect(numbersOf(await fromTheStart())).toEqual(first)
  expect((await walk.step('PageUp')).numbers).toBe(first[0])
  expect(withoutGivenUp(faults, demo.url)).toEqual([])
})
