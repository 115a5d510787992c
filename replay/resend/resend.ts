// Sends a recording's records into a log, each when it is due: same key, value, headers and partition, and two headers more
// that say where it came from. What cannot be taken in time is waited for, and then all of it is later, never out of order.
import { type Clock, sleep } from '../../infra/clock.ts'
import type { EventLog, NewRecord } from '../../infra/event-log/event-log.ts'
import { recordBytes } from '../../infra/event-log/record-bytes.ts'
import { Lateness } from '../player/lateness.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { PassedRecord } from './looped-records.ts'

/** Tells a replay from what is live, and one replay from another; and which record of the recording this one is. */
const RUN_HEADER = 'replay.run'
const OFFSET_HEADER = 'replay.orig.offset'
/** Of what is sent again and again, which time it is, from 1 on: nothing else in a record would say so. */
const PASS_HEADER = 'replay.pass'

export type ResendTimestamps = 'original' | 'shifted'

export type ResendOptions = {
  log: Pick<EventLog, 'append'>
  clock: Clock
  records: { next(): Promise<PassedRecord[]> }
  /** Due seconds per wall second; null = as fast as the log takes them. */
  speed: number | null
  /** Said in a header of every record. */
  run: string
  /** `shifted` = when it is meant to be sent now. */
  timestamps: ResendTimestamps
  /** Where a recorded topic goes. */
  target(topic: string): string
  onProgress?(progress: ResendProgress): void
}

type ResendProgress = { sent: number; acknowledged: number; dueTo: number }

export type ResendOutcome = {
  /** Acknowledged, by target topic. */
  topics: Map<string, number>
  acknowledged: number
  /** Due times of the first and the last that were sent, in the recording; null where there was none. */
  from: number | null
  to: number | null
  /** From the one to the other, over all passes; ms. */
  playedMs: number
  /** Begun; null where nothing is sent again and again. */
  passes: number | null
  wallMs: number
  /** When each was handed over, and when acknowledged, after it was due; of what is paced. */
  late: Lateness
  acknowledgedLate: Lateness
  /** Wall ms for which everything waited because the log or the disk could not keep up. */
  waitedMs: number
  /** Somebody stopped it before the end. */
  stopped: boolean
}

/** More late than this nothing gets: then the clock waits. */
const MOST_LATE_MS = 250
const LONGEST_SLEEP_MS = 50
/** Sent and not acknowledged. */
const MOST_OPEN_BYTES = 16 * 1024 * 1024
const MOST_OPEN_RECORDS = 50_000
/** Handed over at a time, before anything else has its turn. */
const TURN_RECORDS = 1_000
const TURN_BYTES = 2 * 1024 * 1024

export class Resend {
  readonly #options: ResendOptions
  readonly #outcome: ResendOutcome
  readonly #runHeader: [string, Buffer]
  #chunk: PassedRecord[] = []
  #at = 0
  #ahead: Promise<PassedRecord[]> | null = null
  /** The due time that is meant for that wall time; none before the first record that has one. */
  #anchor: { due: number; wall: number } | null = null
  #sent = 0
  #openRecords = 0
  #openBytes = 0
  #failure: unknown = null
  #wake: () => void = () => {}

  constructor(options: ResendOptions) {
    this.#options = options
    this.#runHeader = [RUN_HEADER, Buffer.from(options.run)]
    this.#outcome = {
      ...{ topics: new Map(), acknowledged: 0, from: null, to: null, wallMs: 0 },
      ...{ playedMs: 0, passes: null },
      ...{ late: new Lateness(), acknowledgedLate: new Lateness(), waitedMs: 0, stopped: false },
    }
  }

  /** Resolves when everything that was sent is acknowledged; rejects with what went wrong first. */
  async run(): Promise<ResendOutcome> {
    const { clock } = this.#options
    const since = clock.now()
    while (!this.#outcome.stopped && this.#failure === null && (await this.#fill())) {
      if (this.#isFull()) await this.#acknowledgement()
      else if (this.#hand() === 0) await this.#rest()
      else await clock.turn()
    }
    while (this.#openRecords > 0) await this.#acknowledgement()
    if (this.#failure !== null) throw this.#failure
    this.#outcome.wallMs = clock.now() - since
    return this.#outcome
  }

  /** Nothing more is sent. */
  stop(): void {
    this.#outcome.stopped = true
    this.#wake()
  }

  /** False at the end; the next records are read while those before are sent. */
  async #fill(): Promise<boolean> {
    if (this.#at < this.#chunk.length) return true
    const { records } = this.#options
    this.#chunk = await (this.#ahead ?? records.next())
    this.#at = 0
    if (this.#chunk.length === 0) return false
    this.#ahead = records.next()
    this.#ahead.catch(() => {}) // heard of when it is awaited
    return true
  }

  #isFull(): boolean {
    return this.#openBytes >= MOST_OPEN_BYTES || this.#openRecords >= MOST_OPEN_RECORDS
  }

  /** Hands over what is due; how many records. */
  #hand(): number {
    const now = this.#options.clock.now()
    this.#keepUp(this.#chunk[this.#at].due, now)
    const byPlace = new Map<
      string,
      { first: RecordedRecord; records: NewRecord[]; due: number[] }
    >()
    let count = 0
    let bytes = 0
    for (
      ;
      this.#at < this.#chunk.length && count < TURN_RECORDS && bytes < TURN_BYTES;
      this.#at++
    ) {
      const { due, record, pass } = this.#chunk[this.#at]
      this.#begin(due, now)
      const intended = this.#intended(due, now)
      if (intended > now) break
      const { topic, partition } = record
      const place = `${topic}/${partition}`
      const group = byPlace.get(place) ?? { first: record, records: [], due: [] }
      byPlace.set(place, group)
      const again = this.#again(record, intended, pass?.number)
      group.records.push(again)
      group.due.push(intended)
      bytes += recordBytes(again)
      count++
      this.#note(this.#chunk[this.#at], now - intended)
    }
    for (const { first, records, due } of byPlace.values()) this.#append(first, records, due)
    this.#sent += count
    const { acknowledged, to } = this.#outcome
    if (count > 0)
      this.#options.onProgress?.({ sent: this.#sent, acknowledged, dueTo: to ?? Number.NaN })
    return count
  }

  /** What is far behind is not made up for: the clock has waited. */
  #keepUp(due: number, now: number): void {
    if (this.#options.speed === null || !Number.isFinite(due)) return
    this.#begin(due, now)
    const behind = now - this.#intended(due, now) - MOST_LATE_MS
    if (behind <= 0 || !this.#anchor) return
    this.#anchor.wall += behind
    this.#outcome.waitedMs += behind
  }

  /** The first that has a due time is due now, also where one that has none goes with it. */
  #begin(due: number, now: number): void {
    if (this.#options.speed !== null && Number.isFinite(due)) this.#anchor ??= { due, wall: now }
  }

  /** Wall time (ms) that is meant for it. */
  #intended(due: number, now: number): number {
    const { speed } = this.#options
    if (speed === null || !this.#anchor || !Number.isFinite(due)) return now
    return this.#anchor.wall + (due - this.#anchor.due) / speed
  }

  #note({ due, pass }: PassedRecord, late: number): void {
    const outcome = this.#outcome
    if (pass) outcome.passes = pass.number
    if (this.#options.speed !== null) outcome.late.add(Math.max(0, late))
    if (!Number.isFinite(due)) return
    outcome.from ??= due
    outcome.playedMs = due - outcome.from
    outcome.to = due - (pass?.shift ?? 0)
  }

  #again(record: RecordedRecord, intended: number, pass: number | undefined): NewRecord {
    const { key, value, offset, headers = [] } = record
    const isShifted = this.#options.timestamps === 'shifted'
    const from: [string, Buffer][] = [this.#runHeader, [OFFSET_HEADER, Buffer.from(String(offset))]]
    if (pass !== undefined) from.push([PASS_HEADER, Buffer.from(String(pass))])
    return {
      ...{ key, value, timestamp: isShifted ? Math.round(intended) : record.timestamp },
      headers: [...headers, ...from],
    }
  }

  #append({ topic, partition }: RecordedRecord, records: NewRecord[], due: number[]): void {
    const { log, clock, target, speed } = this.#options
    const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0)
    this.#openRecords += records.length
    this.#openBytes += bytes
    const name = target(topic)
    const settled = () => {
      this.#openRecords -= records.length
      this.#openBytes -= bytes
      this.#wake()
    }
    log.append(name, partition, records).then(
      () => {
        const { topics, acknowledgedLate } = this.#outcome
        this.#outcome.acknowledged += records.length
        topics.set(name, (topics.get(name) ?? 0) + records.length)
        const now = clock.now()
        if (speed !== null) for (const at of due) acknowledgedLate.add(Math.max(0, now - at))
        settled()
      },
      (error: unknown) => {
        this.#failure ??= error
        settled()
      },
    )
  }

  /** Until something was acknowledged, or failed. */
  #acknowledgement(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Until what is next is due, as near as timers go. */
  async #rest(): Promise<void> {
    const { clock } = this.#options
    const now = clock.now()
    const wait = Math.floor(this.#intended(this.#chunk[this.#at].due, now) - now)
    const stopped = new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    await Promise.race([sleep(clock, Math.max(1, Math.min(LONGEST_SLEEP_MS, wait))), stopped])
  }
}
