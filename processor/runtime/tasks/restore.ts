// Finds tasks' newest checkpoints: reads one partition of `checkpoint` back from its end in doubling steps.
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog, LogRecord } from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import {
  type CheckpointPosition,
  checkpointPosition,
  MAX_CHECKPOINT_BYTES,
} from '../../task/checkpoint.ts'

const FIRST_STEP = 16n
/** Of one key, newest first: the next one is taken where somebody has damaged the newest. */
const CANDIDATES = 3

type CheckpointSource = {
  log: EventLog
  clock: Clock
  topic: string
  partition: number
  ignored: Pick<IgnoredRecords, 'report'>
}

type Candidate = { position: CheckpointPosition; offset: bigint; bytes: Buffer }

/**
 * What `restore` makes of the checkpoint with the highest (epoch, input offset) of each key, as far as there is one that
 * it can use; a text from it says why it cannot. What is of no use is reported and ignored.
 */
export async function readCheckpoints<T extends object>(
  source: CheckpointSource,
  keys: string[],
  restore: (key: string, bytes: Buffer) => T | string,
): Promise<Map<string, T>> {
  const { log, topic, partition } = source
  const range = (await log.offsets(topic)).find((o) => o.partition === partition)
  if (!range || range.latest <= range.earliest) return new Map()
  const search = new CheckpointSearch(source, keys)
  for (let step = FIRST_STEP; ; step *= 2n) {
    // Not Math.max: offsets are bigint.
    let from = range.latest - step
    if (from < range.earliest) from = range.earliest
    const found = search.restored(await search.candidates(from, range.latest), restore)
    if (found.size === keys.length || from === range.earliest) return found
  }
}

/** Reads stretches of the topic, each longer than the one before, and reports what is of no use only once. */
class CheckpointSearch {
  readonly #source: CheckpointSource
  readonly #keys: string[]
  /** Offsets. */
  readonly #useless = new Set<bigint>()

  constructor(source: CheckpointSource, keys: string[]) {
    this.#source = source
    this.#keys = keys
  }

  /** By key, newest first. */
  async candidates(from: bigint, to: bigint): Promise<Map<string, Candidate[]>> {
    const { log, clock, topic, partition } = this.#source
    const candidates = new Map<string, Candidate[]>()
    for await (const records of readRange(log, { topic, partition, from, to, clock })) {
      for (const record of records) this.#take(candidates, record)
    }
    return candidates
  }

  /** Of each key the first candidate that is of use. */
  restored<T extends object>(
    candidates: ReadonlyMap<string, Candidate[]>,
    restore: (key: string, bytes: Buffer) => T | string,
  ): Map<string, T> {
    const found = new Map<string, T>()
    for (const [key, list] of candidates) {
      for (const { offset, bytes } of list) {
        const restored = restore(key, bytes)
        if (typeof restored === 'string') this.#discard(offset, `${key}: ${restored}`)
        else {
          found.set(key, restored)
          break
        }
      }
    }
    return found
  }

  #take(candidates: Map<string, Candidate[]>, { key, value, offset }: LogRecord): void {
    const name = key?.toString() ?? ''
    if (!value || !this.#keys.includes(name) || this.#useless.has(offset)) return
    const position = value.length > MAX_CHECKPOINT_BYTES ? 'too large' : checkpointPosition(value)
    if (typeof position === 'string') {
      this.#discard(offset, `${name}: ${position}`)
      return
    }
    const list = candidates.get(name) ?? []
    candidates.set(name, list)
    // Of two at one place the later one; the log's memory is only lent.
    const at = list.findIndex((c) => !isNewer(c.position, position))
    const place = at < 0 ? list.length : at
    if (place < CANDIDATES) list.splice(place, 0, { position, offset, bytes: Buffer.from(value) })
    list.splice(CANDIDATES)
  }

  #discard(offset: bigint, detail: string): void {
    if (this.#useless.has(offset)) return
    this.#useless.add(offset)
    const { topic, partition, ignored } = this.#source
    ignored.report({ topic, partition, offset, reason: 'schema', detail: `discarded, ${detail}` })
  }
}

function isNewer(a: CheckpointPosition, b: CheckpointPosition): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.nextOffset > b.nextOffset)
}
