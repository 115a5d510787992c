// What became of one record's bytes: an event, a tick, a run's first record, or the reason why it is none of them.
import { problemText } from '../../infra/problem.ts'
import type { RunStarted, Tick } from '../../producers/contract/records.ts'
import type { DeadLetterReason } from '../contract/types.ts'
import type { EventData } from '../program/compile.ts'
import { show } from './schema-problem.ts'

const NO_DATA: EventData = {}

/** One object for all records of a task: read it before the next one is decoded. */
export class Decoded {
  kind: 'event' | 'tick' | 'run-started' | 'rejected' = 'rejected'
  /** ms. */
  time = 0
  /** Of an event: index in the declaration, catalogue number, local index, sequence number. */
  event = 0
  number = 0
  local = 0
  seq = 0
  data: EventData = NO_DATA
  tick: Tick['data'] | null = null
  runStarted: RunStarted['data'] | null = null
  reason: DeadLetterReason = 'schema'
  detail = ''

  reject(reason: DeadLetterReason, detail: string): this {
    this.kind = 'rejected'
    this.reason = reason
    this.detail = detail
    return this
  }

  /** Rejects it for what stands at `where`. */
  wrong(where: string, got: unknown, expected: string): this {
    return this.reject('schema', problemText(where, show(got), expected))
  }
}
