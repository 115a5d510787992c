// Finds tasks' newest checkpoints: reads one partition of `checkpoint` back from its end in doubling steps.
import type { Clock } from '../infra/clock.ts'
import type { EventLog } from '../infra/event-log.ts'
import { checkpointPosition } from './checkpoint.ts'

const FIRST_STEP = 16n
/** While nothing comes: does the log still reach as far as it did? */
const LOOK_AGAIN_MS = 1000

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
  const range = await boundsOf(source)
  const found = new Map<string, Buffer>()
  if (!range || range.latest <= range.earliest) return found
  for (let step = FIRST_STEP; ; step *= 2n) {
    // Not Math.max: offsets are bigint.
    let from = range.latest - step
    if (from < range.earliest) from = range.earliest
    found.clear()
    await readRange(source, from, range.latest, (key, value) => {
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

async function boundsOf({ log, topic, partition }: Source) {
  return (await log.offsets(topic)).find((o) => o.partition === partition)
}

async function readRange(
  source: Source,
  from: bigint,
  to: bigint,
  take: (key: string, value: Buffer) => void,
): Promise<void> {
  const { log, clock, topic, partition } = source
  let ended = false
  let wake = () => {}
  const end = () => {
    ended = true
    wake()
  }
  const tail = await log.tail({
    topic,
    partitions: [partition],
    from: { offset: from },
    batch({ records }) {
      for (const { key, value, offset } of records) {
        if (key && value && offset < to) take(key.toString(), value)
        // The newest record of a compacted topic is never compacted away.
        if (offset >= to - 1n) end()
      }
    },
  })
  while (!ended) {
    const waited = new Promise<void>((resolve) => {
      wake = resolve
    })
    const cancel = clock.schedule(LOOK_AGAIN_MS, wake)
    await Promise.race([waited, tail.done])
    cancel()
    // A topic that was deleted and made anew never reaches there: what was read is all there is.
    const bounds = ended ? undefined : await boundsOf(source)
    if (bounds && bounds.latest < to) break
  }
  await tail.close()
}
