// Holds what was published against the oracle: partials and truths per topic-partition, final readings per KPI, ledgers.
import { isoTime } from '../../infra/time.ts'
import type { KpiReading, LedgerReading } from '../../processor/contract/types.ts'
import type { Cell, Descriptor, Partial } from '../../producers/contract/records.ts'
import { standingOf } from '../oracle/plan.ts'
import { cellsOf, type OracleKpi, weightOf } from '../oracle/reading.ts'
import { isZero, minusOf, NOTHING, type Sum, type Sums } from '../oracle/sums.ts'
import type { ClosedWindow } from '../oracle/windows.ts'
import type { LaneReport } from './lane.ts'

export type CellDifference = {
  measure: string
  kind: 'window' | 'day'
  scope: string
  /** Window start, ms. */
  start: number
  /** published − oracle. */
  difference: Sum
}

/** Every cell of a partial or truth against the oracle's sums; an absent cell is zero. */
export function comparePartial(window: ClosedWindow, published: Partial) {
  const differing: CellDifference[] = []
  let compared = 0
  const names = new Set([...window.measures.keys(), ...Object.keys(published.measures)])
  for (const measure of names) {
    for (const kind of ['window', 'day'] as const) {
      const ours: Sums = window.measures.get(measure)?.[kind] ?? new Map()
      const theirs = published.measures[measure]?.[kind] ?? {}
      for (const scope of new Set([...ours.keys(), ...Object.keys(theirs)])) {
        compared++
        const difference = minusOf(toSum(theirs[scope]), ours.get(scope) ?? NOTHING)
        if (isZero(difference)) continue
        differing.push({ measure, kind, scope, start: window.start, difference })
      }
    }
  }
  return { compared, differing }
}

function toSum(cell: Cell | undefined): Sum {
  if (!cell) return NOTHING
  const [numerator, denominator, n] = cell
  return { numerator: BigInt(numerator), denominator: BigInt(denominator ?? 0), n }
}

/** A window's sums over all topic-partitions of its domain. */
export type MergedWindow = {
  domain: string
  start: number
  end: number
  dayStart: number
  /** Topic-partitions that closed it. */
  lanes: number
  measures: Map<string, { window: Sums; day: Sums }>
}

/** What differs in one final reading: `<scope> value 0.93, expected 0.94`; `compared` = its scopes. */
export function compareReading(
  descriptor: Descriptor,
  kpi: OracleKpi,
  window: MergedWindow,
  reading: KpiReading,
  truth: KpiReading['truth'] | undefined,
): { compared: number; differing: string[]; scopes: number } {
  const { kind } = reading.window
  const cells = cellsOf(descriptor, kpi, window.measures.get(kpi.measure.name)![kind])
  const differing: string[] = []
  let scopes = 0
  const names = new Set([...Object.keys(cells), ...Object.keys(reading.scopes)])
  for (const scope of names) {
    const expected = cells[scope]
    const got = reading.scopes[scope]
    const fields = ['value', 'numerator', 'denominator', 'n'] as const
    const other = fields.filter((f) => got?.[f] !== expected?.[f])
    if (other.length > 0) scopes++
    for (const f of other) {
      differing.push(`${scope} ${f} ${got?.[f]}, expected ${expected?.[f]}`)
    }
  }
  const standing = standingOf(descriptor, kpi, kind, cells[kpi.scopes[0]], window.end)
  const expected = {
    start: isoTime(kind === 'day' ? window.dayStart : window.start),
    end: isoTime(window.end),
    watermark: isoTime(window.end),
    weight: weightOf(descriptor, kpi),
    unit: kpi.measure.unit,
    ...standing,
    ...(truth === undefined ? {} : { truth }),
  }
  const published: Record<string, unknown> = { ...reading, ...reading.window }
  for (const [field, value] of Object.entries(expected)) {
    if (published[field] === value || isLastBit(field, published[field], value)) continue
    differing.push(`${field} ${published[field]}, expected ${value}`)
  }
  return { compared: names.size, differing, scopes: Math.max(scopes, differing.length > 0 ? 1 : 0) }
}

/** `expected` is a float's product in the reading and exact here: its sixth decimal may fall either way on a tie. */
function isLastBit(field: string, published: unknown, value: unknown): boolean {
  if (field !== 'expected' || typeof published !== 'number' || typeof value !== 'number')
    return false
  // A number of many digits has fewer decimals than six.
  return Math.abs(published - value) < 1.5e-6 + Math.abs(value) * 1e-15
}

/** What differs between a task's ledger and ours at the same tick. */
export function compareLedger(task: LedgerReading, lane: LaneReport): string[] {
  if (!lane.ledger) return [`as of ${task.watermark}, expected one of the ticks that were read`]
  const { at, until } = lane.ledger
  const differing: string[] = []
  const check = (name: string, got: number, from: number, to = from) => {
    const expected = from === to ? `${from}` : `${from} to ${to}`
    if (!(got >= from && got <= to)) differing.push(`${name} ${got}, expected ${expected}`)
  }
  check('produced', task.produced, at.produced)
  check('folded', task.folded, at.folded)
  check('late', task.late, at.late)
  // Published between ticks: these two are as of the record, the others as of the tick.
  check('duplicate', task.duplicate, at.duplicate, until.duplicate)
  check('deadLetter', task.deadLetter, at.deadLetter, until.deadLetter)
  check('read', task.read, task.folded + task.late + task.duplicate + task.deadLetter)
  check('unexplained', task.unexplained, at.unexplained)
  for (const name of ['drop', 'duplicate', 'late', 'corrupt', 'held'] as const) {
    check(`injected.${name}`, task.injected[name], at.injected[name])
  }
  return differing
}
