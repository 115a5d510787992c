// Where a recording that begins in the middle of a run can begin in each topic-partition: behind a checkpoint at a tick whose
// events are all still in the log, or where the run begins.
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { taskKey } from '../../../processor/contract/keys.ts'
import {
  RUN_STARTED_TYPE,
  type RunStarted,
  type Tick,
} from '../../../producers/contract/records.ts'
import type { PlayedLane } from '../../player/positions.ts'
import { markerOf } from '../../verify/marker.ts'
import type { KeptCheckpoint, KeptRecords } from './kept-records.ts'

type ReadableLog = Pick<EventLog, 'tail' | 'offsets'>

export type LaneEdge = {
  lane: PlayedLane
  /** First offset that goes along: a tick, or the run's first record; its wall ms as it was written. */
  from: bigint
  wall: number
  /** Sim ms of it. */
  time: number
  /** Null where the run begins. */
  checkpoint: KeptCheckpoint | null
}

/** Offset, wall ms and sim ms of a marker in a topic-partition. */
type PlacedMarker = { offset: bigint; wall: number; time: number }

export class LaneEdges {
  readonly #lanes: PlayedLane[]
  readonly #kept: KeptRecords
  /** Of checkpoints, the tick that each stands at; null where it stands at none. */
  readonly #ticks = new WeakMap<KeptCheckpoint, PlacedMarker | null>()
  #starts: { epoch: number; of: Map<PlayedLane, PlacedMarker | null> } | null = null

  constructor(lanes: PlayedLane[], kept: KeptRecords) {
    this.#lanes = lanes
    this.#kept = kept
  }

  /** In each lane the earliest one that the log still has; null where one has none. */
  async earliest(log: ReadableLog, epoch: number): Promise<LaneEdge[] | null> {
    return this.#each(log, async (lane, earliest) => {
      const start = await this.#startOf(log, epoch, lane, earliest)
      if (start && start.offset >= earliest) return startEdge(lane, start)
      for (const checkpoint of this.#checkpoints(epoch, lane, earliest)) {
        const tick = await this.#tickOf(log, lane, checkpoint)
        if (tick) return edgeAt(lane, tick, checkpoint)
      }
      return null
    })
  }

  /** In each lane the last one at or before `time` (sim ms); null where one has none. */
  async before(log: ReadableLog, epoch: number, time: number): Promise<LaneEdge[] | null> {
    return this.#each(log, async (lane, earliest) => {
      for (const checkpoint of this.#checkpoints(epoch, lane, earliest).reverse()) {
        const tick = await this.#tickOf(log, lane, checkpoint)
        if (tick && tick.time <= time) return edgeAt(lane, tick, checkpoint)
      }
      const start = await this.#startOf(log, epoch, lane, earliest)
      return start && start.offset >= earliest ? startEdge(lane, start) : null
    })
  }

  async #each(
    log: ReadableLog,
    edgeOf: (lane: PlayedLane, earliest: bigint) => Promise<LaneEdge | null>,
  ): Promise<LaneEdge[] | null> {
    const topics = [...new Set(this.#lanes.map(({ topic }) => topic))]
    const bounds = new Map(
      await Promise.all(topics.map(async (topic) => [topic, await log.offsets(topic)] as const)),
    )
    // All at once: in a process that is busy each look takes a turn of its own.
    const edges = await Promise.all(
      this.#lanes.map((lane) => edgeOf(lane, bounds.get(lane.topic)![lane.partition].earliest)),
    )
    return edges.every((edge) => edge !== null) ? edges : null
  }

  #checkpoints(epoch: number, lane: PlayedLane, earliest: bigint): KeptCheckpoint[] {
    return [...this.#kept.checkpointsOf(epoch, taskKey.build(lane), earliest)]
  }

  async #tickOf(
    log: ReadableLog,
    { topic, partition }: PlayedLane,
    checkpoint: KeptCheckpoint,
  ): Promise<PlacedMarker | null> {
    const known = this.#ticks.get(checkpoint)
    if (known !== undefined) return known
    const { next } = checkpoint
    const found = await firstMarker(
      log,
      { topic, partition, from: next - 1n, to: next },
      (marker) => marker.type !== RUN_STARTED_TYPE,
    )
    this.#ticks.set(checkpoint, found)
    return found
  }

  /** Looked for once in a run. */
  async #startOf(
    log: ReadableLog,
    epoch: number,
    lane: PlayedLane,
    earliest: bigint,
  ): Promise<PlacedMarker | null> {
    if (this.#starts?.epoch !== epoch) this.#starts = { epoch, of: new Map() }
    const { of } = this.#starts
    const known = of.get(lane)
    if (known !== undefined) return known
    const { topic, partition } = lane
    const isStart = ({ type, data }: Tick | RunStarted) =>
      type === RUN_STARTED_TYPE && data.epoch === epoch
    const found = await firstMarker(log, { topic, partition }, isStart)
    // One that has not begun yet is looked for again; one that is gone stays gone.
    if (found || earliest > 0n) of.set(lane, found)
    return found
  }
}

const edgeAt = (lane: PlayedLane, tick: PlacedMarker, checkpoint: KeptCheckpoint): LaneEdge => ({
  ...{ lane, checkpoint, from: tick.offset, wall: tick.wall, time: tick.time },
})

const startEdge = (lane: PlayedLane, { offset, wall, time }: PlacedMarker): LaneEdge => ({
  ...{ lane, checkpoint: null, from: offset, wall, time },
})

async function firstMarker(
  log: ReadableLog,
  range: Parameters<typeof readRange>[1],
  isWanted: (marker: Tick | RunStarted) => boolean,
): Promise<PlacedMarker | null> {
  for await (const records of readRange(log as EventLog, range)) {
    for (const { key, value, offset, timestamp } of records) {
      const marker = key === null && value !== null ? markerOf(value) : null
      if (marker && isWanted(marker)) {
        return { offset, wall: timestamp, time: Date.parse(marker.time) }
      }
    }
  }
  return null
}
