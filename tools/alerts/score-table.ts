// The table of alerts: how many of each incident were noticed and how soon, and what was false.
import { type ScoredRun, scoreIncident, scoreRuns } from '../../commands/alerts/score.ts'
import { DAY_MS, MINUTE_MS } from '../../infra/time.ts'

/** Of all runs of the incident, so many must be noticed. */
const LEAST_DETECTED = 0.95
/** Where nothing happens, at the scale at which that is run: where a district has one or two of a kind, chance is louder. */
const MOST_FALSE_PER_DAY = 1

export type ScoreRow = {
  scenario: string
  /** `–` where nothing happens. */
  incident: string
  runs: number
  detected: string
  median: string
  range: string
  alerts: string
  false: string
  ok: boolean
}

/** A row for each incident of the scenario, or one where it has none. */
export function scoreRows(scenario: string, runs: ScoredRun[]): ScoreRow[] {
  const score = scoreRuns(runs)
  const days = runs.reduce((sum, { lengthMs }) => sum + lengthMs, 0) / DAY_MS
  const common = {
    ...{ scenario, runs: runs.length, alerts: (score.alerts / runs.length).toFixed(1) },
    false: `${score.false} in ${days.toFixed(1)} d`,
  }
  const isQuiet = score.falsePerDay <= MOST_FALSE_PER_DAY
  const ids = [...new Set(runs.flatMap(({ incidents }) => incidents.map(({ id }) => id)))]
  if (ids.length === 0) {
    const none = { incident: '–', detected: '–', median: '–', range: '–' }
    return [{ ...common, ...none, ok: isQuiet }]
  }
  return ids.map((id) => {
    const scored = runs.flatMap(({ alerts, incidents }) =>
      incidents.filter((one) => one.id === id).map((one) => scoreIncident(alerts, one)),
    )
    const times = scored.flatMap(({ detectMs }) => detectMs ?? []).sort((a, b) => a - b)
    const share = times.length / scored.length
    const minutes = (ms: number | undefined) => (ms === undefined ? '–' : `${ms / MINUTE_MS}`)
    return {
      ...common,
      incident: `${id} (${scored[0].kind})`,
      detected: `${Math.round(100 * share)} %`,
      // Of an even number the lower of the middle two: a time that was.
      median: `${minutes(times[Math.floor((times.length - 1) / 2)])} min`,
      range: `${minutes(times[0])}–${minutes(times.at(-1))} min`,
      ok: share >= LEAST_DETECTED,
    }
  })
}

const HEAD: Record<Exclude<keyof ScoreRow, 'ok'>, string> = {
  scenario: 'scenario',
  incident: 'incident',
  runs: 'runs',
  detected: 'noticed',
  median: 'median',
  range: 'from … to',
  alerts: 'alerts a run',
  false: 'false',
}
const COLUMNS = Object.keys(HEAD) as (keyof typeof HEAD)[]

/** Markdown. */
export function scoreLines(rows: ScoreRow[]): string[] {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    line([...COLUMNS.map((column) => HEAD[column]), '']),
    line([...COLUMNS, ''].map(() => '---')),
    ...rows.map((row) => line([...COLUMNS.map((c) => `${row[c]}`), row.ok ? 'ok' : 'red'])),
  ]
}
