// The audit of a run: its events recomputed by the oracle and held against truth, readings, ticks, chains and ledgers.
// In: the run's descriptor, its records per topic-partition, what was published. Out: one verdict, with the places that fail it.
import { isoTime } from '../infra/time.ts'
import type { LaneReport } from './compare/lane.ts'
import { type AuditedLane, auditLane } from './compare/one-lane.ts'
import type { CellDifference, MergedWindow } from './compare/published.ts'
import { compareReadings, merge } from './compare/readings.ts'
import { type Coverage, CoverageCount } from './coverage.ts'
import type { AuditInput } from './input.ts'
import { type AuditedReadings, auditedReadings } from './other-engine.ts'
import type { AuditPlace } from './place.ts'
import type { Explanation } from './resimulate/explain.ts'
import { type Resimulated, resimulate } from './resimulate/resimulate.ts'
import { addRow, type DomainAudit, emptyRow } from './rows.ts'

/** Topic-partitions that are audited at the same time. */
const READERS = 4

export type AuditResult = {
  /** No pass without a final reading of every domain that was compared. */
  verdict: 'pass' | 'fail' | 'nothing-compared'
  run: string
  epoch: number
  upTo: string
  ended: boolean
  windows: number
  coverage: Coverage
  /** Of readings in a topic of their own. */
  readings?: AuditedReadings
  total: DomainAudit
  domains: Record<string, DomainAudit>
  /** Topic-partitions that were simulated again. */
  resimulated: number
  places: AuditPlace[]
  explanations: (Explanation & { domain: string; partition: number })[]
}

export async function audit(input: AuditInput): Promise<AuditResult> {
  const { descriptor } = input
  const domains: Record<string, DomainAudit> = {}
  const places: AuditPlace[] = []
  const explanations: AuditResult['explanations'] = []
  const merged = new Map<string, MergedWindow>()
  const covered = new CoverageCount(input.published, descriptor.truth)
  const lanesInAll = Object.keys(descriptor.declarations).length * descriptor.partitions
  let audited = 0
  let resimulated = 0

  for (const domain of Object.keys(descriptor.declarations)) {
    const row = emptyRow()
    domains[domain] = row
    /** `<start>|<measure>|<kind>` of readings whose truth differs. */
    const untrue = new Set<string>()
    const lanes = await inTurns(descriptor.partitions, async (partition) => {
      const lane = await auditLane(input, domain, partition)
      const again = await lookAgain(input, domain, partition, lane)
      input.onProgress?.(++audited, lanesInAll)
      return { lane, again }
    })
    for (const [partition, { lane, again }] of lanes.entries()) {
      covered.lane(lane)
      for (const window of lane.windows) merge(merged, domain, window)
      for (const d of lane.untrue) untrue.add(`${d.start}|${d.measure}|${d.kind}`)
      if (again) {
        resimulated++
        for (const e of again.explanations) explanations.push({ ...e, domain, partition })
      }
      const found = again ? again.places : lane.gaps
      // The simulation names a missing tick as well, and where it ought to stand.
      const own = lane.report.places.filter((p) => !again || p.kind !== 'tick-missing')
      const unexplained = again
        ? found.filter((p) => p.kind !== 'retried').length
        : Math.abs(lane.report.unexplained)
      const open = again ? again.unexplained : lane.untrue
      const topic = input.topicOf(domain)
      places.push(
        ...found,
        ...own,
        ...lane.places,
        ...open.map((d) => truthPlace(d, topic, partition)),
      )
      addLane(row, lane, unexplained, lane.untrue.length - open.length)
    }
    covered.windows(compareReadings(input, domain, merged, untrue, row, places))
  }

  const total = emptyRow()
  for (const row of Object.values(domains)) addRow(total, row)
  const isRight =
    places.every((p) => p.kind === 'retried') &&
    total.differing + total.partialDiffering + total.unexplained === 0
  const published = [...merged.values()].filter((w) => w.end <= input.upTo)
  return {
    verdict: !isRight ? 'fail' : uncompared(domains).length > 0 ? 'nothing-compared' : 'pass',
    run: descriptor.run,
    epoch: input.epoch,
    upTo: isoTime(input.upTo),
    ended: input.endedAt !== null,
    windows: new Set(published.map((w) => w.start)).size,
    coverage: covered.coverage,
    readings: auditedReadings(input.published),
    total,
    domains,
    resimulated,
    places,
    explanations,
  }
}

/** Domains of which no final reading was compared; all of them when there is none. */
export function uncompared(domains: Record<string, DomainAudit>): string[] {
  const names = Object.keys(domains).filter((name) => domains[name].cells === 0)
  return Object.keys(domains).length === 0 ? ['any domain'] : names
}

/** Works on a few topic-partitions at a time, so that one waits for the log while another computes; results in order. */
async function inTurns<T>(count: number, work: (partition: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  let next = 0
  async function worker(): Promise<void> {
    while (next < count) {
      const partition = next++
      results[partition] = await work(partition)
    }
  }
  await Promise.all(Array.from({ length: READERS }, worker))
  return results
}

function truthPlace(d: CellDifference, topic: string, partition: number): AuditPlace {
  const { numerator, denominator, n } = d.difference
  const detail = `${d.measure} ${d.kind}: truth − reading is ${numerator} / ${denominator}, n ${n}, and nothing explains it`
  const at = { topic, partition, offset: null, asset: null, seq: null }
  return { ...at, kind: 'truth', district: d.scope, time: d.start, detail }
}

/** The second pass, where something is to be named or explained and the seeds are at hand. */
async function lookAgain(
  input: AuditInput,
  domain: string,
  partition: number,
  lane: AuditedLane,
): Promise<Resimulated | null> {
  if (!input.simulate || !(input.resimulate || isSuspicious(lane))) return null
  return resimulate({
    lane: lane.options,
    topic: input.topicOf(domain),
    upToTick: input.endedAt === null ? lane.report.lastTick : null,
    records: input.records(domain, partition),
    simulation: input.simulate(domain, partition, laneEnd(input, lane.report)),
    untrue: lane.untrue,
    strict: input.strict === true,
  })
}

/** Anything that a clean topic-partition does not show. */
function isSuspicious({ report, places, untrue }: AuditedLane): boolean {
  const { counts, injected } = report
  return (
    report.places.length + places.length + untrue.length + report.chainsBroken > 0 ||
    report.unexplained !== 0 ||
    counts.duplicate + counts.late + counts.deadLetter - counts.foreign > 0 ||
    injected.drop + injected.duplicate + injected.late + injected.corrupt > 0
  )
}

/** How far to simulate: while the run goes on there may be events of one interval after the last tick. */
function laneEnd({ endedAt, descriptor }: AuditInput, { lastTick }: LaneReport): number {
  if (endedAt !== null) return endedAt
  return Math.min(
    (lastTick ?? Date.parse(descriptor.start)) + descriptor.tick,
    Date.parse(descriptor.end),
  )
}

function addLane(
  row: DomainAudit,
  lane: AuditedLane,
  unexplained: number,
  explained: number,
): void {
  const { counts, injected, produced, missing, ticks, chainsBroken } = lane.report
  row.truthCells += lane.truthCells
  row.truthDiffering += lane.untrue.length
  row.truthExplained += explained
  row.partialCells += lane.partialCells
  row.partialDiffering += lane.partialDiffering
  row.read += counts.read
  row.produced += produced
  row.missing += missing
  row.injected += injected.drop + injected.corrupt
  row.held += injected.held
  row.duplicated += counts.duplicate
  row.late += counts.late
  row.deadLettered += counts.deadLetter - counts.foreign
  row.foreign += counts.foreign
  row.unexplained += unexplained
  row.ticks += ticks
  row.chainsBroken += chainsBroken
  row.ledgers += lane.ledgers
}
