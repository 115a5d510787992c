// Breaks one guard after the other and tells after how many seeds the simulation noticed: `node test/simulation/mutate.ts`.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { MUTATIONS } from './mutations.ts'
import type { Totals } from './run.ts'

/** A broken guard that so many seeds do not notice is not guarded. */
const MAX_SEEDS = 2000

/** Seeds until the first failure and what failed; null when none did. */
export function breakGuard(name: string): { seeds: number; seed: number; what: string } | null {
  const run = join(import.meta.dirname, 'run.ts')
  const from = MUTATIONS.find((mutation) => mutation.name === name)?.from ?? 1
  const range = ['--from', String(from), '--seeds', String(MAX_SEEDS)]
  const options = ['--mutation', name, ...range, '--first-failure', '--json']
  const { stdout, stderr } = spawnSync(process.execPath, [run, ...options], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  const { failures, seeds } = JSON.parse(stdout) as Totals
  if (failures.length === 0) return null
  const [{ seed, violations }] = failures
  return { seeds, seed, what: violations[0].split('\n')[0].slice(0, 160) }
}

if (import.meta.main) {
  for (const { name } of MUTATIONS) {
    const found = breakGuard(name)
    const result = found
      ? `after ${found.seeds} seeds (${found.seed}): ${found.what}`
      : 'NOT NOTICED'
    console.log(`${name.padEnd(44)} ${result}`)
    if (!found) process.exitCode = 1
  }
}
