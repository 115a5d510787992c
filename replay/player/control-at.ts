// What a recording says besides the events up to a time: the records of a log as it was then, and where a merge goes on.
import type { LentRecords } from '../../infra/memory/store.ts'
import { kpiKeys } from '../../processor/contract/keys.ts'
import type { Alert, KpiReading } from '../../processor/contract/types.ts'
import type { MergeStart } from '../../processor/merge/merge-start.ts'
import type { ControlBook, TimedRecord } from '../control/control-book.ts'
import type { RecordedRecord } from '../recording/line.ts'

/** Windows of which partials are at hand, for whoever asks what a reading is made of. */
const SHOWN_WINDOWS = 10
/** Of windows that open or close an alert a few more are looked at: in some a scope may have nothing to say. */
const MARGIN = 2
/** Readings that the city's own log keeps. */
const MOST_READINGS = 1500 * 24

const ALWAYS = Number.NEGATIVE_INFINITY

export type ControlAt = {
  /** By topic, in the order of the offsets; readings stand by themselves. */
  byTopic: RecordedRecord[][]
  readings: LentRecords
  mergeStart: MergeStart
  /** Of which there are partials and truths. */
  windows: number
}

/** Nobody conducts a run that has ended: its end is not among them, the player says when. */
export async function controlUpTo(book: ControlBook, time: number): Promise<ControlAt> {
  const { window, allowedLateness } = book.descriptor
  const back = await windowsBack(book, time)
  const isResumed = reachesBack(book, time - back * window)
  const sumWindows = isResumed ? SHOWN_WINDOWS : back
  const sumsFrom = time - sumWindows * window - allowedLateness
  const partials = await book.between('partial', sumsFrom, time)
  const truths = await book.between('truth', sumsFrom, time)
  const alerts = await book.between('alert', ALWAYS, time)
  const others = [
    await book.between('run', ALWAYS, time),
    await book.between('result', ALWAYS, time),
    await book.between('incident', ALWAYS, time),
    await book.newest('twin', time, MOST_READINGS),
  ]
  const byTopic = Map.groupBy(
    [book.first, ...[...others, partials, truths, alerts].flat().map((it) => it.record)],
    ({ topic }) => topic,
  )
  const sums = {
    partials: openings(partials, window + allowedLateness),
    truths: openings(truths, window),
  }
  const newest = isResumed ? await newestEnds(book, time) : new Map<string, number>()
  const finalEnds = mergedEnds(book, newest, await dayEnds(book, time), sums)
  const judgedFrom = time - back * window + allowedLateness
  return {
    windows: sumWindows,
    byTopic: [...byTopic.values()].map((records) =>
      records.sort((a, b) => (a.offset < b.offset ? -1 : 1)).slice(-MOST_READINGS),
    ),
    readings: await book.lendReadings(time, MOST_READINGS),
    mergeStart: {
      ...{ epoch: book.epoch, finalEnds },
      readings: judgedReadings(book, await book.between('window', judgedFrom, time), finalEnds),
      partialsFrom: firstOpen(sums.partials, finalEnds),
      truthsFrom: firstOpen(sums.truths, finalEnds),
    },
  }
}

/** So many that a merge which judges them has all streaks, and an alert that is open at `time` has opened in one of them. */
export async function windowsBack(book: ControlBook, time: number): Promise<number> {
  const { window, allowedLateness, declarations } = book.descriptor
  const alerts = await book.between('alert', ALWAYS, -ALWAYS)
  let oldest = time
  const closed = new Map<string, number>()
  const opened = alerts.map(({ record }) => JSON.parse(record.value!.toString()) as Alert)
  for (const { id, closedAt } of opened) if (closedAt !== null) closed.set(id, Date.parse(closedAt))
  for (const { id, openedAt } of opened) {
    const isOpen = (closed.get(id) ?? -ALWAYS) + allowedLateness > time
    if (isOpen) oldest = Math.min(oldest, Date.parse(openedAt))
  }
  const thresholds = Object.values(declarations).flatMap(({ measures }) =>
    measures.flatMap((measure) => measure.thresholds ?? []),
  )
  const longest = Math.max(1, ...thresholds.map(({ windows }) => windows))
  return MARGIN * longest + Math.ceil((time - oldest + allowedLateness) / window)
}

/** Whether final readings are there from `from` on, or from where partials are: a cut has those of its own time only. */
function reachesBack(book: ControlBook, from: number): boolean {
  return book.firstOf('window') <= Math.max(from, book.firstOf('partial'))
}

/** A partial or truth: of which window, and where it lies. */
type SumsPlace = { domain: string; start: number; partition: number; offset: bigint }

/** Each is due `behind` ms after its window begins; its key was read when it was found to be one. */
function openings(sums: TimedRecord[], behind: number): SumsPlace[] {
  return sums.map(({ time, record: { key, offset } }) => {
    const [, domain, partition] = key!.toString('latin1').split('|')
    return { domain, partition: Number(partition), start: time - behind, offset }
  })
}

/** By domain, the end of its newest final window. */
async function newestEnds(book: ControlBook, time: number): Promise<Map<string, number>> {
  const { declarations } = book.descriptor
  const domains = new Map<string, string>()
  for (const [domain, { measures }] of Object.entries(declarations)) {
    for (const { name } of measures) domains.set(`${domain}.${name}`, domain)
  }
  const all = new Set(domains.values()).size
  // The last windows have one of each, but for a domain that has long been silent.
  for (let most = 2 * domains.size; ; most = Math.min(8 * most, MOST_READINGS)) {
    const windows = await book.newest('window', time, most)
    const ends = endsIn(book, windows, domains)
    if (ends.size === all || windows.length < most || most === MOST_READINGS) return ends
  }
}

function endsIn(
  { descriptor, epoch }: ControlBook,
  windows: TimedRecord[],
  domains: Map<string, string>,
): Map<string, number> {
  const ends = new Map<string, number>()
  for (const { record } of windows.toReversed()) {
    const key = kpiKeys.parse(record.key!.toString())
    if (key?.kind !== 'window' || key.epoch !== epoch) continue
    const domain = domains.get(key.kpi)
    if (domain === undefined || ends.has(domain)) continue
    ends.set(domain, Date.parse(key.start) + descriptor.window)
  }
  return ends
}

/** By KPI, the end of the newest window of which its day's reading was recorded. */
async function dayEnds(book: ControlBook, time: number): Promise<Map<string, number>> {
  const { allowedLateness } = book.descriptor
  const ends = new Map<string, number>()
  for (const { time: due, record } of await book.newestOfKeys('day', time)) {
    const key = kpiKeys.parse(record.key!.toString())
    if (key?.kind !== 'day' || key.epoch !== book.epoch) continue
    ends.set(key.kpi, Math.max(due - allowedLateness, ends.get(key.kpi) ?? ALWAYS))
  }
  return ends
}

/**
 * Up to where nothing is merged again. Of a day's readings a log keeps only the newest, so that what a recorder was too late
 * to read is not in the recording: then the newest final window is merged again, where all its sums are at hand.
 */
function mergedEnds(
  { descriptor: { window, partitions, truth, declarations } }: ControlBook,
  newest: Map<string, number>,
  days: ReadonlyMap<string, number>,
  { partials, truths }: { partials: SumsPlace[]; truths: SumsPlace[] },
): Map<string, number> {
  const isThere = (sums: SumsPlace[], domain: string, start: number) =>
    new Set(
      sums.flatMap((sum) => (sum.domain === domain && sum.start === start ? [sum.partition] : [])),
    ).size === partitions
  const isSaid = (domain: string, end: number) =>
    declarations[domain].measures.every(({ name }) => days.get(`${domain}.${name}`) === end)
  return new Map(
    [...newest].map(([domain, end]) => {
      if (isSaid(domain, end)) return [domain, end]
      const start = end - window
      const isWhole = isThere(partials, domain, start) && (!truth || isThere(truths, domain, start))
      return [domain, isWhole ? start : end]
    }),
  )
}

/** Of KPIs that have thresholds, of windows that are not merged again, in the windows' order. */
function judgedReadings(
  { descriptor }: ControlBook,
  windows: TimedRecord[],
  finalEnds: ReadonlyMap<string, number>,
): KpiReading[] {
  const ends = new Map<string, number>()
  for (const [domain, { measures }] of Object.entries(descriptor.declarations)) {
    const watched = measures.filter(({ thresholds }) => thresholds)
    for (const { name } of watched) ends.set(`${domain}.${name}`, finalEnds.get(domain) ?? ALWAYS)
  }
  return windows.flatMap(({ record }): KpiReading[] => {
    const key = kpiKeys.parse(record.key!.toString())
    if (key?.kind !== 'window') return []
    const isKept = Date.parse(key.start) < (ends.get(key.kpi) ?? ALWAYS)
    return isKept ? [JSON.parse(record.value!.toString()) as KpiReading] : []
  })
}

/** Offset of the first, as they lie in the log, that is of a window which is merged; null = there is none. */
function firstOpen(sums: SumsPlace[], finalEnds: ReadonlyMap<string, number>): bigint | null {
  let first: bigint | null = null
  for (const { domain, start, offset } of sums) {
    if (start < (finalEnds.get(domain) ?? ALWAYS)) continue
    if (first === null || offset < first) first = offset
  }
  return first
}
