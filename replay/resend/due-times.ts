// When a recorded record is due where a recording is sent again: by what it says happened, or by the timestamp that it carries.
import { lowerBound } from '../../infra/lower-bound.ts'
import type { Horizon } from '../../producers/contract/records.ts'
import { createRunReader } from '../../producers/contract/run/run-reader.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { dueSimTime, paceOf } from '../../producers/run/shard/pace.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { Track } from '../recording/manifest.ts'
import { eventTimeOf, type MemberEntry } from '../recording/member-index.ts'
import type { Recording } from '../recording/recording.ts'

export type PacedBy = 'event' | 'wall'

/** Times in ms; -Infinity = nobody knows: due with what lies before it in its topic-partition. */
export interface DueTimes {
  of(track: Track, record: RecordedRecord): number
  /** From when to when records of a member are due. */
  span(track: Track, entry: MemberEntry): { least: number; most: number }
}

const UNKNOWN = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }

export const WALL_TIMES: DueTimes = {
  of: (_, { timestamp }) => timestamp,
  span: (_, { minTs, maxTs }) => ({ least: minTs, most: maxTs }),
}

/** Of events their own time; of what else a city says, the time at which its clock stood when that was written. */
export function eventTimes(clock: RecordedClock): DueTimes {
  return {
    of(track, { value, timestamp }) {
      const time = track === 'events' ? eventTimeOf(value) : null
      return time ?? clock.at(timestamp)
    },
    span(track, { minTs, maxTs, minTime, maxTime }) {
      if (track !== 'events') return { least: clock.at(minTs), most: clock.at(maxTs) }
      return minTime === null ? UNKNOWN : { least: minTime, most: maxTime! }
    },
  }
}

/** What the clock of a recorded run showed at a wall time, by its horizons; it never goes back. */
export class RecordedClock {
  /** Of the city's runs in the recording. */
  readonly runs: number
  readonly #walls: number[] = []
  readonly #times: number[] = []

  private constructor(runs: number, horizons: { wall: number; horizon: Horizon }[]) {
    this.runs = runs
    let latest = Number.NEGATIVE_INFINITY
    for (const { wall, horizon } of horizons) {
      const pace = paceOf(horizon)
      latest = Math.max(latest, pace.hurries ? pace.h : dueSimTime(pace, wall))
      this.#walls.push(wall)
      this.#times.push(latest)
    }
  }

  /** Reads the runs' own topic; of topics of others there is none. */
  static async read(recording: Recording): Promise<RecordedClock> {
    const { prefix } = recording.manifest.source
    const { run: topic } = topicNames(prefix)
    const reader = createRunReader({ topic, report: () => {} })
    const runs = new Set<number>()
    const horizons: { wall: number; horizon: Horizon }[] = []
    if (prefix === '') return new RecordedClock(0, [])
    for await (const records of recording.records('control')) {
      for (const record of records) {
        const fact = record.topic === topic ? reader.read(record) : null
        if (fact?.kind === 'descriptor') runs.add(fact.epoch)
        if (fact?.kind !== 'horizon') continue
        const horizon = JSON.parse(record.value!.toString()) as Horizon
        horizons.push({ wall: record.timestamp, horizon })
      }
    }
    return new RecordedClock(runs.size, horizons)
  }

  /** Sim ms between the horizons before and after; -Infinity before the first one. */
  at(wall: number): number {
    const walls = this.#walls
    const after = lowerBound(walls.length, (i) => walls[i] <= wall)
    if (after === 0) return Number.NEGATIVE_INFINITY
    const time = this.#times[after - 1]
    if (after === walls.length) return time
    const share = (wall - walls[after - 1]) / (walls[after] - walls[after - 1])
    return time + share * (this.#times[after] - time)
  }
}
