// How one simulated process reads: batches after a while, from memory that is only lent.
import type { Batch, LogRecord } from '../../infra/event-log/event-log.ts'
import type { Shelf, Stored } from './broker.ts'
import { never, type Process } from './process.ts'
import type { World } from './world.ts'

type Cursor = { shelf: Shelf; position: number; wake: () => void }

/** A batch, to be given back when its handler has resolved. */
export type Delivery = {
  cursor: Cursor
  input: Batch
  handled(): void
}

/** Reads topic-partitions in turn for one process; each fetch takes a while. */
export function createReader(world: World, process: Process) {
  const { scheduler, broker, settings, network } = world
  const cursors: Cursor[] = []
  let poke: (() => void) | null = null

  function wake(): void {
    poke?.()
    poke = null
  }

  /** After a poke or at once when there is something to read, and after the way from the broker. */
  async function fetch(isOver: () => boolean): Promise<void> {
    const hasMore = cursors.some((c) => c.position !== c.shelf.end)
    if (!hasMore && !isOver()) {
      await new Promise<void>((resolve) => {
        poke = resolve
      })
    }
    await new Promise<void>((resolve) => scheduler.at(world.delay(), resolve, process))
  }

  return {
    wake,
    open(shelf: Shelf, position: number): Cursor {
      const cursor = { shelf, position, wake }
      cursors.push(cursor)
      shelf.readers.add(wake)
      return cursor
    },
    close(cursor: Cursor): void {
      cursor.shelf.readers.delete(cursor.wake)
      cursors.splice(cursors.indexOf(cursor), 1)
    },
    /** The next batch; null when it is over. */
    async next(
      isOver: () => boolean,
      outOfRange: (shelf: Shelf) => void,
    ): Promise<Delivery | null> {
      for (;;) {
        await fetch(isOver)
        if (isOver()) return null
        const ready = cursors.filter((c) => c.position !== c.shelf.end)
        if (ready.length === 0) continue
        const cursor = network.pick(ready)
        const { shelf } = cursor
        if (cursor.position < shelf.start || cursor.position > shelf.end) {
          cursor.position = shelf.start
          outOfRange(shelf)
          if (isOver()) return null
        }
        const { found, next } = broker.read(shelf, cursor.position, settings.batchRecords)
        if (found.length === 0) world.met('batch without a record')
        if (process.dies('read', shelf.topic)) return never()
        world.mix(scheduler.now() * 1000, cursor.position, next)
        if (world.isTraced) {
          const what = `${found.length} × ${shelf.topic}/${shelf.partition}`
          world.tell(process.name, `reads ${what} from ${found[0]?.offset ?? cursor.position}`)
        }
        const records = settings.lent ? found.map(lend) : found
        return {
          cursor,
          input: {
            topic: shelf.topic,
            partition: shelf.partition,
            records,
            next: BigInt(next),
            end: BigInt(shelf.end),
          },
          handled() {
            cursor.position = next
            if (settings.lent) for (const r of records) takeBack(r)
          },
        }
      }
    },
  }
}

/** The log's memory is only lent: what a handler keeps without copying turns to rubbish. */
function lend(record: Stored): LogRecord {
  const { key, value, timestamp, offset, headers } = record
  return {
    key: key && Buffer.from(key),
    value: value && Buffer.from(value),
    timestamp,
    offset,
    headers,
  }
}

function takeBack({ key, value }: LogRecord): void {
  key?.fill(0xdd)
  value?.fill(0xdd)
}
