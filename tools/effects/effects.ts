// `npm run effects [-- --seeds 20 --city testville --command signal.flash]`: runs every command of every domain against the same run
// without it, so many times with other seeds, and prints by how much it moved its KPIs. Exit code 1 when an effect is
// outside the bounds that the command declares, or anything differs where or when it cannot.
import { parseArgs } from 'node:util'
import { reportingProblems } from '../../infra/program/main.ts'
import { named, processorTime, wholeNumber } from '../measuring.ts'
import { type EffectRow, rowsOf, tableLines } from './effect-table.ts'
import { openEffects, pairedRun } from './paired-run.ts'
import type { StretchWorld } from './stretch-kernel.ts'
import { TRIALS } from './trials.ts'

const DEFAULT_CITY = 'guangzhou'
const MOST_SEEDS = 1_000

/** Effects that are declared and never measured. */
export function unmeasured(world: StretchWorld): string[] {
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

function run(): void {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { city: text, command: text, seeds: text } })
  const seeds = wholeNumber('--seeds', values.seeds ?? '20', MOST_SEEDS)
  const trials = named('--command', values.command, TRIALS, ({ command }) => command)
  const world = openEffects(values.city ?? DEFAULT_CITY)
  const rows: EffectRow[] = []
  for (const trial of trials) {
    const took = processorTime()
    const runs = Array.from({ length: seeds }, (_, k) => pairedRun(world, { trial, seed: k + 1 }))
    rows.push(...rowsOf(world, trial, runs))
    console.error(`${trial.command}: ${seeds} seeds, ${took()}`)
  }
  for (const line of tableLines(rows)) console.log(line)
  const missing = values.command === undefined ? unmeasured(world) : []
  for (const effect of missing) console.log(`${effect}: declared, and no trial in trials.ts`)
  const red = rows.filter((row) => !row.ok).length + missing.length
  console.log(`${rows.length} effects, ${seeds} seeds each, ${red} red`)
  if (red > 0) process.exitCode = 1
}

if (import.meta.main) await reportingProblems(async () => run())
