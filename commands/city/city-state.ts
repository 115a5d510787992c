// What a city is doing now, as one object and as one screen: run, clock, lag, ledger, alerts.
import type { Alert, LedgerReading, RunView } from '../../console/messages.ts'
import { Problem } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { formatDuration, isoTime } from '../../infra/time.ts'
import { counted } from '../output/sizes.ts'
import type { CityApi } from './city-api.ts'

export type CityState = {
  ready: boolean
  /** Why not. */
  reasons: string[]
  /** Null before there is one. */
  run: {
    run: string
    epoch: number
    city: string
    scenario: string
    seed: number
    scale: number
    status: RunView['clock']['status']
    simTime: string
    end: string
    speed: number
    achieved: number
  } | null
  /** Sim seconds from what may be simulated to what every task has read, beyond the open tick; null while a task is silent. */
  lag: number | null
  /** What every task has read up to; null while one is silent. */
  watermark: string | null
  tasks: { telling: number; of: number }
  ledger: {
    produced: number
    folded: number
    late: number
    held: number
    lost: number
    unexplained: number
    duplicate: number
    deadLetter: number
  }
  /** Open ones. */
  alerts: { kpi: string; scope: string; severity: string; openedAt: string }[]
}

const NOT_FOUND = 503

/** Asks for all of it; `now` is the wall clock. */
export async function readState(api: CityApi, now: number): Promise<CityState> {
  const health = (await answered(api, '/health')) as { ready: boolean; reasons: string[] }
  const run = (await answered(api, '/api/run')) as RunView | null
  const ledgers = run ? ((await answered(api, '/api/ledger')) as LedgerReading[] | null) : null
  const alerts = run ? ((await answered(api, '/api/alerts')) as Alert[] | null) : null
  return stateOf(health, run, ledgers ?? [], alerts ?? [], now)
}

/** Null where there is no run yet; a Problem where the city refuses. */
async function answered(api: CityApi, path: string): Promise<unknown> {
  const { status, body } = await api.ask(path)
  if (path === '/health' && (status === 200 || status === NOT_FOUND)) return body
  if (status === 200) return body
  if (status === NOT_FOUND) return null
  const said = (body as { message?: string }).message ?? JSON.stringify(body)
  const todo = status === 401 || status === 403 ? '; say --token' : ''
  throw new Problem(`${path}: HTTP ${status} ${said}, expected 200${todo}`, EXIT_FAILED)
}

export function stateOf(
  { ready, reasons }: { ready: boolean; reasons: string[] },
  view: RunView | null,
  ledgers: LedgerReading[],
  alerts: Alert[],
  now: number,
): CityState {
  const sum = (of: (l: LedgerReading) => number) => ledgers.reduce((s, l) => s + of(l), 0)
  const unexplained = sum((l) => l.unexplained)
  const slowest = view && slowestOf(view, ledgers)
  return {
    ready,
    reasons,
    run: view && runOf(view, now),
    lag: view && slowest !== null ? lagOf(view, slowest) : null,
    watermark: slowest === null ? null : isoTime(slowest),
    tasks: {
      telling: ledgers.length,
      of: view ? Object.keys(view.declarations).length * view.partitions : 0,
    },
    ledger: {
      produced: sum((l) => l.produced),
      folded: sum((l) => l.folded),
      late: sum((l) => l.late),
      held: sum((l) => l.injected.held),
      lost: sum((l) => l.injected.drop + l.injected.corrupt) + unexplained,
      unexplained,
      duplicate: sum((l) => l.duplicate),
      deadLetter: sum((l) => l.deadLetter),
    },
    alerts: alerts
      .filter((a) => a.closedAt === null)
      .map(({ kpi, scope, severity, openedAt }) => ({ kpi, scope, severity, openedAt })),
  }
}

function runOf({ clock, ...view }: RunView, now: number): NonNullable<CityState['run']> {
  const { status, simAnchor, wallAnchor, speed, horizon, end } = clock
  const sim = status === 'running' ? simAnchor + (now - wallAnchor) * speed : horizon
  const { run, epoch, city, scenario, seed, scale } = view
  return {
    ...{ run, epoch, city, scenario, seed, scale, status },
    simTime: isoTime(Math.round(Math.min(Math.max(sim, clock.start), horizon))),
    end: isoTime(end),
    speed,
    achieved: clock.achieved,
  }
}

function slowestOf(view: RunView, ledgers: LedgerReading[]): number | null {
  if (ledgers.length < Object.keys(view.declarations).length * view.partitions) return null
  return Math.min(...ledgers.map((l) => Date.parse(l.watermark)))
}

/** A watermark moves in ticks: up to the last whole one, or the end, nothing is missing. */
function lagOf({ clock, tickMs }: RunView, slowest: number): number {
  const { horizon, start, end } = clock
  const last = horizon >= end ? end : horizon - ((horizon - start) % tickMs)
  return Math.max(0, (last - slowest) / 1000)
}

/** One screen. */
export function stateText(state: CityState): string {
  const { run, lag, tasks, ledger: l, alerts } = state
  const rows: [string, string][] = []
  if (run) {
    const speed =
      run.status === 'running' ? `, speed ${run.speed} asked, ${run.achieved} achieved` : ''
    const left = Math.max(0, Date.parse(run.end) - Date.parse(run.simTime))
    rows.push(
      [
        'run',
        `${run.run}  epoch ${run.epoch}  ${run.city}/${run.scenario}  seed ${run.seed}  scale ${run.scale}`,
      ],
      [
        'clock',
        `${run.simTime}  ${run.status}${speed}; ends at ${run.end} (in ${formatDuration(left)})`,
      ],
      [
        'lag',
        `${lag === null ? 'not known yet' : `${lag} s of sim time`}; ${tasks.telling} of ${counted(tasks.of, 'task')} report`,
      ],
      [
        'ledger',
        `produced ${l.produced} = folded ${l.folded} + late ${l.late} + held ${l.held} + lost ${l.lost}; ` +
          `unexplained ${l.unexplained}; duplicate ${l.duplicate}, dead-letter ${l.deadLetter}`,
      ],
      ['alerts', alerts.length === 0 ? 'none open' : counted(alerts.length, 'open alert')],
    )
    for (const a of alerts)
      rows.push(['', `${a.severity}  ${a.kpi}  ${a.scope}  since ${a.openedAt}`])
  } else rows.push(['run', 'none yet'])
  rows.push(['ready', state.ready ? 'yes' : `no: ${state.reasons.join('; ')}`])
  const lines = rows.map(([name, text]) => `${name.padEnd(7)} ${text}`)
  return [...lines, '模拟数据 simulated data'].join('\n')
}
