// Writes a twin's readings to `kpi-twin`, finals once and what is provisional now and then, and what it alerts to `alert`.
import type { Clock } from '../infra/clock.ts'
import type { EventLog } from '../infra/event-log/event-log.ts'
import { alertKey, twinKey } from '../processor/contract/keys.ts'
import type { Alert, TwinReading } from '../processor/contract/types.ts'
import { createOutbox, type Outbox } from '../processor/runtime/outbox.ts'
import { outputRecord } from '../processor/runtime/output-record.ts'
import type { Topics } from '../producers/contract/topics.ts'

const PROVISIONAL_MS = 1_000

export class TwinPublisher {
  readonly #clock: Clock
  readonly #topics: Topics
  readonly #outbox: Outbox
  #saidAt = Number.NEGATIVE_INFINITY

  constructor({
    log,
    clock,
    topics,
  }: { log: Pick<EventLog, 'append'>; clock: Clock; topics: Topics }) {
    this.#clock = clock
    this.#topics = topics
    this.#outbox = createOutbox(log)
  }

  /** Rejects when an append failed. */
  get failed(): Promise<never> {
    return this.#outbox.failed
  }

  /** Once a second. */
  wantsProvisional(): boolean {
    const now = this.#clock.now()
    // A wall clock that was set back must not silence it for as long.
    if (now >= this.#saidAt && now - this.#saidAt < PROVISIONAL_MS) return false
    this.#saidAt = now
    return true
  }

  put(readings: TwinReading[]): void {
    const now = this.#clock.now()
    for (const reading of readings) {
      this.#outbox.send(this.#topics.kpiTwin, 0, outputRecord(twinKey(reading), reading, now))
    }
  }

  putAlerts(alerts: Alert[]): void {
    const now = this.#clock.now()
    for (const alert of alerts) {
      this.#outbox.send(this.#topics.alert, 0, outputRecord(alertKey.build(alert), alert, now))
    }
  }

  /** Resolves when everything is acknowledged: a twin that catches up must not outrun its log. */
  settled(): Promise<void> {
    return this.#outbox.settled()
  }
}
