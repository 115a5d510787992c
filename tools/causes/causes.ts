// `npm run causes [-- --seeds 20 --city testville --kind rainstorm --write]`: runs every kind of incident against the same part of the city
// without it, so many times with other seeds, and prints which domains it moved, how soon and by how much. With --write the rows go into docs/model.md. Exit
// code 1 when a row is outside of what is expected, a domain stays still that should not, or anything differs where or when nothing can.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openWorld } from '../../commands/wiring/world.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import type { StretchWorld } from '../effects/stretch-kernel.ts'
import { named, processorTime, wholeNumber } from '../measuring.ts'
import { type CauseRow, elsewhereRow, rowsOf, tableLines, withCauses } from './cause-table.ts'
import { expectedMoves } from './expected/expected.ts'
import { type MeasuredCause, measuredCause } from './measured-cause.ts'
import { type CausePlan, pairedCause } from './paired-causes.ts'
import { CAUSE_TRIALS, type CauseTrial } from './trials.ts'

const DOCUMENT = join(import.meta.dirname, '../../docs/model.md')
const DEFAULT_CITY = 'guangzhou'
const MOST_SEEDS = 1_000

/** The whole city at its full density; of it a part is run. */
export function openCauses(city: string): StretchWorld {
  return openWorld({ city, scale: '1' }, { truth: false })
}

/** All rows of one kind. */
export function causeRows(
  world: StretchWorld,
  trial: CauseTrial,
  seeds: number[],
  over: Pick<CausePlan, 'without'> = {},
): CauseRow[] {
  const all: MeasuredCause[] = []
  const moves = expectedMoves(world.city)[trial.kind]
  const place = trial.place(world.catalogue)
  const rows = world.domains.flatMap(({ declaration }) => {
    const { domain } = declaration
    const expected = moves.find((move) => move.domain === domain)
    const runs = seeds.map((seed) => {
      const paired = pairedCause(world, { trial, place, domain, seed, ...over })
      return measuredCause(paired, declaration, expected)
    })
    all.push(...runs)
    return rowsOf({ kind: trial.kind, domain, runs }, expected)
  })
  return [...rows, elsewhereRow(trial.kind, all)]
}

function run(): void {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: { city: text, kind: text, seeds: text, write: { type: 'boolean' } },
  })
  const seeds = Array.from(
    { length: wholeNumber('--seeds', values.seeds ?? '20', MOST_SEEDS) },
    (_, k) => k + 1,
  )
  const trials = named('--kind', values.kind, CAUSE_TRIALS, ({ kind }) => kind)
  const world = openCauses(values.city ?? DEFAULT_CITY)
  const rows: CauseRow[] = []
  for (const trial of trials) {
    const took = processorTime()
    rows.push(...causeRows(world, trial, seeds))
    console.error(`${trial.kind}, ${trial.about}: ${seeds.length} seeds, ${took()}`)
  }
  for (const line of tableLines(rows)) console.log(line)
  if (values.write) {
    const kinds = CAUSE_TRIALS.map(({ kind }) => kind)
    writeFileSync(DOCUMENT, withCauses(readFileSync(DOCUMENT, 'utf8'), rows, kinds))
  }
  const red = rows.filter((row) => !row.ok).length
  console.log(`${rows.length} rows, ${seeds.length} seeds each, ${red} red`)
  if (red > 0) process.exitCode = 1
}

if (import.meta.main) await reportingProblems(async () => run())
