// The command that the proof view offers recomputes the very run that it stands under, however that run was started.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { startDemo } from '../../../commands/demo/demo-start.ts'
import type { OptionValues } from '../../../commands/options/options.ts'
import { recheckWith } from '../../../commands/wiring/recheck.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import type { ProofView } from '../../../console/messages.ts'
import { SMALL_CITY } from '../../cities.ts'

const ROOT = join(import.meta.dirname, '../../..')
const exec = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'huacheng-recheck-'))
const own = join(folder, 'my own.json')

let demo: Awaited<ReturnType<typeof startDemo>> | null = null

afterEach(async () => {
  await demo?.stop()
  demo = null
})

/** What the page of a city that was started like this shows, once something has happened in it. */
async function proofOf(values: OptionValues): Promise<ProofView> {
  demo = await startDemo({ port: '0', 'log-level': 'error', speed: '300', ...values })
  const { url } = demo
  for (;;) {
    const view = (await (await fetch(`${url}/api/proof`)).json()) as ProofView
    if (view.commands.digest !== null) return view
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Runs a command line as a shell takes it; `npx huacheng` is this very tree. */
async function run(line: string): Promise<string> {
  const here = line.replace('npx huacheng', `"${process.execPath}" huacheng.js`)
  return (await exec('sh', ['-c', here], { cwd: ROOT })).stdout
}

const default_ = readFileSync(join(ROOT, `seeds/${SMALL_CITY}/scenarios/default.json`), 'utf8')
const CASES: [string, OptionValues, RegExp][] = [
  ['a small city', {}, /--city testville --scenario default /],
  [
    'another seed, start, scale and number of partitions',
    { seed: '77', start: '2025-06-18T09:00:00+08:00', scale: '0.5', partitions: '4' },
    /--seed 77 --start 2025-06-18T01:00:00\.000Z --scale 0\.5 --partitions 4 /,
  ],
  ['some domains only', { domains: 'parking,traffic-signal' }, /--domains parking,traffic-signal /],
  [
    'a plan of one’s own, which changes no event',
    { plan: `seeds/${SMALL_CITY}/plan.json` },
    /--city testville /,
  ],
  ['a scenario file of one’s own', { scenario: own }, /--scenario '[^']+my own\.json' /],
]

describe('the command beside the digest', () => {
  it.each(CASES)('recomputes the run of %s', async (_name, values, words) => {
    writeFileSync(own, JSON.stringify({ ...JSON.parse(default_), seed: 4_242 }))
    const { digest, commands } = await proofOf({ city: SMALL_CITY, ...values })
    expect(commands.digest).toMatch(words)
    expect(digest?.equal).toBe(true)
    expect(await run(commands.digest!)).toContain(`city digest ${digest!.digest}\n`)
  })

  it('is not offered where the run’s scenario is not here', () => {
    const file = { ...JSON.parse(default_), seed: 4_243, cadence: { parking: { every: 'PT1M' } } }
    writeFileSync(own, JSON.stringify(file))
    const values = { city: SMALL_CITY, scenario: own }
    const { descriptor } = openWorld(values, { truth: false })
    expect(recheckWith(values)(descriptor)).toMatchObject({ scenario: own, seed: '4243' })
    expect(recheckWith()(descriptor)).toBeNull()
    rmSync(folder, { recursive: true })
  })
})
