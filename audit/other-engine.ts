// What an audit says of readings in a topic of their own: who wrote them, and which of its checks do not apply to them, with the reason.
import { problemText } from '../infra/problem.ts'
import type { ReadingEngine } from '../processor/contract/types.ts'
import type { PublishedRecords } from './input.ts'

export type AuditedReadings = {
  topic: string
  /** As their format tells; null = there is none of this run. */
  engine: ReadingEngine | null
  /** Records of other runs, of which nothing was read. */
  otherRuns: number
  notApplicable: { check: string; why: string }[]
}

const PROCESSORS = "the processor's own, which this engine has none of; audit without --kpi-topic"
/** Lines have neither day nor plan in them, and whoever writes them keeps no account of records. */
const NOT_SAID: AuditedReadings['notApplicable'] = [
  { check: 'day readings', why: 'this engine says windows only' },
  { check: 'standing against the plan', why: 'it belongs to day readings' },
  {
    check: 'the mark of the truth in a reading',
    why: 'its lines have none; truth and readings are each held against the events',
  },
  { check: 'weight, unit and target of a reading', why: 'its lines have none' },
  { check: 'final partials', why: PROCESSORS },
  { check: 'ledgers', why: PROCESSORS },
  { check: 'late and dead-letter topics', why: PROCESSORS },
]

export function auditedReadings({ other }: PublishedRecords): AuditedReadings | undefined {
  if (!other) return undefined
  const { topic, engine, otherRuns } = other
  return { topic, engine, otherRuns, notApplicable: engine === 'processor' ? [] : NOT_SAID }
}

const ENGINES: Record<ReadingEngine, string> = {
  processor: 'the processor',
  'flink-sql': 'Flink SQL',
}

export function readingsText({ topic, engine, otherRuns, notApplicable }: AuditedReadings) {
  const others = otherRuns === 0 ? '' : ` (${otherRuns} records of other runs there)`
  if (engine === null) {
    const got = `no reading of this run${others}`
    return [problemText(topic, got, 'lines of the Flink SQL job or readings of the processor')]
  }
  return [
    `readings of ${ENGINES[engine]} on ${topic}${others}`,
    ...notApplicable.map(({ check, why }) => `  not applicable: ${check}: ${why}`),
  ]
}
