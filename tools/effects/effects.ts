// `npm run effects [-- --seeds 20 --city testville --command signal.flash]`: runs every command of every domain against the same run
// without it, so many times with other seeds, and prints by how much it moved its KPIs. Exit code 1 when an effect is
// outside the bounds that the command declares, or anything differs where or when it cannot.
import { parseArgs } from 'node:util'
import { Problem, problemText } from '../../infra/problem.ts'
import { type EffectRow, rowsOf, tableLines } from './effect-table.ts'
import { openEffects, pairedRun } from './paired-run.ts'
import type { EffectWorld } from './stretch.ts'
import { TRIALS } from './trials.ts'

const DEFAULT_CITY = 'guangzhou'
const MOST_SEEDS = 1_000

/** Effects that are declared and never measured. */
export function unmeasured(world: EffectWorld): string[] {
  return world.domains.flatMap(({ declaration }) =>
    declaration.commands.flatMap(({ name, moves }) =>
      moves
        .filter((_, k) =>
          TRIALS.every((t) => t.command !== name || t.effects?.includes(k) === false),
        )
        .map(({ kpi }) => `${name}: ${kpi}`),
    ),
  )
}

function readSeeds(text: string): number {
  const seeds = Number(text)
  if (Number.isInteger(seeds) && seeds >= 1 && seeds <= MOST_SEEDS) return seeds
  throw new Problem(problemText('--seeds', `"${text}"`, `a whole number from 1 to ${MOST_SEEDS}`))
}

function chosen(name: string | undefined) {
  const trials = TRIALS.filter((trial) => name === undefined || trial.command === name)
  if (trials.length > 0) return trials
  const known = [...new Set(TRIALS.map((trial) => trial.command))].join(', ')
  throw new Problem(problemText('--command', `"${name}"`, `one of ${known}`))
}

function run(): void {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { city: text, command: text, seeds: text } })
  const seeds = readSeeds(values.seeds ?? '20')
  const trials = chosen(values.command)
  const world = openEffects(values.city ?? DEFAULT_CITY)
  const rows: EffectRow[] = []
  for (const trial of trials) {
    const before = process.cpuUsage().user
    const runs = Array.from({ length: seeds }, (_, k) => pairedRun(world, { trial, seed: k + 1 }))
    rows.push(...rowsOf(world, trial, runs))
    const seconds = ((process.cpuUsage().user - before) / 1e6).toFixed(1)
    console.error(`${trial.command}: ${seeds} seeds, ${seconds} s`)
  }
  for (const line of tableLines(rows)) console.log(line)
  const missing = values.command === undefined ? unmeasured(world) : []
  for (const effect of missing) console.log(`${effect}: declared, and no trial in trials.ts`)
  const red = rows.filter((row) => !row.ok).length + missing.length
  console.log(`${rows.length} effects, ${seeds} seeds each, ${red} red`)
  if (red > 0) process.exitCode = 1
}

if (import.meta.main) {
  try {
    run()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    console.error(error.message)
    process.exitCode = 2
  }
}
