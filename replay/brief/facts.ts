// What a brief says of a recording at a time: final readings, targets, incidents, alerts, commands, accounts, as they were recorded.
import { Problem, problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import { kpiKeys } from '../../processor/contract/keys.ts'
import {
  type Alert,
  type KpiReading,
  type LedgerReading,
  type ScopeReading,
  type TwinReading,
  USUAL,
} from '../../processor/contract/types.ts'
import type { Measure } from '../../producers/contract/measures.ts'
import type {
  AcceptedCommand,
  Descriptor,
  IncidentRecord,
} from '../../producers/contract/records.ts'
import type { Target } from '../../seeds/contract.ts'
import type { ControlBook } from '../control/control-book.ts'
import type { ControlKind } from '../control/control-reader.ts'
import type { ReplayedRun } from '../player/replayed-run.ts'
import type { RecordedRecord } from '../recording/line.ts'

/** A reading of the whole city; `usual` = that of the twin in which nothing happens, of the same window, where it was recorded. */
export type KpiFact = {
  id: string
  measure: Measure
  reading: KpiReading
  cell: ScopeReading
  usual: ScopeReading | null
  /** The one that its day's reading is held against. */
  target: Target | null
  status: KpiReading['status']
}

/** By the day's reading; `value` and `expected` in the target's unit, null where nothing is known. */
export type TargetFact = {
  target: Target
  value: number | null
  expected: number | null
  n: number | null
  status: KpiReading['status']
}

export type AccountFact = {
  lanes: number
  produced: number
  folded: number
  unexplained: number
  /** Topic-partitions whose chain is the one that was written. */
  chainsEqual: number
  /** Final readings so far that equal the truth, and that differ from it. */
  equal: number
  differing: number
}

export type BriefFacts = {
  descriptor: Descriptor
  /** Sim times (ms) from which to which it is about; `at` is a tick. */
  from: number
  at: number
  kpis: KpiFact[]
  /** Official ones, in the plan's order; `assumed` others are not in it. */
  targets: TargetFact[]
  assumed: number
  incidents: IncidentRecord[]
  /** Open ones first, the worst first, then the newest. */
  alerts: Alert[]
  commands: AcceptedCommand[]
  account: AccountFact
}

/** `at` lies in the run's span; throws a Problem where no reading was final by then. */
export async function briefFacts(run: ReplayedRun, asked: number): Promise<BriefFacts> {
  const { book, positions } = run
  const { descriptor } = book
  const at = await positions.aligned(asked)
  const { from } = await positions.span()
  const so = <T>(kind: ControlKind) => valuesOf<T>(book, kind, at)
  const readings = new NewestReadings([
    ...(await so<KpiReading>('window')),
    ...(await so<KpiReading>('day')),
  ])
  const usual = (await so<TwinReading>('twin')).filter(({ twin }) => twin === USUAL)
  const kpis = kpiFacts(descriptor, readings, usual)
  if (kpis.length === 0) {
    const todo = 'a window is final shortly after its end; name a later --at'
    throw new Problem(
      problemText(`the recording at ${isoTime(at)}`, 'no final reading', 'some', todo),
    )
  }
  const official = descriptor.plan.targets.filter(({ grade }) => grade === 'official')
  const alerts = [
    ...(await so<Alert>('alert')),
    ...(await so<Alert>('twin')).filter(({ against }) => against),
  ]
  return {
    ...{ descriptor, from, at, kpis },
    targets: official.map((target) => targetFact(descriptor, readings, target)),
    assumed: descriptor.plan.targets.length - official.length,
    incidents: newestById(await so<IncidentRecord>('incident')),
    alerts: newestById(alerts).sort(worstFirst),
    commands: (await so<AcceptedCommand>('run')).filter(
      ({ effectiveAt }) => effectiveAt !== undefined,
    ),
    account: await accountOf(run, at, readings),
  }
}

async function valuesOf<T>(book: ControlBook, kind: ControlKind, at: number): Promise<T[]> {
  const timed = await book.between(kind, Number.NEGATIVE_INFINITY, at)
  return timed.map(({ record }) => JSON.parse(record.value!.toString()) as T)
}

/** Of each KPI the one of the newest window, and of the newest day. */
class NewestReadings {
  readonly #newest = new Map<string, KpiReading>()
  readonly all: KpiReading[]

  constructor(all: KpiReading[]) {
    this.all = all
    for (const reading of all) this.#newest.set(`${reading.kpi} ${reading.window.kind}`, reading)
  }

  get(kpi: string, kind: KpiReading['window']['kind']): KpiReading | null {
    return this.#newest.get(`${kpi} ${kind}`) ?? null
  }
}

/** The headline ones, by rank. */
function kpiFacts(
  { declarations, plan, scopes }: Descriptor,
  readings: NewestReadings,
  usual: TwinReading[],
): KpiFact[] {
  const city = scopes?.[0]?.code
  const declared = Object.values(declarations).flatMap(({ domain, measures }) =>
    measures.map((measure) => ({ id: `${domain}.${measure.name}`, measure })),
  )
  return declared
    .filter(({ measure }) => measure.headline !== undefined)
    .sort((a, b) => a.measure.headline! - b.measure.headline!)
    .flatMap(({ id, measure }): KpiFact[] => {
      const targets = plan.targets.filter(({ kpi }) => kpi === id)
      const reading = readings.get(id, kindOf(measure, targets.length > 0))
      const cell = city === undefined ? undefined : reading?.scopes[city]
      if (!reading || !cell) return []
      const { start, end, kind } = reading.window
      const same = usual.findLast(
        ({ kpi, window }) =>
          kpi === id && window.kind === kind && window.start === start && window.end === end,
      )
      const day = readings.get(id, 'day')
      const target = targets.find((it) => it.id === day?.target) ?? null
      return [
        {
          id,
          measure,
          reading,
          cell,
          usual: same?.scopes[city!] ?? null,
          target,
          status: day?.status ?? null,
        },
      ]
    })
}

/** A count, and a ratio that is held against the plan, is the day's: one window is noise. */
const kindOf = ({ kind }: Measure, hasTarget: boolean): 'window' | 'day' =>
  kind === 'count' || (kind === 'ratio' && hasTarget) ? 'day' : 'window'

function targetFact(
  { declarations, scopes }: Descriptor,
  readings: NewestReadings,
  target: Target,
): TargetFact {
  const reading = readings.get(target.kpi, 'day')
  const cell = reading?.scopes[scopes?.[0]?.code ?? '']
  if (!reading || !cell) return { target, value: null, expected: null, n: null, status: null }
  const measure = Object.values(declarations)
    .flatMap(({ domain, measures }) => measures.map((it) => ({ id: `${domain}.${it.name}`, it })))
    .find(({ id }) => id === target.kpi)?.it
  // A share whose target is a number of things is that number.
  const isCount = measure?.kind === 'share' && target.unit !== '1'
  const count = cell.n === 0 ? null : cell.numerator * reading.weight
  const value = reading.status === 'no-data' ? null : isCount ? count : cell.value
  // A status belongs to the reading's own target: another one of the KPI shows none.
  const isOwn = reading.target === target.id
  const line = isOwn ? reading.expected : null
  const expected = line !== null && isCount ? line * (cell.denominator ?? 0) : line
  return { target, value, expected, n: cell.n, status: isOwn ? reading.status : null }
}

function newestById<T extends { id: string }>(all: T[]): T[] {
  return [...new Map(all.map((it) => [it.id, it])).values()]
}

function worstFirst(a: Alert, b: Alert): number {
  const rank = ({ closedAt, severity }: Alert) =>
    (closedAt === null ? 0 : 2) + (severity === 'critical' ? 0 : 1)
  return rank(a) - rank(b) || Date.parse(b.openedAt) - Date.parse(a.openedAt)
}

/** Of each topic-partition the newest account by then. */
async function accountOf(
  { recording, book }: ReplayedRun,
  at: number,
  { all }: NewestReadings,
): Promise<AccountFact> {
  const ledgers = new Map<string, LedgerReading>()
  for await (const records of recording.records('control')) {
    for (const record of records) {
      const ledger = record.topic === book.topics.kpi ? ledgerOf(record, book.epoch) : null
      if (ledger && Date.parse(ledger.watermark) <= at) {
        ledgers.set(`${ledger.domain}/${ledger.partition}`, ledger)
      }
    }
  }
  const newest = [...ledgers.values()]
  const sum = (of: (ledger: LedgerReading) => number) => newest.reduce((n, it) => n + of(it), 0)
  const truths = (truth: KpiReading['truth']) => all.filter((it) => it.truth === truth).length
  return {
    lanes: newest.length,
    produced: sum(({ produced }) => produced),
    folded: sum(({ folded }) => folded),
    unexplained: sum(({ unexplained }) => Math.abs(unexplained)),
    chainsEqual: newest.filter(({ chainEqual, incomplete }) => chainEqual && !incomplete).length,
    equal: truths('equal'),
    differing: truths('differs'),
  }
}

function ledgerOf({ key, value }: RecordedRecord, epoch: number): LedgerReading | null {
  const parsed = key && value ? kpiKeys.parse(key.toString()) : null
  if (parsed?.kind !== 'ledger' || parsed.epoch !== epoch) return null
  try {
    return JSON.parse(value!.toString()) as LedgerReading
  } catch {
    return null // somebody else's bytes
  }
}
