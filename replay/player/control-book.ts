// What a recording says besides the events: by kind, in the order of the sim time at which each became so.
import { lowerBound } from '../../infra/lower-bound.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { alertKey, kpiKeys, partialKeys, twinKeys } from '../../processor/contract/keys.ts'
import type { Alert, KpiReading } from '../../processor/contract/types.ts'
import { incidentKey, runKey, windowKey } from '../../producers/contract/keys.ts'
import type {
  AcceptedCommand,
  CommandResult,
  Descriptor,
  Horizon,
  IncidentRecord,
  RunEnd,
} from '../../producers/contract/records.ts'
import { isForConductor } from '../../producers/contract/run/run-commands.ts'
import { createRunReader } from '../../producers/contract/run/run-reader.ts'
import { type Topics, topicNames } from '../../producers/contract/topics.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { Recording } from '../recording/recording.ts'
import { HorizonTime } from './horizon-time.ts'

/**
 * `run` = announcements and what operators ordered; `window`, `day`, `alert` = what the processor made, which it
 * makes anew from where a replay begins; `twin` = what a twin said, which is not there when it is replayed.
 */
export const CONTROL_KINDS = [
  ...(['run', 'result', 'incident', 'truth', 'twin'] as const),
  ...(['partial', 'window', 'day', 'alert'] as const),
  'end' as const,
]
export type ControlKind = (typeof CONTROL_KINDS)[number]

/** Due at sim time `time` (ms). */
export type TimedRecord = { time: number; record: RecordedRecord }

/** `plus`: what of the run has to be added to `time`; its descriptor may stand behind this in the recording. */
type Found = {
  epoch: number | null
  kind: ControlKind
  time: number
  plus?: ('window' | 'allowedLateness')[]
}
type Descriptors = Map<number, { descriptor: Descriptor; record: RecordedRecord }>

export class ControlBook {
  readonly topics: Topics
  /** Of the newest run in the recording. */
  readonly epoch: number
  readonly descriptor: Descriptor
  /** The run's first record on `run`. */
  readonly first: RecordedRecord
  readonly #byKind: Record<ControlKind, TimedRecord[]>

  private constructor(topics: Topics, described: Descriptors, found: Map<number, Kept>) {
    this.topics = topics
    this.epoch = Math.max(...described.keys())
    const { descriptor, record } = described.get(this.epoch)!
    this.descriptor = descriptor
    this.first = record
    const kept = [...(found.get(this.epoch) ?? []), ...(found.get(ANY_EPOCH) ?? [])]
    const ofKind = (kind: ControlKind) => kept.filter((it) => it.kind === kind)
    this.#byKind = Object.fromEntries(
      CONTROL_KINDS.map((kind) => [kind, timed(ofKind(kind), descriptor)]),
    ) as Record<ControlKind, TimedRecord[]>
  }

  /** Reads the track once; throws a Problem where it holds no run of a city. */
  static async read(recording: Recording): Promise<ControlBook> {
    const topics = topicNames(recording.manifest.source.prefix)
    const described: Descriptors = new Map()
    const found = new Map<number, Kept>()
    const reader = new ControlReader(topics, described)
    for await (const records of recording.records('control')) {
      for (const record of records) {
        const read = reader.read(record)
        if (!read) continue
        const epoch = read.epoch ?? ANY_EPOCH
        const kept = found.get(epoch) ?? []
        found.set(epoch, kept)
        kept.push({ ...read, record: own(record) })
      }
    }
    if (described.size === 0) {
      const todo =
        'topics of others and imported files are shown by `info`, proved and exported, not replayed'
      throw new Problem(problemText(recording.folder, 'no run of a city', 'one', todo))
    }
    return new ControlBook(topics, described, found)
  }

  /** Those of a kind that are due in (after, to], in their order. */
  between(kind: ControlKind, after: number, to: number): TimedRecord[] {
    const all = this.#byKind[kind]
    const firstAfter = (time: number) => lowerBound(all.length, (i) => all[i].time <= time)
    return all.slice(firstAfter(after), firstAfter(to))
  }
}

type Kept = (Found & { record: RecordedRecord })[]
/** Of an answer, which names a command and no run. */
const ANY_EPOCH = -1

/** What stays must not hold on to the text of its whole member. */
function own(record: RecordedRecord): RecordedRecord {
  const { key, value } = record
  return { ...record, key: key && Buffer.from(key), value: value && Buffer.from(value) }
}

function timed(kept: Kept, descriptor: Descriptor): TimedRecord[] {
  return kept
    .map(({ time, plus = [], record }) => ({
      time: plus.reduce((sum, name) => sum + descriptor[name], time),
      record,
    }))
    .sort((a, b) => a.time - b.time)
}

/** Says of one record after the other what it is and when it became so; null = a replay has no use for it. */
class ControlReader {
  readonly #described: Descriptors
  readonly #readers: Record<string, (record: RecordedRecord, key: string) => Found | null>
  readonly #runReader: ReturnType<typeof createRunReader>
  readonly #seen = new Set<string>()
  /** Sim time by wall time, as the horizons so far have it. */
  readonly #clock = new HorizonTime()

  constructor(topics: Topics, described: Descriptors) {
    this.#described = described
    this.#runReader = createRunReader({ topic: topics.run, report: () => {} })
    this.#readers = {
      [topics.run]: (record, key) => this.#ofRun(record, key),
      [topics.commandResult]: (record) => this.#result(record),
      [topics.incident]: (record, key) => this.#incident(record, key),
      [topics.truth]: (_, key) => this.#ofWindow('truth', windowKey.parse(key)),
      [topics.partial]: (_, key) => {
        const parsed = partialKeys.parse(key)
        return parsed?.kind === 'final' ? this.#ofWindow('partial', parsed) : null
      },
      [topics.kpi]: (record, key) => this.#reading(record, key),
      [topics.kpiTwin]: (record, key) => this.#twin(record, key),
      [topics.alert]: (record, key) => this.#alert(record, key),
    }
  }

  read(record: RecordedRecord): Found | null {
    const { topic, key, value } = record
    const reader = this.#readers[topic]
    if (!reader || key === null || value === null) return null
    try {
      return reader(record, key.toString())
    } catch {
      return null // somebody else's bytes
    }
  }

  #ofRun(record: RecordedRecord, text: string): Found | null {
    const fact = this.#runReader.read(record)
    const key = runKey.parse(text)
    if (fact?.kind === 'descriptor') {
      this.#described.set(fact.epoch, { descriptor: fact.descriptor, record: own(record) })
    } else if (fact?.kind === 'horizon') this.#clock.take(jsonOf<Horizon>(record))
    else if (fact?.kind === 'conductor') {
      return { epoch: fact.epoch, kind: 'run', time: this.#clock.at(record.timestamp) }
    } else if (fact?.kind === 'command' && key?.kind === 'command') {
      const { effectiveAt } = jsonOf<AcceptedCommand>(record)
      // The clock of a replay is its own.
      if (isForConductor(fact.command)) return null
      return { epoch: fact.epoch, kind: 'run', time: Date.parse(effectiveAt) }
    } else if (fact?.kind === 'end') {
      return { epoch: fact.epoch, kind: 'end', time: Date.parse(jsonOf<RunEnd>(record).at) }
    }
    return null
  }

  #result(record: RecordedRecord): Found {
    const { effectiveAt } = jsonOf<CommandResult>(record)
    const time = effectiveAt ? Date.parse(effectiveAt) : this.#clock.at(record.timestamp)
    return { epoch: null, kind: 'result', time }
  }

  /** Written when it begins and again when it ends. */
  #incident(record: RecordedRecord, key: string): Found | null {
    const epoch = incidentKey.parse(key)?.epoch
    if (epoch === undefined) return null
    const { from, until } = jsonOf<IncidentRecord>(record)
    const time = Date.parse(this.#seen.has(key) ? until : from)
    this.#seen.add(key)
    return { epoch, kind: 'incident', time }
  }

  #ofWindow(
    kind: 'truth' | 'partial' | 'window',
    key: { epoch: number; start: string } | null,
  ): Found | null {
    if (!key) return null
    const { epoch, start } = key
    const time = Date.parse(start)
    // A truth is in the log before the tick that ends its window.
    return {
      epoch,
      kind,
      time,
      plus: kind === 'truth' ? ['window'] : ['window', 'allowedLateness'],
    }
  }

  #reading(record: RecordedRecord, text: string): Found | null {
    const key = kpiKeys.parse(text)
    if (key?.kind === 'window') return this.#ofWindow('window', key)
    if (key?.kind !== 'day') return null
    const time = Date.parse(jsonOf<KpiReading>(record).window.end)
    return { epoch: key.epoch, kind: 'day', time, plus: ['allowedLateness'] }
  }

  /** Finals only: what a twin said in between was said again before long. */
  #twin(record: RecordedRecord, text: string): Found | null {
    const key = twinKeys.parse(text)
    if (!key || key.kind === 'provisional') return null
    const time = Date.parse(jsonOf<KpiReading>(record).window.end)
    return { epoch: key.epoch, kind: 'twin', time, plus: ['allowedLateness'] }
  }

  #alert(record: RecordedRecord, text: string): Found | null {
    const epoch = alertKey.parse(text)?.epoch
    if (epoch === undefined) return null
    const { openedAt, closedAt, against } = jsonOf<Alert>(record)
    // What is held against usual is judged where the twin is.
    const kind = against ? 'twin' : 'alert'
    return { epoch, kind, time: Date.parse(closedAt ?? openedAt), plus: ['allowedLateness'] }
  }
}

function jsonOf<T>({ value }: RecordedRecord): T {
  return JSON.parse(value!.toString()) as T
}
