// Reads the topic `run` for everybody: record by record, what counts, what is void, what was there before, what is none of ours.
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecord } from '../../../infra/event-log/ignored-records.ts'
import { type RunKey, runKey } from '../keys.ts'
import { type KeyInRun, KnownRun } from './known-run.ts'
import { descriptorProblem } from './run-bounds.ts'
import type { KeyOfKind, Misfit, RunFact } from './run-fact.ts'
import { judge, runRecords } from './run-records.ts'

export type { RunFact } from './run-fact.ts'

const MOST_KEY_BYTES = 256

export interface RunReader {
  /** Never throws. Records in the log's order, from the beginning or from a descriptor on; null = nothing is said (a tombstone). */
  read(record: LogRecord): RunFact | null
}

export type RunReaderOptions = {
  /** Name of the topic, for reports. */
  topic: string
  report(record: IgnoredRecord): void
  /** Runs before this epoch are somebody else's to read. */
  since?: number
}

export function createRunReader(options: RunReaderOptions): RunReader {
  return new RunRecordReader(options)
}

class RunRecordReader implements RunReader {
  readonly #options: RunReaderOptions
  readonly #runs = new Map<number, KnownRun>()

  constructor(options: RunReaderOptions) {
    this.#options = options
  }

  read(record: LogRecord): RunFact | null {
    if (record.value === null) return null
    const key = keyOf(record.key)
    const read = key ? this.#readKey(record, key) : NO_KEY
    return read && 'detail' in read ? this.#ignore(record, key, read) : read
  }

  #readKey(record: LogRecord, key: RunKey): RunFact | Misfit | null {
    if (key.kind === 'descriptor') return this.#descriptor(record, key)
    return this.#runs.get(key.epoch)?.read(record, key) ?? this.#orphan(record, key)
  }

  #descriptor(record: LogRecord, key: KeyOfKind<'descriptor'>): RunFact | Misfit {
    const read = runRecords().descriptor(record.value)
    if (read.fault) return read.fault
    const descriptor = read.value
    if (descriptor.run !== key.run) {
      return { reason: 'key', detail: `run: "${descriptor.run}", expected that of the key` }
    }
    const { declarations, problem: inside } = judge(descriptor.declarations)
    const problem = descriptorProblem(descriptor) ?? inside
    if (problem) return { reason: 'bounds', detail: problem }
    const epoch = Number(record.offset)
    this.#runs.set(epoch, new KnownRun(epoch, descriptor, { ...descriptor, declarations }))
    return { kind: 'descriptor', epoch, id: key.id, descriptor }
  }

  /** A descriptor that was written twice is one after compaction: what names the first finds no run any more. */
  #orphan({ value, offset }: LogRecord, { kind, epoch }: KeyInRun): Misfit | null {
    if (epoch < (this.#options.since ?? 0)) return null
    if (epoch >= Number(offset)) {
      return { reason: 'foreign', detail: `epoch ${epoch}, expected that of a run` }
    }
    return runRecords()[kind](value).fault ?? null
  }

  #ignore({ offset }: LogRecord, key: RunKey | null, { reason, detail }: Misfit): RunFact {
    const { topic, report } = this.#options
    report({ topic, partition: 0, offset, reason, detail })
    const epoch = key && 'epoch' in key ? key.epoch : null
    return { kind: 'ignored', epoch, key, reason }
  }
}

const NO_KEY: Misfit = { reason: 'key', detail: 'no key of a run, expected one of docs/contracts' }

function keyOf(key: Buffer | null): RunKey | null {
  return key && key.length <= MOST_KEY_BYTES ? runKey.parse(key.toString()) : null
}
