// A thousand seeds of the whole pipeline under delays, copies, crashes and rebalances, which reach every rare path; five
// thousand with `npm run simulate`.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { breakGuard } from './mutate.ts'
import { MUTATIONS } from './mutations.ts'
import type { Totals } from './run.ts'
import { unmet } from './sometimes.ts'

/** Enough for the rarest path to be walked several times; fewer for a quick look, then nothing is said about rare paths. */
const ENOUGH_SEEDS = 1000
const seeds = Number(process.env.SIMULATION_SEEDS ?? ENOUGH_SEEDS)
const MINUTE = 60_000

function run(...options: string[]) {
  const file = join(import.meta.dirname, 'run.ts')
  const { stdout, stderr } = spawnSync(process.execPath, [file, ...options], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (stdout === '') throw new Error(stderr)
  return stdout
}

describe('simulation', () => {
  it('is the same twice, traced or not', () => {
    for (const seed of ['7', '77', '777']) {
      const last = (text: string) => text.trimEnd().split('\n').at(-1)
      const once = last(run('--seed', seed))
      expect(once).toMatch(new RegExp(`^seed ${seed}: \\d+ steps, .* hash [0-9a-f]{8}$`))
      expect(last(run('--seed', seed, '--trace'))).toBe(once)
    }
  })

  it(`holds every invariant for ${seeds} seeds and met every rare path`, {
    timeout: 30 * MINUTE,
  }, () => {
    const totals = JSON.parse(run('--seeds', String(seeds), '--json')) as Totals & { wallS: number }
    const { failures, counts, wallS, virtualMs } = totals
    for (const [name, count] of Object.entries(counts))
      console.log(`${String(count).padStart(9)}  ${name}`)
    console.log(
      `${totals.seeds} seeds, ${(seeds / wallS).toFixed(1)} seeds/s, ${(virtualMs / 3_600_000).toFixed(1)} h of virtual time`,
    )
    const said = failures.map(
      ({ seed, violations }) =>
        `again: node test/simulation/run.ts --seed ${seed} --trace\n${violations.join('\n')}`,
    )
    expect(said, JSON.stringify(said)).toEqual([])
    expect(totals.seeds).toBe(seeds)
    if (seeds >= ENOUGH_SEEDS) expect(unmet(counts)).toEqual([])
  })
})

describe('a guard that is broken on purpose', () => {
  it.each(MUTATIONS.map((m) => m.name))('is noticed: %s', { timeout: 5 * MINUTE }, (name) => {
    const found = breakGuard(name)
    expect(found, 'no seed failed').not.toBeNull()
    console.log(`${name}: after ${found!.seeds} seeds, seed ${found!.seed}: ${found!.what}`)
  })
})
