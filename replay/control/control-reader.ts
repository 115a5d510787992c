// What each record of the control track is to a replay, and when it became so: one after the other, as they were recorded.
import { alertKey, kpiKeys, partialKeys, twinKeys } from '../../processor/contract/keys.ts'
import type { Alert, KpiReading } from '../../processor/contract/types.ts'
import { incidentKey, runKey, windowKey } from '../../producers/contract/keys.ts'
import type {
  AcceptedCommand,
  CommandResult,
  Horizon,
  IncidentRecord,
  RunEnd,
} from '../../producers/contract/records.ts'
import { isForConductor } from '../../producers/contract/run/run-commands.ts'
import { createRunReader } from '../../producers/contract/run/run-reader.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import type { RecordedRecord } from '../recording/line.ts'
import { HorizonTime } from './horizon-time.ts'

/**
 * `run` = announcements and what operators ordered; `window`, `day`, `alert` = what the processor made, which it
 * makes anew from where a replay begins; `twin` = what a twin said, which is not there when it is replayed;
 * `descriptor` = what the run is.
 */
export const CONTROL_KINDS = [
  ...(['run', 'result', 'incident', 'truth', 'twin'] as const),
  ...(['partial', 'window', 'day', 'alert'] as const),
  ...(['end', 'descriptor'] as const),
]
export type ControlKind = (typeof CONTROL_KINDS)[number]

/** What of the run has to be added to a time; its descriptor may stand behind the record. */
export const TIME_PARTS = ['window', 'allowedLateness'] as const
export type TimePart = (typeof TIME_PARTS)[number]

/** Due at sim time `time` (ms) and `plus`; `epoch` null of an answer, which names a command and no run. */
export type ControlNote = {
  epoch: number | null
  kind: ControlKind
  time: number
  plus?: readonly TimePart[]
}

/** Says of one record after the other what it is and when it became so; null = a replay has no use for it. */
export class ControlReader {
  readonly #readers: Record<string, (record: RecordedRecord, key: string) => ControlNote | null>
  readonly #runReader: ReturnType<typeof createRunReader>
  readonly #seen = new Set<string>()
  /** Sim time by wall time, as the horizons so far have it. */
  readonly #clock = new HorizonTime()

  /** `prefix`: of the city's topics. */
  constructor(prefix: string) {
    const topics = topicNames(prefix)
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

  read(record: RecordedRecord): ControlNote | null {
    const { topic, key, value } = record
    const reader = this.#readers[topic]
    if (!reader || key === null || value === null) return null
    try {
      return reader(record, key.toString())
    } catch {
      return null // somebody else's bytes
    }
  }

  #ofRun(record: RecordedRecord, text: string): ControlNote | null {
    const fact = this.#runReader.read(record)
    const key = runKey.parse(text)
    if (fact?.kind === 'descriptor') {
      return { epoch: fact.epoch, kind: 'descriptor', time: Number.NEGATIVE_INFINITY }
    }
    if (fact?.kind === 'horizon') this.#clock.take(jsonOf<Horizon>(record))
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

  #result(record: RecordedRecord): ControlNote {
    const { effectiveAt } = jsonOf<CommandResult>(record)
    const time = effectiveAt ? Date.parse(effectiveAt) : this.#clock.at(record.timestamp)
    return { epoch: null, kind: 'result', time }
  }

  /** Written when it begins and again when it ends. */
  #incident(record: RecordedRecord, key: string): ControlNote | null {
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
  ): ControlNote | null {
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

  #reading(record: RecordedRecord, text: string): ControlNote | null {
    const key = kpiKeys.parse(text)
    if (key?.kind === 'window') return this.#ofWindow('window', key)
    if (key?.kind !== 'day') return null
    const time = Date.parse(jsonOf<KpiReading>(record).window.end)
    return { epoch: key.epoch, kind: 'day', time, plus: ['allowedLateness'] }
  }

  /** Finals only: what a twin said in between was said again before long. */
  #twin(record: RecordedRecord, text: string): ControlNote | null {
    const key = twinKeys.parse(text)
    if (!key || key.kind === 'provisional') return null
    const time = Date.parse(jsonOf<KpiReading>(record).window.end)
    return { epoch: key.epoch, kind: 'twin', time, plus: ['allowedLateness'] }
  }

  #alert(record: RecordedRecord, text: string): ControlNote | null {
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
