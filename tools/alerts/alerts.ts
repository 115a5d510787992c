// `npm run alerts [-- --seeds 20 --scenario rainstorm]`: every scenario of the list, so many times with other seeds; prints how
// many of each incident were noticed, how soon, and what was false. Exit code 1 when fewer than 95 % of an incident's runs
// were noticed, or more than one alert a sim day was raised where nothing happens.
import { parseArgs } from 'node:util'
import { alertRuns } from '../../commands/alerts/alerts.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import { named, processorTime } from '../measuring.ts'
import { type ScoreRow, scoreLines, scoreRows } from './score-table.ts'
import { ALERT_TRIALS } from './trials.ts'

const DEFAULT_SEEDS = '20'

function run(): void {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { scenario: text, seeds: text } })
  const seeds = values.seeds ?? DEFAULT_SEEDS
  const trials = named('--scenario', values.scenario, ALERT_TRIALS, (trial) => trial.scenario)
  const rows: ScoreRow[] = []
  for (const { scenario, options } of trials) {
    const took = processorTime()
    const runs = alertRuns({ ...options, scenario, seeds })
    rows.push(...scoreRows(scenario, runs))
    console.error(`${scenario}: ${runs.length} seeds, ${took()}`)
  }
  for (const line of scoreLines(rows)) console.log(line)
  if (rows.some(({ ok }) => !ok)) process.exitCode = 1
}

if (import.meta.main) await reportingProblems(async () => run())
