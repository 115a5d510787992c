// Resuming a run: what a topic-partition already holds is simulated again, compared, and not written twice.

import type { EventLog, LogRecord, NewRecord } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { Problem } from '../../../infra/problem.ts'
import { EXIT_FAILED } from '../../../infra/program/exit-codes.ts'
import { createCheckedReader } from '../../../infra/text/checked-json.ts'
import { isoTime } from '../../../infra/time.ts'
import { RUN_STARTED_TYPE, type RunStarted, TICK_TYPE, type Tick } from '../../contract/records.ts'
import { runStartedSchema, tickSchema } from '../../contract/schemas.ts'
import { createTicks, type TickTimes, tickTimeProblem } from '../../contract/ticks.ts'

/** Records read back in the first step; doubled until a tick of this run or its start is found. */
const FIRST_STEP = 512n
const MAX_MARKER_BYTES = 64 * 1024

/** Where a topic-partition stands in this run. */
export type LaneTail = {
  /** Sim time (ms) of the newest tick; -Infinity without one. */
  tickTime: number
  /** Bytes of the newest tick of this run, which name its time, count and chain; null = only the marker so far. */
  tick: Buffer | null
  /** What follows it, the marker included where there is no tick; null = the run has not begun here. */
  after: Buffer[] | null
  /** Offset of the oldest record that retention has left. */
  earliest: bigint
}

type FoundTail = Omit<LaneTail, 'earliest'>

/** Whose tail, and where its ticks can stand. */
type TailOf = { id: string; epoch: number; times: TickTimes }

/** Reads back from the end of a topic-partition to the newest tick of this run. */
export async function readLaneTail(
  log: EventLog,
  topic: string,
  partition: number,
  run: TailOf,
  firstStep = FIRST_STEP,
): Promise<LaneTail> {
  const boundsOf = async () => (await log.offsets(topic)).find((o) => o.partition === partition)!
  const bounds = await boundsOf()
  for (let step = firstStep; ; step *= 2n) {
    let from = bounds.latest - step
    if (from < bounds.earliest) from = bounds.earliest
    const records: LogRecord[] = []
    for await (const read of readRange(log, { topic, partition, from, to: bounds.latest })) {
      for (const r of read) records.push({ ...r, value: r.value && Buffer.from(r.value) })
    }
    const tail = tailOf(records, run)
    if (tail) return { ...tail, earliest: bounds.earliest }
    if (from === bounds.earliest) {
      // Asked again: retention may have taken the records after the first answer and before they were read.
      const { earliest } = await boundsOf()
      return { tickTime: Number.NEGATIVE_INFINITY, tick: null, after: null, earliest }
    }
  }
}

/**
 * Lets through only what the topic-partition does not hold yet. It passes `tail` by: the tick must have the same bytes (so
 * the same chain); what follows is left out as long as the log holds it, as often as the log holds it. Two processes that
 * wrote the same shard may have left it in any interleaving.
 */
export class LaneFilter {
  readonly #tail: FoundTail
  readonly #where: string
  /** How often each record behind the tick is held. */
  readonly #held = new Map<string, number>()
  #sawTick: boolean
  #isNew: boolean

  constructor(tail: FoundTail, where: string) {
    this.#tail = tail
    this.#where = where
    this.#sawTick = tail.tick === null
    this.#isNew = tail.after === null
    for (const value of tail.after ?? []) {
      const bytes = value.toString('latin1')
      this.#held.set(bytes, (this.#held.get(bytes) ?? 0) + 1)
    }
  }

  /** The records to append; throws a Problem when the simulation and the log disagree. */
  filter(records: NewRecord[]): NewRecord[] {
    if (this.#isNew) return records
    for (let i = 0; i < records.length; i++) {
      const value = records[i].value!
      if (this.#isBeforeTick(value) || this.#isHeld(value)) continue
      this.#isNew = true
      return records.slice(i)
    }
    return []
  }

  /** True for a record before the tick, and for the tick itself. */
  #isBeforeTick(value: Buffer): boolean {
    if (this.#sawTick) return false
    if (!value.includes(`"${TICK_TYPE}"`)) return true
    const { tick, tickTime } = this.#tail
    if (tickTimeOf(value) < tickTime) return true
    if (!value.equals(tick!)) throw disagreement(this.#where, value, tick!)
    this.#sawTick = true
    return true
  }

  #isHeld(value: Buffer): boolean {
    const bytes = value.toString('latin1')
    const count = this.#held.get(bytes) ?? 0
    if (count === 0) return false
    this.#held.set(bytes, count - 1)
    return true
  }
}

/** What records say that end at the partition's end; null when they do not reach back far enough. */
function tailOf(records: LogRecord[], run: TailOf): FoundTail | null {
  const ticks = createTicks(run.times, { last: null, doubted: null })
  let tickTime = Number.NEGATIVE_INFINITY
  let place = -1
  records.forEach((record, i) => {
    const marker = markerOf(record, run)
    // The newest tick at its first place: a process that was behind may have written older ones after it.
    if (marker?.type === RUN_STARTED_TYPE && place < 0) place = i
    if (marker?.type !== TICK_TYPE) return
    const time = Date.parse(marker.time)
    // Somebody else may have written a tick that the run cannot have.
    if (tickTimeProblem(run.times, time) !== null) return
    const { count, injected, chain } = marker.data
    if (ticks.judge({ time, count, injected, chain }, 0) !== 'next') return
    tickTime = time
    place = i
  })
  if (place < 0) return null
  const isTick = tickTime > Number.NEGATIVE_INFINITY
  const after = records.slice(isTick ? place + 1 : place).flatMap(({ value }) => value ?? [])
  return { tickTime, tick: isTick ? records[place].value : null, after }
}

const readTick = createCheckedReader<Tick>(tickSchema, { maxBytes: MAX_MARKER_BYTES })
const readMarker = createCheckedReader<RunStarted>(runStartedSchema, {
  maxBytes: MAX_MARKER_BYTES,
})

/** A tick or marker of this run, or null: events, and what anybody else wrote. */
function markerOf({ key, value }: LogRecord, run: TailOf): Tick | RunStarted | null {
  if (key !== null || !value?.includes(`"/huacheng/${run.id}/producers"`)) return null
  const read = value.includes(`"${TICK_TYPE}"`) ? readTick(value) : readMarker(value)
  return !read.fault && read.value.data.epoch === run.epoch ? read.value : null
}

const TICK_TIME = /"time":"([^"]+)"/

function tickTimeOf(tick: Buffer): number {
  return Date.parse(TICK_TIME.exec(tick.toString())![1])
}

function disagreement(where: string, simulated: Buffer, found: Buffer): Problem {
  const here = JSON.parse(simulated.toString()) as Tick
  const there = JSON.parse(found.toString()) as Tick
  const say = ({ time, data }: Tick) =>
    `count ${data.count} and chain ${data.chain} at ${isoTime(Date.parse(time))}`
  return new Problem(
    `${where}: the log has ${say(there)}, the simulation ${say(here)}, expected the same; ` +
      'other code, seed, seeds/ or Node major: use what began the run, or --restart to begin a new one',
    EXIT_FAILED,
  )
}
