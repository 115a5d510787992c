// The newest checkpoint of each task that stands before a place in the events.
import { taskKey } from '../../processor/contract/keys.ts'
import { checkpointPosition } from '../../processor/task/checkpoint.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { Recording } from '../recording/recording.ts'
import type { EventPlace, PlayedLane } from './positions.ts'

/** Members that are read ahead. */
const AHEAD = 3

/** A checkpoint by lane: the record, and the offset from which its task goes on. */
export type FoundCheckpoint = { record: RecordedRecord; next: bigint }

/**
 * By number of the lane; a lane without one has to be read from the run's first record. One that is older than it need be
 * costs time only, so those that were written long after the place are not looked at.
 */
export async function checkpointsBefore(
  recording: Recording,
  lanes: PlayedLane[],
  epoch: number,
  { offsets, wall }: EventPlace,
): Promise<Map<number, FoundCheckpoint>> {
  const numbers = new Map(lanes.map((lane, i) => [taskKey.build(lane), i]))
  const found = new Map<number, FoundCheckpoint>()
  const members = recording.members('state').filter(({ entry }) => entry.minTs <= wall)
  for (let at = members.length - 1; at >= 0 && found.size < lanes.length; at--) {
    // Unpacking is done beside; whoever comes to it hears what is wrong with it.
    if (at >= AHEAD) recording.read(members[at - AHEAD]).catch(() => {})
    for (const record of await recording.read(members[at])) {
      const lane = record.key === null ? undefined : numbers.get(record.key.toString())
      if (lane === undefined || record.value === null) continue
      const position = checkpointPosition(record.value)
      if (typeof position === 'string' || position.epoch !== epoch) continue
      const next = BigInt(position.nextOffset)
      const known = found.get(lane)
      if (next <= offsets[lane] && (!known || next >= known.next)) {
        found.set(lane, { record: { ...record, value: Buffer.from(record.value) }, next })
      }
    }
  }
  return found
}
