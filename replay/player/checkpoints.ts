// The newest checkpoint of each task that stands before a place in the events.
import { taskKey } from '../../processor/contract/keys.ts'
import { checkpointPosition } from '../../processor/task/checkpoint.ts'
import type { CheckpointPlace } from '../places/places.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { PlacedMember, Recording } from '../recording/recording.ts'
import type { EventPlace } from './positions.ts'
import type { ReplayedRun } from './replayed-run.ts'

/** Members that are read ahead. */
const AHEAD = 3

/** A checkpoint by lane: the record, and the offset from which its task goes on. */
export type FoundCheckpoint = { record: RecordedRecord; next: bigint }

/**
 * By number of the lane; a lane without one has to be read from the run's first record. One that is older than it need be
 * costs time only, so those that were written long after the place are not looked at, but for a lane that has no other: a
 * task that was behind wrote late how far it had come, and a cut keeps no older one.
 */
export async function checkpointsBefore(
  run: Pick<ReplayedRun, 'recording' | 'places' | 'positions' | 'book'>,
  { offsets, wall }: EventPlace,
): Promise<Map<number, FoundCheckpoint>> {
  const { recording, places } = run
  const { lanes } = run.positions
  const { epoch } = run.book
  if (places) return placedCheckpoints(recording, places.checkpointsBefore(offsets))
  const numbers = new Map(lanes.map((lane, i) => [taskKey.build(lane), i]))
  const found = new Map<number, FoundCheckpoint>()
  /** Lanes of which one behind the place was seen: those that follow are, too. */
  const beyond = new Set<number>()
  const look = async (member: PlacedMember) => {
    for (const record of await recording.read(member)) {
      const lane = record.key === null ? undefined : numbers.get(record.key.toString())
      if (lane === undefined || record.value === null) continue
      const position = checkpointPosition(record.value)
      if (typeof position === 'string' || position.epoch !== epoch) continue
      const next = BigInt(position.nextOffset)
      const known = found.get(lane)
      if (next > offsets[lane]) beyond.add(lane)
      else if (!known || next >= known.next) {
        found.set(lane, { record: { ...record, value: Buffer.from(record.value) }, next })
      }
    }
  }
  const all = recording.members('state')
  const members = all.filter(({ entry }) => entry.minTs <= wall)
  for (let at = members.length - 1; at >= 0 && found.size < lanes.length; at--) {
    // Unpacking is done beside; whoever comes to it hears what is wrong with it.
    if (at >= AHEAD) recording.read(members[at - AHEAD]).catch(() => {})
    await look(members[at])
  }
  const isOpen = () => lanes.some((_, lane) => !found.has(lane) && !beyond.has(lane))
  for (const member of all.filter(({ entry }) => entry.minTs > wall)) {
    if (!isOpen()) break
    await look(member)
  }
  return found
}

/** Where the index says that they lie. */
async function placedCheckpoints(
  recording: Recording,
  places: ReadonlyMap<number, CheckpointPlace>,
): Promise<Map<number, FoundCheckpoint>> {
  const read = await Promise.all(
    [...places].map(async ([lane, { member, line, next }]) => {
      const lines = await recording.lines(member)
      return [lane, { record: lines.record(line), next }] as const
    }),
  )
  return new Map(read)
}
