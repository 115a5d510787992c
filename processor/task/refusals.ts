// Records of one topic-partition that are not folded: each is counted once and goes to `late` or `dead-letter`.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { rejected } from '../contract/rejected.ts'
import type { DeadLetterReason } from '../contract/types.ts'
import type { TaskLedger } from './ledger/ledger.ts'
import type { Effects } from './outcome.ts'

export class Refusals {
  readonly #topic: string
  readonly #partition: number
  readonly #ledger: TaskLedger

  constructor(topic: string, partition: number, ledger: TaskLedger) {
    this.#topic = topic
    this.#partition = partition
    this.#ledger = ledger
  }

  /** No event of this run. */
  deadLetter(record: LogRecord, reason: DeadLetterReason, detail: string, out: Effects) {
    this.#ledger.deadLetter()
    out.rejected.push(rejected(this.#topic, this.#partition, record, reason, detail))
    return 'dead-letter' as const
  }

  /** An event whose window is closed. */
  late(record: LogRecord, detail: string, out: Effects) {
    this.#ledger.late(record.value!)
    out.rejected.push(rejected(this.#topic, this.#partition, record, 'late', detail))
    return 'late' as const
  }
}
