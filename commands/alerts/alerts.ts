// `huacheng alerts`: the alerts of a scenario, held against the incidents that really happened in it.
import { CITY_OFFSET_MS, formatDuration, isoTime, MINUTE_MS } from '../../infra/time.ts'
import type { AgainstUsual, Alert } from '../../processor/contract/types.ts'
import { MAX_SEED } from '../../seeds/scenario/scenario-file.ts'
import {
  type CliCommand,
  numberOption,
  type OptionValues,
  SCENARIO_OPTIONS,
} from '../options/options.ts'
import { createPrinter, type Printer } from '../output/print.ts'
import { createProgress } from '../output/progress.ts'
import { COMMANDS_OPTION } from '../recordings/command-file.ts'
import { openWorld } from '../wiring/world.ts'
import { detect } from './detection.ts'
import { withThresholds } from './moved-thresholds.ts'
import { type AlertScore, belongsTo, type ScoredRun, scoreIncident, scoreRuns } from './score.ts'

const MOST_SEEDS = 1_000

export type SeedRun = ScoredRun & { seed: number; run: string }

/** The scenario once per seed, the first being its own. */
export function alertRuns(
  values: OptionValues,
  onSeed?: (done: number, of: number) => void,
): SeedRun[] {
  const count = numberOption(values, 'seeds', 1, MOST_SEEDS, true) ?? 1
  const moves = (values.threshold as string | undefined)?.split(',') ?? []
  let first: number | undefined
  return Array.from({ length: count }, (_, k) => {
    onSeed?.(k, count)
    const seed = first === undefined ? values.seed : String((first + k) % (MAX_SEED + 1))
    const world = openWorld({ ...values, seed }, { truth: false })
    first ??= world.scenario.seed
    const descriptor = withThresholds(world.descriptor, moves)
    const { seed: own, runId } = world.scenario
    return { seed: own, run: runId, ...detect({ ...world, descriptor }) }
  })
}

export const alerts: CliCommand = {
  name: 'alerts',
  about: `
Simulates the scenario, detects alerts as the processor does (thresholds of the declared KPIs on final windows) and as the
twin does (thresholds against usual: the same window of the same city where nothing happens), and holds them against what
really happened. An alert belongs to an incident when its district has assets in the incident's area (an
alert of the city belongs to any) and it opened between the incident's beginning and its end, or so long after the end as
what that kind leaves behind may last (docs/scenarios.md). An incident without an alert is missed, an alert without an
incident is false, whatever its group; time to detect runs from the incident's beginning to the first alert that belongs to it.
--threshold moves the KPI's first threshold on that side, or adds one (a warning, per district, after 3 windows); above-usual
and below-usual are those against usual (one that is added: in the KPI's unit).
Alerts are grouped by place and time: same or neighbouring districts (the city's go with any), each at most half an hour after
the group's latest.
--seeds runs the scenario with as many seeds, one after the other from its own, and scores all together.`,
  options: {
    ...SCENARIO_OPTIONS,
    ...COMMANDS_OPTION,
    threshold: {
      type: 'string',
      value: 'kpi:above=n',
      text: 'move a threshold: kpi:above=n, below, above-usual or below-usual, and :windows=n; may be said again',
      several: true,
    },
    seeds: {
      type: 'string',
      value: 'n',
      text: 'run n seeds; the first is the scenario’s or --seed',
    },
  },
  examples: [
    'npx huacheng alerts --scenario rainstorm --scale 0.1',
    'npx huacheng alerts --scenario rainstorm --scale 0.05 --threshold traffic-signal.delay:above=60',
    'npx huacheng alerts --scenario testville/storm --seeds 20 --json',
  ],
  async run(values) {
    const progress = createProgress()
    const runs = alertRuns(values, (done, of) => progress.show(() => `seed ${done + 1} of ${of}`))
    progress.end()
    const print = createPrinter()
    if (values.json) print.line(JSON.stringify(asJson(runs)))
    else printRuns(runs, print)
    print.end()
  },
}

/** What --json prints. */
function asJson(runs: SeedRun[]) {
  return {
    runs: runs.map((run) => ({
      ...{ seed: run.seed, run: run.run, score: scoreRuns([run]) },
      alerts: run.alerts.map((alert) => ({
        ...alert,
        group: run.groups.get(alert.id),
        incidents: incidentsOf(alert, run),
      })),
      incidents: run.incidents.map((incident) => {
        const { first, ...scored } = scoreIncident(run.alerts, incident)
        const [from, until] = [isoTime(incident.from), isoTime(incident.until)]
        const { aftermathMs, scopes } = incident
        return {
          ...scored,
          from,
          until,
          aftermathMs,
          scopes: [...scopes].sort(),
          first: first?.id ?? null,
        }
      }),
    })),
    score: scoreRuns(runs),
  }
}

const incidentsOf = (alert: Alert, { incidents }: ScoredRun) =>
  incidents.filter((incident) => belongsTo(alert, incident)).map(({ id }) => id)

export function printRuns(runs: SeedRun[], print: Printer): void {
  for (const run of runs) {
    print.line(`seed ${run.seed}, ${run.run}`)
    if (runs.length === 1) for (const line of groupedLines(run)) print.line(line)
    for (const incident of run.incidents) {
      const {
        id,
        kind,
        from,
        until,
        alerts: count,
        first,
        detectMs,
      } = scoreIncident(run.alerts, incident)
      const noticed =
        first && detectMs !== null
          ? `noticed after ${minutes(detectMs)} by ${first.kpi} in ${first.scope}; ${count} alerts`
          : 'missed'
      const after =
        incident.aftermathMs > 0 ? ` and ${formatDuration(incident.aftermathMs)} after` : ''
      print.line(`  ${id}: ${kind} ${clock(from)}–${clock(until)}${after}: ${noticed}`)
    }
  }
  print.line(scoreLine(scoreRuns(runs)))
}

/** Each group by its first alert, and what belongs to it under it. */
function groupedLines(run: SeedRun): string[] {
  const groups = Map.groupBy(run.alerts, ({ id }) => run.groups.get(id))
  return [...groups.values()].flatMap((alerts, k) => {
    const scopes = [...new Set(alerts.map(({ scope }) => scope))].sort().join(' ')
    const [from, to] = [alerts[0], alerts.at(-1)!].map((a) => clock(Date.parse(a.openedAt)))
    const head = `  group ${k + 1}: ${alerts.length} alerts, ${from}–${to}, ${scopes}`
    return [head, ...alerts.map((alert) => `  ${alertLine(alert, run)}`)]
  })
}

function alertLine(alert: Alert, run: ScoredRun): string {
  const { openedAt, closedAt, severity, scope, kpi, value, threshold, against } = alert
  const closed = closedAt === null ? 'open ' : clock(Date.parse(closedAt))
  const why = incidentsOf(alert, run).join(', ') || 'false'
  const bound = against
    ? `usual ${against.usual}: ${differenceText(against)}, bound ${threshold}`
    : threshold
  return (
    `  ${clock(Date.parse(openedAt))}–${closed}  ${severity.padEnd(8)} ${scope}  ${kpi.padEnd(30)} ` +
    `${String(value ?? '–').padStart(10)} against ${bound}: ${why}`
  )
}

function differenceText({ difference, unit }: AgainstUsual): string {
  const sign = difference !== null && difference > 0 ? '+' : ''
  return `${sign}${difference}${unit === 'reading' ? ' of usual' : ''}`
}

function scoreLine({
  incidents,
  detected,
  missed,
  detectMs,
  alerts,
  groups,
  ...score
}: AlertScore): string {
  const time = detectMs === null ? '' : `, after ${minutes(detectMs)} (median)`
  return (
    `${incidents} incidents: ${detected} detected${time}, ${missed} missed; ` +
    `${alerts} alerts in ${groups} groups: ${score.false} false, ${score.falsePerDay.toFixed(2)} per sim day`
  )
}

const minutes = (ms: number) => `${Math.round(ms / MINUTE_MS)} min`

/** The city's clock; days later are said. */
function clock(ms: number): string {
  return isoTime(ms + CITY_OFFSET_MS)
    .slice(5, 16)
    .replace('T', ' ')
}
