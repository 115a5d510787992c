// One topic-partition of an audit: its records read once, and all that was published of it held against them.
import { isoTime } from '../../infra/time.ts'
import type { Partial } from '../../producers/contract/records.ts'
import type { AuditInput } from '../input.ts'
import type { OracleLaneOptions } from '../oracle/lane.ts'
import type { ClosedWindow } from '../oracle/windows.ts'
import { type AuditPlace, PlaceList } from '../place.ts'
import { LaneAudit, type LaneReport } from './lane.ts'
import { oneLaneOptions } from './lane-options.ts'
import { type CellDifference, compareLedger, comparePartial } from './published.ts'

export type AuditedLane = {
  options: OracleLaneOptions
  report: LaneReport
  windows: ClosedWindow[]
  untrue: CellDifference[]
  truthCells: number
  partialCells: number
  /** Windows of which a truth, and a final partial, was there to be compared. */
  truths: number
  partials: number
  partialDiffering: number
  ledgers: number
  places: AuditPlace[]
  /** Sequence gaps, for when nothing better can be had. */
  gaps: AuditPlace[]
}

export async function auditLane(
  input: AuditInput,
  domain: string,
  partition: number,
): Promise<AuditedLane> {
  const { published, endedAt } = input
  const topic = input.topicOf(domain)
  const ledger = published.ledgers?.get(`${domain}/${partition}`)
  const options = oneLaneOptions(input, domain, partition)
  const windows: ClosedWindow[] = []
  const lane = new LaneAudit({
    ...options,
    topic,
    endedAt,
    ledgerAt: ledger ? Date.parse(ledger.watermark) : null,
    onWindow: (window) => windows.push(window),
  })
  reading: for await (const batch of input.records(domain, partition)) {
    for (const record of batch) if (!lane.record(record)) break reading
  }
  const report = lane.report()
  const found = new PlaceList(topic, partition)
  const due = windows.filter((window) => window.end <= input.upTo)
  const truths = compareTruths(input, options, due, found)
  const partials = comparePartials(input, options, due, found)
  comparePublishedLedger(input, options, report, found)
  compareRejected(input, topic, partition, report, found)
  return {
    ...{ options, report, windows },
    untrue: truths.differing,
    truthCells: truths.cells,
    truths: truths.windows,
    partialCells: partials.cells,
    partials: partials.windows,
    partialDiffering: partials.differing.length,
    ledgers: ledger ? 1 : 0,
    places: found.places,
    gaps: report.unexplained === 0 ? [] : lane.gaps(),
  }
}

/** `windows` = those of which one was published. */
type ComparedPartials = { windows: number; cells: number; differing: CellDifference[] }

function compareTruths(
  { published, descriptor }: AuditInput,
  lane: OracleLaneOptions,
  windows: ClosedWindow[],
  found: PlaceList,
): ComparedPartials {
  const { truths, trimmed } = published
  const isExpected = truths !== null && descriptor.truth && !trimmed.includes('truth')
  return compareAll(truths, lane, windows, ({ start }) => {
    if (isExpected) found.add({ kind: 'truth', time: start, detail: 'no truth of this window' })
  })
}

function comparePartials(
  { published }: AuditInput,
  lane: OracleLaneOptions,
  windows: ClosedWindow[],
  found: PlaceList,
): ComparedPartials {
  const compared = compareAll(published.partials, lane, windows, () => {})
  for (const { measure, kind, scope, start, difference } of compared.differing) {
    const { numerator, denominator, n } = difference
    const detail = `${measure} ${kind} off by ${numerator} / ${denominator}, n ${n}`
    found.add({ kind: 'partial', district: scope, time: start, detail })
  }
  return compared
}

function compareAll(
  partials: Map<string, Partial> | null,
  { domain, partition }: OracleLaneOptions,
  windows: ClosedWindow[],
  onMissing: (window: ClosedWindow) => void,
): ComparedPartials {
  const all: ComparedPartials = { windows: 0, cells: 0, differing: [] }
  for (const window of windows) {
    const partial = partials?.get(`${domain}/${partition}/${isoTime(window.start)}`)
    if (!partial) {
      onMissing(window)
      continue
    }
    const { compared, differing } = comparePartial(window, partial)
    all.windows++
    all.cells += compared
    all.differing.push(...differing)
  }
  return all
}

function comparePublishedLedger(
  { published, endedAt }: AuditInput,
  { domain, partition }: OracleLaneOptions,
  report: LaneReport,
  found: PlaceList,
): void {
  if (!published.ledgers) return
  const name = `${domain}/${partition}`
  const ledger = published.ledgers.get(name)
  const { lastTick } = report
  const isOver = lastTick !== null && endedAt !== null
  if (!ledger) {
    if (isOver) found.add({ kind: 'ledger', detail: `none was published of ${name}` })
    return
  }
  const time = Date.parse(ledger.watermark)
  for (const detail of compareLedger(ledger, report)) found.add({ kind: 'ledger', time, detail })
  if (isOver && time !== lastTick) {
    const detail = `as of ${ledger.watermark}, expected the last tick ${isoTime(lastTick)}`
    found.add({ kind: 'ledger', time, detail })
  }
}

/** Every late and dead-lettered record must be published in its topic, with its reason, and no other. */
function compareRejected(
  { published, endedAt }: AuditInput,
  topic: string,
  partition: number,
  report: LaneReport,
  found: PlaceList,
): void {
  const { rejected, trimmed } = published
  if (!rejected) return
  // While a run goes on, the task may not have published the newest yet.
  const until = endedAt === null ? (report.ledger?.offset ?? null) : report.until
  if (report.from === null || until === null) return
  const isTrimmed = ['late', 'dead-letter'].some((t) => trimmed.includes(t))
  for (const [offset, reason] of report.rejected) {
    if (BigInt(offset) >= until) continue
    const got = rejected.get(`${topic}/${partition}/${offset}`)
    if (got === reason || (got === undefined && isTrimmed)) continue
    const detail = `${got ?? 'not published'}, expected ${reason}`
    found.add({ kind: 'rejected', offset: BigInt(offset), detail })
  }
  const prefix = `${topic}/${partition}/`
  for (const [key, reason] of rejected) {
    if (!key.startsWith(prefix)) continue
    const offset = BigInt(key.slice(prefix.length))
    if (offset < report.from || offset >= until || report.rejected.has(String(offset))) continue
    found.add({ kind: 'rejected', offset, detail: `${reason}, expected to be folded` })
  }
}
