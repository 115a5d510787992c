// One topic-partition of an audit: its records read once, and all that was told of it held against them.
import { isoTime } from '../../infra/time.ts'
import type { LedgerReading } from '../../processor/contract/types.ts'
import type { AuditInput } from '../input.ts'
import type { ClosedWindow, OracleLaneOptions } from '../oracle/lane.ts'
import type { Place } from '../place.ts'
import { createLaneAudit, type LaneReport } from './lane.ts'
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
  places: Place[]
  /** Sequence gaps, for when nothing better can be had. */
  gaps: Place[]
}

export async function auditLane(
  input: AuditInput,
  domain: string,
  partition: number,
): Promise<AuditedLane> {
  const { descriptor, told } = input
  const name = `${domain}/${partition}`
  const topic = input.topicOf(domain)
  const ledger = told.ledgers?.get(name)
  const windows: ClosedWindow[] = []
  const options: OracleLaneOptions = {
    run: descriptor.run,
    epoch: input.epoch,
    domain,
    partition,
    start: Date.parse(descriptor.start),
    end: Date.parse(descriptor.end),
    tickMs: descriptor.tick,
    seed: descriptor.seed,
    scenarioDigest: descriptor.digest,
    windowMs: descriptor.window,
    latenessMs: descriptor.allowedLateness,
    declaration: descriptor.declarations[domain],
    partitions: descriptor.partitions,
    assets: input.assetsIn(domain),
    scopes: input.scopes.length,
    assetOf: (id) => input.assetOf(domain, id),
    isRun: input.isRun,
  }
  const lane = createLaneAudit({
    ...options,
    topic,
    endedAt: input.endedAt,
    ledgerAt: ledger ? Date.parse(ledger.watermark) : null,
    onWindow: (window) => windows.push(window),
  })
  reading: for await (const batch of input.records(domain, partition)) {
    for (const record of batch) if (!lane.record(record)) break reading
  }
  const report = lane.report()
  const places: Place[] = []
  const at = { topic, partition, offset: null, district: null, asset: null, seq: null }
  const out: AuditedLane = {
    options,
    report,
    windows,
    untrue: [],
    truthCells: 0,
    partialCells: 0,
    truths: 0,
    partials: 0,
    partialDiffering: 0,
    ledgers: 0,
    places,
    gaps: report.unexplained === 0 ? [] : lane.gaps(),
  }
  for (const window of windows) {
    if (window.end > input.upTo) continue
    const key = `${name}/${isoTime(window.start)}`
    const truth = told.truths?.get(key)
    if (truth) {
      const { compared, differing } = comparePartial(window, truth)
      out.truths++
      out.truthCells += compared
      out.untrue.push(...differing)
    } else if (told.truths && descriptor.truth && !told.trimmed.includes('truth')) {
      places.push({ ...at, kind: 'truth', time: window.start, detail: 'no truth of this window' })
    }
    const partial = told.partials?.get(key)
    if (!partial) continue
    const { compared, differing } = comparePartial(window, partial)
    out.partials++
    out.partialCells += compared
    out.partialDiffering += differing.length
    for (const d of differing) {
      const detail = `${d.measure} ${d.kind} off by ${d.difference.numerator} / ${d.difference.denominator}, n ${d.difference.n}`
      places.push({ ...at, kind: 'partial', district: d.scope, time: d.start, detail })
    }
  }
  if (told.ledgers) compareTold(input, name, ledger, report, places, at)
  if (ledger) out.ledgers = 1
  compareRejected(input, topic, partition, report, places)
  return out
}

function compareTold(
  input: AuditInput,
  name: string,
  ledger: LedgerReading | undefined,
  report: LaneReport,
  places: Place[],
  at: Omit<Place, 'kind' | 'time' | 'detail'>,
): void {
  const place = (detail: string, time: number | null) =>
    places.push({ ...at, kind: 'ledger', time, detail })
  if (!ledger) {
    if (report.lastTick !== null && input.endedAt !== null) place(`none was told of ${name}`, null)
    return
  }
  const time = Date.parse(ledger.watermark)
  for (const detail of compareLedger(ledger, report)) place(detail, time)
  if (input.endedAt !== null && report.lastTick !== null && time !== report.lastTick) {
    place(`as of ${ledger.watermark}, expected the last tick ${isoTime(report.lastTick)}`, time)
  }
}

/** Every late and dead-lettered record must be told in its topic, with its reason, and no other. */
function compareRejected(
  input: AuditInput,
  topic: string,
  partition: number,
  report: LaneReport,
  places: Place[],
): void {
  const { rejected } = input.told
  if (!rejected) return
  // While a run goes on, the task may not have told of the newest yet.
  const until = input.endedAt === null ? report.ledgerOffset : report.until
  if (report.from === null || until === null) return
  const isTrimmed = ['late', 'dead-letter'].some((t) => input.told.trimmed.includes(t))
  const at = { topic, partition, district: null, time: null, asset: null, seq: null }
  for (const [offset, reason] of report.rejected) {
    if (BigInt(offset) >= until) continue
    const got = rejected.get(`${topic}/${partition}/${offset}`)
    if (got === reason || (got === undefined && isTrimmed)) continue
    const detail = `${got ?? 'not told'}, expected ${reason}`
    places.push({ ...at, kind: 'rejected', offset: BigInt(offset), detail })
  }
  const prefix = `${topic}/${partition}/`
  for (const [key, reason] of rejected) {
    if (!key.startsWith(prefix)) continue
    const offset = BigInt(key.slice(prefix.length))
    if (offset < report.from || offset >= until || report.rejected.has(String(offset))) continue
    places.push({ ...at, kind: 'rejected', offset, detail: `${reason}, expected to be folded` })
  }
}
