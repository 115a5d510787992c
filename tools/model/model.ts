// `npm run model [-- --city testville --domain parking,days --days 7 --scale 0.05 --seed 3 --out folder]`: simulates a week of every domain
// in memory, prints the table of checks and draws the week. Of the default city it also writes docs/plots/ and the table in
// docs/model.md. Exit code 1 when a row is red.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadWorld, openWorld } from '../../commands/wiring/world.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import { cityDayStart, cityWeekday, DAY_MS, isoTime } from '../../infra/time.ts'
import { named, processorTime, wholeNumber } from '../measuring.ts'
import type { ModelPlot } from './check.ts'
import { CHECKS, type NamedCheck } from './checks.ts'
import { drive, openSubject } from './drive.ts'
import { drawPlot } from './plot.ts'
import { type NamedRow, tableLines, withTable } from './table.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const DOCUMENT = join(ROOT, 'docs', 'model.md')
const PLOTS = join(ROOT, 'docs', 'plots')
const DEFAULT_CITY = 'guangzhou'
const MOST_DAYS = 31

type ModelOptions = {
  city: string
  checks: NamedCheck[]
  days: number
  scale?: string
  seed?: string
}

type CheckOutcome = { rows: NamedRow[]; plots: ModelPlot[] }

/** Runs one check and says what it found. */
export function runCheck(check: NamedCheck, options: ModelOptions): CheckOutcome {
  const { city: id, days, seed } = options
  const scale = options.scale ?? String(check.scale)
  const usual = loadWorld({ city: id })
  const values = {
    ...{ city: id, scale, seed, for: `P${days}D` },
    start: isoTime(mondayBefore(usual.scenario.start)),
  }
  const { city, catalogue, scenario, domains } = openWorld(values, { truth: false })
  const name = check.domain ?? largestDomain(catalogue.ranges)
  const domain = domains.find((d) => d.declaration.domain === name)
  if (!domain || !catalogue.ranges[name]) return { rows: [], plots: [] }
  const subject = openSubject({ city, catalogue, scenario, domain, days })
  const opened = check.open(subject)
  if (check.domain !== null) drive(subject, opened, scenario.start + scenario.durationMs)
  return { rows: opened.rows().map((row) => ({ of: check.name, ...row })), plots: opened.plots() }
}

function mondayBefore(time: number): number {
  const day = cityDayStart(time)
  return day - ((cityWeekday(day) + 6) % 7) * DAY_MS
}

function largestDomain(ranges: Record<string, { from: number; to: number }>): string {
  const sizes = Object.entries(ranges).map(([name, { from, to }]) => ({ name, size: to - from }))
  return sizes.sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1))[0].name
}

function chosen(names: string | undefined): NamedCheck[] {
  if (names === undefined) return CHECKS
  return names.split(',').flatMap((name) => named('--domain', name, CHECKS, (check) => check.name))
}

function run(): void {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: { city: text, domain: text, days: text, scale: text, seed: text, out: text },
  })
  const { city = DEFAULT_CITY, scale, seed } = values
  const checks = chosen(values.domain)
  const days = wholeNumber('--days', values.days ?? '7', MOST_DAYS)
  const rows: NamedRow[] = []
  const out = values.out ?? (city === DEFAULT_CITY ? PLOTS : undefined)
  for (const check of checks) {
    const took = processorTime()
    const found = runCheck(check, { city, checks, days, scale, seed })
    rows.push(...found.rows)
    if (out !== undefined) writePlots(out, found.plots)
    console.error(`${check.name}: ${found.rows.length} rows, ${took()}`)
  }
  for (const line of tableLines(rows)) console.log(line)
  const red = rows.filter((row) => !row.ok).length
  console.log(`${rows.length} rows, ${red} red`)
  if (red > 0) process.exitCode = 1
  const isWhole = city === DEFAULT_CITY && checks === CHECKS && !values.out
  if (isWhole) writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), rows))
}

function writePlots(folder: string, plots: ModelPlot[]): void {
  mkdirSync(folder, { recursive: true })
  for (const plot of plots) writeFileSync(join(folder, `${plot.name}.svg`), drawPlot(plot))
}

if (import.meta.main) await reportingProblems(async () => run())
