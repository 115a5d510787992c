// The final readings of one domain against the oracle's, cell by cell; and those that ought to be there and are not.
import { isoTime } from '../../infra/time.ts'
import type { Share } from '../coverage.ts'
import type { AuditInput } from '../input.ts'
import { oracleKpis } from '../oracle/reading.ts'
import { addTo } from '../oracle/sums.ts'
import type { ClosedWindow } from '../oracle/windows.ts'
import type { AuditPlace } from '../place.ts'
import type { DomainAudit } from '../rows.ts'
import { compareReading, type MergedWindow } from './published.ts'

/** Returns of how many windows, of those that the events close, every final reading was there. */
export function compareReadings(
  input: AuditInput,
  domain: string,
  merged: Map<string, MergedWindow>,
  untrue: Set<string>,
  row: DomainAudit,
  places: AuditPlace[],
): Share {
  const { descriptor, published } = input
  const { other } = published
  const topic = other?.topic ?? input.topicOf('kpi')
  const seen = new Map<string, string>()
  const at = { topic, partition: 0, offset: null, district: null, asset: null, seq: null }
  const kpis = oracleKpis(descriptor, input.scopes)
  for (const reading of [...(published.readings ?? []), ...(other?.partial ?? [])]) {
    const kpi = kpis.get(reading.kpi)
    const time = Date.parse(reading.window.end) - descriptor.window
    if (kpi?.domain !== domain || time + descriptor.window > input.upTo) continue
    const { kind } = reading.window
    const name = `${reading.kpi}|${kind}|${time}`
    const text = JSON.stringify(reading)
    const what = `${reading.kpi} ${kind} to ${reading.window.end}`
    const place = (detail: string) =>
      places.push({ ...at, kind: 'cell', time, detail: `${what}: ${detail}` })
    if ((seen.get(name) ?? text) !== text) {
      row.differing++
      place('was published twice with other bytes')
    }
    seen.set(name, text)
    const window = merged.get(`${domain}|${time}`)
    if (window?.lanes !== descriptor.partitions) {
      row.differing += kpi.scopes.length
      place(`closed by ${window?.lanes ?? 0} of ${descriptor.partitions} topic-partitions`)
      continue
    }
    const isUntrue = untrue.has(`${time}|${kpi.measure.name}|${kind}`)
    const truth = !descriptor.truth ? null : isUntrue ? 'differs' : 'equal'
    const result = compareReading(
      descriptor,
      kpi,
      window,
      reading,
      // Only the processor says what it found against the truth.
      published.truths && other?.engine !== 'flink-sql' ? truth : undefined,
    )
    row.cells += result.compared
    row.differing += result.scopes
    for (const detail of result.differing) place(detail)
  }
  for (const { kpi, start, detail } of other?.rewritten ?? []) {
    if (kpis.get(kpi)?.domain !== domain || Date.parse(start) >= input.upTo) continue
    row.differing++
    places.push({ ...at, kind: 'cell', time: Date.parse(start), detail: `${kpi}: ${detail}` })
  }
  const isWhole = published.readings !== null && !published.trimmed.includes('kpi')
  const share: Share = { compared: 0, of: 0 }
  for (const window of merged.values()) {
    if (window.domain !== domain || window.lanes < descriptor.partitions) continue
    share.of++
    if (window.end > input.upTo) continue
    const absent = [...kpis.values()].filter(
      (kpi) => kpi.domain === domain && !seen.has(`${kpi.kpi}|window|${window.start}`),
    )
    if (absent.length === 0) share.compared++
    for (const kpi of isWhole ? absent : []) {
      row.differing += kpi.scopes.length
      const detail = `${kpi.kpi} window to ${isoTime(window.end)}: no final reading`
      places.push({ ...at, kind: 'final-missing', time: window.start, detail })
    }
  }
  return share
}

/** Adds a topic-partition's sums to its domain's. */
export function merge(
  merged: Map<string, MergedWindow>,
  domain: string,
  closed: ClosedWindow,
): void {
  const key = `${domain}|${closed.start}`
  let window = merged.get(key)
  if (!window) {
    const { start, end, dayStart } = closed
    window = { domain, start, end, dayStart, lanes: 0, measures: new Map() }
    merged.set(key, window)
  }
  window.lanes++
  for (const [name, sums] of closed.measures) {
    const into = window.measures.get(name) ?? { window: new Map(), day: new Map() }
    window.measures.set(name, into)
    for (const kind of ['window', 'day'] as const) {
      for (const [scope, sum] of sums[kind]) addTo(into[kind], scope, sum)
    }
  }
}
