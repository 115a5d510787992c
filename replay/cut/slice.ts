// Where a slice of a recording lies: its ticks, the checkpoints from which its readings are made, and the events behind those.

import { checkpointsBefore, type FoundCheckpoint } from '../player/checkpoints.ts'
import type { EventPlace } from '../player/positions.ts'
import type { ReplayedRun } from '../player/replayed-run.ts'
import type { RecordedRecord } from '../recording/line.ts'

/** Sim times (ms) at ticks; `begin` = where its events begin, so that every task has what it folds up to `from`. */
export type SliceTimes = { begin: number; from: number; to: number }

export type CutSlice = SliceTimes & {
  /** By lane: the first offset that is kept, the one behind the tick at `from`, and the one behind the tick at `to`. */
  first: bigint[]
  start: EventPlace
  end: EventPlace
  /** By lane, where it has one: the newest before `from`. */
  checkpoints: Map<number, FoundCheckpoint>
}

/** From the tick before `from` to the one behind `to`; both lie in the run's span. */
export async function sliceOf(run: ReplayedRun, from: number, to: number): Promise<CutSlice> {
  const { positions } = run
  const { time, place: start } = await positions.behindTick(await positions.aligned(from))
  const { time: until, place: end } = await positions.behindTick(await tickBehind(run, to))
  // The newest, however late it was written: the closer it is, the fewer events go along.
  const place = { ...start, wall: Number.POSITIVE_INFINITY }
  const checkpoints = await checkpointsBefore(run, place)
  const beginning = await beginningOf(run, time, checkpoints)
  return { ...{ from: time, to: until, start, end, checkpoints }, ...beginning }
}

async function tickBehind({ positions, book }: ReplayedRun, time: number): Promise<number> {
  const before = await positions.aligned(time)
  const { to } = await positions.span()
  return before < time ? Math.min(to, before + book.descriptor.tick) : before
}

/** The last tick that every task's checkpoint lies behind; where a task has none, the beginning of the recording. */
async function beginningOf(
  { positions, book }: ReplayedRun,
  from: number,
  checkpoints: Map<number, FoundCheckpoint>,
): Promise<{ begin: number; first: bigint[] }> {
  const { lanes } = positions
  const { tick } = book.descriptor
  const earliest = await positions.first()
  const all = { begin: earliest, first: lanes.map(() => 0n) }
  if (checkpoints.size < lanes.length) return all
  const behind = async (ticks: number) => {
    const place = await positions.tickAt(from - ticks * tick)
    const isBehind = place?.offsets.every((offset, lane) => offset <= checkpoints.get(lane)!.next)
    return isBehind ? place : null
  }
  // `far` ticks back they all do, `near` ticks back not yet.
  let [near, far, found] = [-1, 0, await behind(0)]
  while (!found) {
    if (from - far * tick <= earliest) return all
    near = far
    far = Math.min(Math.max(1, 2 * far), Math.ceil((from - earliest) / tick))
    found = await behind(far)
  }
  while (far - near > 1) {
    const middle = Math.floor((near + far) / 2)
    const place = await behind(middle)
    if (place) [far, found] = [middle, place]
    else near = middle
  }
  // The tick itself goes along: from there on chains can be proved.
  return { begin: from - far * tick, first: found.offsets.map((offset) => offset - 1n) }
}

/** Of the lanes' events, those between the slice's first record and its last tick. */
export function isInSlice(
  { first, end }: CutSlice,
  lane: number,
  { offset }: Pick<RecordedRecord, 'offset'>,
): boolean {
  return offset >= first[lane] && offset < end.offsets[lane]
}
