// Reads the topic `run` for everybody: record by record, what counts, what is void, what was there before, what is none of ours.
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import type { IgnoredReason, IgnoredRecord } from '../../../infra/event-log/ignored-records.ts'
import type { Declaration } from '../declaration.ts'
import { type RunKey, runKey } from '../keys.ts'
import type { AcceptedCommand, Descriptor, Horizon, Progress, RunEnd } from '../records.ts'
import {
  commandTimeProblem,
  descriptorProblem,
  endProblem,
  horizonProblem,
  progressProblem,
  type RunBounds,
} from './run-bounds.ts'
import { commandProblems } from './run-commands.ts'
import { judge, runRecords } from './run-records.ts'
import { createTerms, type Terms } from './terms.ts'

const MOST_KEY_BYTES = 256

/** What a record of `run` says; `epoch` = of which run. */
export type RunFact =
  | { kind: 'descriptor'; epoch: number; id: string; descriptor: Descriptor }
  /** From here on the conductor of this term counts, and no earlier one. */
  | { kind: 'conductor'; epoch: number; id: string; term: number }
  | { kind: 'horizon'; epoch: number; horizon: Horizon }
  | { kind: 'command'; epoch: number; command: AcceptedCommand }
  | { kind: 'progress'; epoch: number; progress: Progress }
  /** Counts once. */
  | { kind: 'end'; epoch: number; end: RunEnd; offset: number }
  /** Written by a conductor that had been overtaken: nobody obeys it. */
  | { kind: 'void'; epoch: number; key: RunKey; horizon: Horizon | null }
  /** A command or an end that stands in the log already: a retried append, or an end that its conductor repeats. */
  | { kind: 'repeated'; epoch: number; key: RunKey }
  /** Reported; `key` where it is one of ours. */
  | { kind: 'ignored'; epoch: number | null; key: RunKey | null; reason: IgnoredReason }

export interface RunReader {
  /** Never throws. Records in the log's order, from the beginning or from a descriptor on; null = nothing is said (a tombstone). */
  read(record: LogRecord): RunFact | null
}

type Known = RunBounds & {
  id: string
  terms: Terms
  declarations: Record<string, Declaration>
  /** Highest horizon that counted (ms). */
  passed: number
  commands: Set<string>
  ended: boolean
}

export type RunReaderOptions = {
  /** Name of the topic, for reports. */
  topic: string
  report(record: IgnoredRecord): void
  /** Runs before this epoch are somebody else's to read. */
  since?: number
}

export function createRunReader({ topic, report, since = 0 }: RunReaderOptions): RunReader {
  const runs = new Map<number, Known>()

  function ignore(
    { offset }: LogRecord,
    key: RunKey | null,
    reason: IgnoredReason,
    detail: string,
  ): RunFact {
    report({ topic, partition: 0, offset, reason, detail })
    const epoch = key && 'epoch' in key ? key.epoch : null
    return { kind: 'ignored', epoch, key, reason }
  }

  function describe(record: LogRecord, key: RunKey & { kind: 'descriptor' }): RunFact {
    const read = runRecords().descriptor(record.value)
    if (read.fault) return ignore(record, key, read.fault.reason, read.fault.detail)
    const descriptor = read.value
    if (descriptor.run !== key.run) {
      return ignore(record, key, 'key', `run: "${descriptor.run}", expected that of the key`)
    }
    const { declarations, problem: inside } = judge(descriptor.declarations)
    const problem = descriptorProblem(descriptor) ?? inside
    if (problem) return ignore(record, key, 'bounds', problem)
    const epoch = Number(record.offset)
    const start = Date.parse(descriptor.start)
    runs.set(epoch, {
      id: descriptor.run,
      start,
      end: Date.parse(descriptor.end),
      shards: descriptor.shards,
      terms: createTerms(epoch),
      declarations,
      passed: start,
      commands: new Set(),
      ended: false,
    })
    return { kind: 'descriptor', epoch, id: key.id, descriptor }
  }

  /** Of the conductor whose term the key names. */
  function control(
    record: LogRecord,
    key: RunKey & { kind: 'horizon' | 'command' | 'end' },
    run: Known,
  ): RunFact {
    const read = runRecords()[key.kind](record.value)
    if (read.fault) return ignore(record, key, read.fault.reason, read.fault.detail)
    const { epoch } = key
    const value = read.value
    if (value.term !== key.term || (key.kind === 'command' && idOf(value) !== key.id)) {
      return ignore(record, key, 'key', 'term or id in the value, expected those of the key')
    }
    const problem = key.kind === 'command' ? null : boundsProblem(key.kind, value, run)
    if (problem) return ignore(record, key, 'bounds', problem)
    const standing = run.terms.standing(key.term)
    if (standing === 'void') {
      return {
        kind: 'void',
        epoch,
        key,
        horizon: key.kind === 'horizon' ? (value as Horizon) : null,
      }
    }
    if (standing === 'unknown') {
      const detail = `term: ${key.term}, expected ${run.terms.current}: no conductor announced itself there`
      return ignore(record, key, 'foreign', detail)
    }
    if (key.kind === 'command') return command(record, key, value as AcceptedCommand, run)
    if (run.ended) {
      if (key.kind === 'end') return { kind: 'repeated', epoch, key }
      return ignore(record, key, 'bounds', 'a horizon after the end of its run')
    }
    if (key.kind === 'end') {
      run.ended = true
      return { kind: 'end', epoch, end: value as RunEnd, offset: Number(record.offset) }
    }
    const horizon = value as Horizon
    run.passed = Math.max(run.passed, Date.parse(horizon.h))
    return { kind: 'horizon', epoch, horizon }
  }

  function command(
    record: LogRecord,
    key: RunKey & { kind: 'command' },
    value: AcceptedCommand,
    run: Known,
  ): RunFact {
    if (run.commands.has(value.id)) return { kind: 'repeated', epoch: key.epoch, key }
    // An ended run can be begun anew, and nothing else.
    const isTooLate = run.ended && value.name !== 'run.restart'
    const problem = isTooLate
      ? 'a command after the end of its run'
      : (commandTimeProblem(value, run.passed, run) ?? commandProblems(value, run.declarations)[0])
    if (problem) return ignore(record, key, 'bounds', problem)
    run.commands.add(value.id)
    return { kind: 'command', epoch: key.epoch, command: value }
  }

  function progress(record: LogRecord, key: RunKey & { kind: 'progress' }, run: Known): RunFact {
    const read = runRecords().progress(record.value)
    if (read.fault) return ignore(record, key, read.fault.reason, read.fault.detail)
    if (read.value.shard !== key.shard) {
      return ignore(record, key, 'key', `shard: ${read.value.shard}, expected that of the key`)
    }
    const problem = progressProblem(read.value, run)
    if (problem) return ignore(record, key, 'bounds', problem)
    return { kind: 'progress', epoch: key.epoch, progress: read.value }
  }

  function announce(record: LogRecord, key: RunKey & { kind: 'conductor' }, run: Known): RunFact {
    const read = runRecords().conductor(record.value)
    if (read.fault) return ignore(record, key, read.fault.reason, read.fault.detail)
    if (read.value.run !== run.id) {
      return ignore(record, key, 'bounds', `run: "${read.value.run}", expected "${run.id}"`)
    }
    const term = Number(record.offset)
    run.terms.announced(term)
    return { kind: 'conductor', epoch: key.epoch, id: key.id, term }
  }

  /** A descriptor that was written twice is one after compaction: what names the first finds no run any more. */
  function orphan(record: LogRecord, key: RunKey & { epoch: number }): RunFact | null {
    const { epoch, kind } = key
    if (epoch < since) return null
    if (epoch >= Number(record.offset)) {
      return ignore(record, key, 'foreign', `epoch ${epoch}, expected that of a run`)
    }
    const { fault } = runRecords()[kind](record.value)
    return fault ? ignore(record, key, fault.reason, fault.detail) : null
  }

  return {
    read(record) {
      if (record.value === null) return null
      const key = keyOf(record.key)
      if (!key)
        return ignore(record, null, 'key', 'no key of a run, expected one of docs/contracts')
      if (key.kind === 'descriptor') return describe(record, key)
      const run = runs.get(key.epoch)
      if (!run) return orphan(record, key)
      if (key.kind === 'conductor') return announce(record, key, run)
      if (key.kind === 'progress') return progress(record, key, run)
      return control(record, key, run)
    },
  }
}

function keyOf(key: Buffer | null): RunKey | null {
  return key && key.length <= MOST_KEY_BYTES ? runKey.parse(key.toString()) : null
}

const idOf = (value: Horizon | AcceptedCommand | RunEnd) => (value as AcceptedCommand).id

function boundsProblem(
  kind: 'horizon' | 'end',
  value: Horizon | AcceptedCommand | RunEnd,
  run: Known,
): string | null {
  return kind === 'horizon'
    ? horizonProblem(value as Horizon, run)
    : endProblem(value as RunEnd, run)
}
