// Finds tasks' newest checkpoints: reads one partition of `checkpoint` back from its end in doubling steps.
import type { EventLog } from '../infra/event-log.ts'
import { checkpointPosition } from './checkpoint.ts'

const FIRST_STEP = 16n

/**
 * The checkpoint with the highest (epoch, input offset) of each key, as far as there is one. Bytes that are no
 * checkpoint of this version are named to `discard` and passed over.
 */
export async function readCheckpoints(
  log: EventLog,
  topic: string,
  partition: number,
  keys: string[],
  discard: (key: string, reason: string) => void,
): Promise<Map<string, Buffer>> {
  const range = (await log.offsets(topic)).find((o) => o.partition === partition)
  const found = new Map<string, Buffer>()
  if (!range || range.latest <= range.earliest) return found
  for (let step = FIRST_STEP; ; step *= 2n) {
    // Not Math.max: offsets are bigint.
    let from = range.latest - step
    if (from < range.earliest) from = range.earliest
    found.clear()
    await readRange(log, topic, partition, from, range.latest, (key, value) => {
      if (!keys.includes(key)) return
      const position = checkpointPosition(value)
      if (typeof position === 'string') {
        discard(key, position)
        return
      }
      const held = found.get(key)
      const best = held && checkpointPosition(held)
      if (best && typeof best !== 'string' && isNewer(best, position)) return
      // The log's memory is only lent.
      found.set(key, Buffer.from(value))
    })
    if (found.size === keys.length || from === range.earliest) return found
  }
}

type Place = { epoch: number; nextOffset: number }

function isNewer(a: Place, b: Place): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.nextOffset > b.nextOffset)
}

async function readRange(
  log: EventLog,
  topic: string,
  partition: number,
  from: bigint,
  to: bigint,
  take: (key: string, value: Buffer) => void,
): Promise<void> {
  let end: () => void
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const tail = await log.tail({
    topic,
    partitions: [partition],
    from: { offset: from },
    // The topic was made anew meanwhile: what is left is all there is.
    outOfRange: (_, earliest) => {
      if (earliest >= to) end()
    },
    batch({ records }) {
      for (const { key, value, offset } of records) {
        if (key && value && offset < to) take(key.toString(), value)
        // The newest record of a compacted topic is never compacted away.
        if (offset >= to - 1n) end()
      }
    },
  })
  await Promise.race([ended, tail.done])
  await tail.close()
}
