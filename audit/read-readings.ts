// Reads the readings that are audited where they lie in a topic of their own: in lines of another engine, or as the processor writes them.
import type { EventLog, LogRecord } from '../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../infra/event-log/ignored-records.ts'
import { readRange } from '../infra/event-log/log-range.ts'
import { createKpiReader, kpiFault } from '../processor/contract/read-kpi.ts'
import {
  besideFault,
  createLineReader,
  isLine,
  LineWindows,
  lineFault,
  type ReadingLine,
} from '../processor/contract/read-lines.ts'
import type { RecordFault, RunFacts } from '../processor/contract/run-facts.ts'
import type { KpiReading, LedgerReading, ReadingEngine } from '../processor/contract/types.ts'
import type { OtherReadings } from './input.ts'

export type ReadingsTopic = { topic: string; run: string }

/** Finals and ledgers as they stand in the topic; one engine a run, that of the first record that fits. */
export type TopicReadings = {
  readings: KpiReading[]
  ledgers: Map<string, LedgerReading>
  other: OtherReadings
}

export async function readReadings(
  log: EventLog,
  { topic, run }: ReadingsTopic,
  facts: RunFacts,
  ignored: Pick<IgnoredRecords, 'report'>,
): Promise<TopicReadings> {
  const book = new ReadingBook(topic, run, facts)
  for (const { partition } of await log.offsets(topic)) {
    for await (const batch of readRange(log, { topic, partition })) {
      for (const record of batch) {
        const fault = record.value && book.take(record)
        if (fault) ignored.report({ topic, partition, offset: record.offset, ...fault })
      }
    }
  }
  return book.found()
}

class ReadingBook {
  readonly #run: string
  readonly #facts: RunFacts
  readonly #windows: LineWindows
  readonly #readLine = createLineReader()
  readonly #readOwn = createKpiReader()
  readonly #finals = new Map<string, KpiReading>()
  readonly #own: KpiReading[] = []
  readonly #ledgers = new Map<string, LedgerReading>()
  readonly #other: OtherReadings

  constructor(topic: string, run: string, facts: RunFacts) {
    this.#run = run
    this.#facts = facts
    this.#windows = new LineWindows(facts, Number.POSITIVE_INFINITY)
    this.#other = { topic, engine: null, otherRuns: 0, rewritten: [], partial: [] }
  }

  /** What is wrong with it, null where nothing is. */
  take(record: LogRecord): RecordFault | null {
    return isLine(record) ? this.#takeLine(record) : this.#takeOwn(record)
  }

  found(): TopicReadings {
    return {
      readings: [...this.#own, ...this.#finals.values()],
      ledgers: this.#ledgers,
      other: { ...this.#other, partial: this.#windows.partial() },
    }
  }

  #takeLine(record: LogRecord): RecordFault | null {
    const got = this.#readLine(record)
    if (got.fault) return got.fault
    const line = got.value
    if (line.run !== this.#run) {
      this.#other.otherRuns++
      return null
    }
    const fault = lineFault(this.#facts, line) ?? this.#isBeside('flink-sql')
    if (fault) return fault
    const { final, rewritten } = this.#windows.put(line)
    if (final) this.#finals.set(`${line.kpi}|${line.window_start}`, final)
    if (rewritten !== null) this.#other.rewritten.push(rewrittenCell(line, rewritten))
    return null
  }

  #takeOwn(record: LogRecord): RecordFault | null {
    const got = this.#readOwn(record)
    if (got.fault) return got.fault
    if (got.value.epoch !== this.#facts.epoch) {
      this.#other.otherRuns++
      return null
    }
    const fault = kpiFault(this.#facts, got.value) ?? this.#isBeside('processor')
    if (fault) return fault
    if (got.value.kind === 'reading') {
      if (got.value.reading.final) this.#own.push(got.value.reading)
    } else {
      const { ledger } = got.value
      this.#ledgers.set(`${ledger.domain}/${ledger.partition}`, ledger)
    }
    return null
  }

  #isBeside(engine: ReadingEngine): RecordFault | null {
    this.#other.engine ??= engine
    return besideFault(this.#other.engine, engine)
  }
}

function rewrittenCell(line: ReadingLine, before: string): OtherReadings['rewritten'][number] {
  const { kpi, scope, window_start: start, value, numerator, denominator, n } = line
  const now = JSON.stringify({ value, numerator, denominator, n })
  return { kpi, start, detail: `${scope} was written again as ${now}, before as ${before}` }
}
