// Finds tasks' newest checkpoints: reads one partition of `checkpoint` back from its end in doubling steps.
import type { Clock } from '../infra/clock.ts'
import type { EventLog } from '../infra/event-log.ts'
import { readRange } from '../infra/log-range.ts'
import { checkpointPosition } from './checkpoint.ts'

const FIRST_STEP = 16n

type Source = { log: EventLog; clock: Clock; topic: string; partition: number }

/**
 * The checkpoint with the highest (epoch, input offset) of each key, as far as there is one. Bytes that are no
 * checkpoint of this version are named to `discard` and passed over.
 */
export async function readCheckpoints(
  source: Source,
  keys: string[],
  discard: (key: string, reason: string) => void,
): Promise<Map<string, Buffer>> {
  const { log, clock, topic, partition } = source
  const range = (await log.offsets(topic)).find((o) => o.partition === partition)
  const found = new Map<string, Buffer>()
  if (!range || range.latest <= range.earliest) return found

  function take(key: string, value: Buffer): void {
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
  }

  for (let step = FIRST_STEP; ; step *= 2n) {
    // Not Math.max: offsets are bigint.
    let from = range.latest - step
    if (from < range.earliest) from = range.earliest
    found.clear()
    const stretch = { topic, partition, from, to: range.latest, clock }
    for await (const records of readRange(log, stretch)) {
      for (const { key, value } of records) if (key && value) take(key.toString(), value)
    }
    if (found.size === keys.length || from === range.earliest) return found
  }
}

type Place = { epoch: number; nextOffset: number }

function isNewer(a: Place, b: Place): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.nextOffset > b.nextOffset)
}
