// Resuming a run: what a topic-partition already holds is simulated again, compared, and not written twice.
import type { EventLog, LogRecord, NewRecord } from '../infra/event-log.ts'
import { readRange } from '../infra/log-range.ts'
import { Problem } from '../infra/problem.ts'
import { isoTime } from '../infra/time.ts'
import { RUN_STARTED_TYPE, type RunStarted, TICK_TYPE, type Tick } from './contract/records.ts'

/** Records read back in the first step; doubled until a tick of this run or its start is found. */
const FIRST_STEP = 512n

/** Where a topic-partition stands in this run. */
export type LaneTail = {
  /** Sim time (ms) of the last tick; -Infinity without one. */
  tickTime: number
  /** Bytes of the last tick of this run, which name its time, count and chain; null = only the marker so far. */
  tick: Buffer | null
  /** Bytes of the last record of this run; null = the run has not begun here. */
  last: Buffer | null
}

/** Lets through only what the topic-partition does not hold yet. */
export interface LaneFilter {
  /** True once everything that was found has been passed. */
  readonly passed: boolean
  /** The records to append; throws a Problem when the simulation and the log disagree. */
  filter(records: NewRecord[]): NewRecord[]
}

/** Reads back from the end of a topic-partition to the last tick of this run. */
export async function readLaneTail(
  log: EventLog,
  topic: string,
  partition: number,
  run: { id: string; epoch: number },
): Promise<LaneTail> {
  const bounds = (await log.offsets(topic)).find((o) => o.partition === partition)!
  for (let step = FIRST_STEP; ; step *= 2n) {
    let from = bounds.latest - step
    if (from < bounds.earliest) from = bounds.earliest
    const records: LogRecord[] = []
    for await (const read of readRange(log, { topic, partition, from, to: bounds.latest })) {
      for (const r of read) records.push({ ...r, value: r.value && Buffer.from(r.value) })
    }
    const tail = tailOf(records, run)
    if (tail) return tail
    if (from === bounds.earliest)
      return { tickTime: Number.NEGATIVE_INFINITY, tick: null, last: null }
  }
}

/** Passes `tail` by: the tick must have the same bytes (so the same chain), then the last record must come. */
export function createLaneFilter(tail: LaneTail, where: string): LaneFilter {
  let sawTick = tail.tick === null
  let passed = tail.last === null
  return {
    get passed() {
      return passed
    },
    filter(records) {
      if (passed) return records
      for (let i = 0; i < records.length; i++) {
        const value = records[i].value!
        if (!sawTick && isSameTick(value, tail.tick!)) {
          if (!value.equals(tail.tick!)) throw disagreement(where, value, tail.tick!)
          sawTick = true
        }
        // The last record stands at or after the last tick: looking earlier could find a look-alike.
        if (sawTick && value.equals(tail.last!)) {
          // A doubled event stands twice in a row in both; what follows the last of them is new.
          while (i + 1 < records.length && records[i + 1].value!.equals(tail.last!)) i++
          passed = true
          return records.slice(i + 1)
        }
      }
      return []
    },
  }
}

/** What is told by records that end at the partition's end; null when they do not reach back far enough. */
function tailOf(records: LogRecord[], run: { id: string; epoch: number }): LaneTail | null {
  const ours = `"/huacheng/${run.id}/`
  let last: Buffer | null = null
  for (let i = records.length - 1; i >= 0; i--) {
    const { key, value } = records[i]
    if (value === null || !value.includes(ours)) continue
    last ??= value
    if (key !== null) continue
    const marker = JSON.parse(value.toString()) as Tick | RunStarted
    if (marker.data.epoch !== run.epoch) continue
    if (marker.type === TICK_TYPE) {
      return { tickTime: Date.parse(marker.time), tick: value, last }
    }
    if (marker.type === RUN_STARTED_TYPE) {
      return { tickTime: Number.NEGATIVE_INFINITY, tick: null, last }
    }
  }
  return null
}

const TICK_TIME = /"time":"([^"]+)"/

function isSameTick(value: Buffer, tick: Buffer): boolean {
  if (!value.includes(`"${TICK_TYPE}"`)) return false
  return TICK_TIME.exec(value.toString())![1] === TICK_TIME.exec(tick.toString())![1]
}

function disagreement(where: string, simulated: Buffer, found: Buffer): Problem {
  const here = JSON.parse(simulated.toString()) as Tick
  const there = JSON.parse(found.toString()) as Tick
  const time = isoTime(Date.parse(here.time))
  return new Problem(
    `${where}: at ${time} the log has count ${there.data.count} and chain ${there.data.chain}, ` +
      `the simulation ${here.data.count} and ${here.data.chain}, expected the same; ` +
      'other code, seed, seeds/ or Node major: use what began the run, or --restart to begin a new one',
    1,
  )
}
