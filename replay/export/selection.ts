// Which records of a recording are exported: by topic, and by sim time.
import type { RecordedRecord } from '../recording/line.ts'
import type { Track } from '../recording/manifest.ts'
import { eventTimeOf, type MemberEntry } from '../recording/member-index.ts'

/** Times in ms: from `from` on, before `until`. `topics` = null: all but what a processor restores itself from. */
export type ExportSelection = {
  from: number | null
  until: number | null
  topics: Set<string> | null
}

/** A value that is larger says no time: a reading has some 2 kB. */
const MAX_TIMED_BYTES = 1024 * 1024
/** Fields with the instant of what a record says, the one that counts first. */
const INSTANTS = ['time', 'effectiveAt', 'h', 'at', 'simulatedTo', 'closedAt', 'openedAt', 'from']
/** What has an end says something of all that lies before it. */
const ENDS = ['end', 'watermark']

export class Selector {
  readonly #selection: ExportSelection
  readonly #isTimed: boolean

  constructor(selection: ExportSelection) {
    this.#selection = selection
    this.#isTimed = selection.from !== null || selection.until !== null
  }

  /** Whether it can hold anything that is wanted. */
  wantsMember(track: Track, { minTime, maxTime }: MemberEntry): boolean {
    if (track === 'state' && this.#selection.topics === null) return false
    // Only events have their time where the index looks for it.
    if (track !== 'events' || minTime === null) return true
    return this.#overlaps(minTime, maxTime!)
  }

  /** Of a member that is wanted. An event without a time goes with its member, any other record without one is kept. */
  wants(track: Track, record: RecordedRecord): boolean {
    const { topics } = this.#selection
    if (topics && !topics.has(record.topic)) return false
    if (!this.#isTimed) return true
    const { value } = record
    const time = eventTimeOf(value) ?? (track === 'events' ? null : saidTimeOf(value))
    return time === null || this.#overlaps(time, time)
  }

  #overlaps(first: number, last: number): boolean {
    const { from, until } = this.#selection
    return (from === null || last >= from) && (until === null || first < until)
  }
}

/** When what a record says was so (ms); null where it says no time, or is a run's descriptor, which holds for all of it. */
function saidTimeOf(value: Buffer | null): number | null {
  if (value === null || value.length > MAX_TIMED_BYTES || value[0] !== 0x7b) return null
  let said: Record<string, unknown>
  try {
    said = JSON.parse(value.toString()) as Record<string, unknown>
  } catch {
    return null
  }
  if (said.declarations !== undefined) return null
  const window = said.window as Record<string, unknown> | undefined
  const ends = ENDS.map((name) => instantOf(window?.[name] ?? said[name]))
  const end = ends.find((time) => time !== null)
  if (end !== undefined) return end! - 1
  return INSTANTS.map((name) => instantOf(said[name])).find((time) => time !== null) ?? null
}

function instantOf(said: unknown): number | null {
  const time = typeof said === 'string' ? Date.parse(said) : Number.NaN
  return Number.isNaN(time) ? null : time
}
