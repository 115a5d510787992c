// Alerts against usual beside a run: the city's finals, as its processor writes them to `kpi`, held against the twin's.
import type { EventLog, LogRecord } from '../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../infra/event-log/ignored-records.ts'
import { kpiKeys } from '../processor/contract/keys.ts'
import { createKpiReader, kpiFault } from '../processor/contract/read-kpi.ts'
import { type RunFacts, runFacts } from '../processor/contract/run-facts.ts'
import type { Alert, TwinReading } from '../processor/contract/types.ts'
import { UsualAlerts } from '../processor/merge/usual-alerts.ts'
import type { Descriptor } from '../producers/contract/records.ts'
import { type Followed, follow } from '../producers/run/shard/follow.ts'
import type { City } from '../seeds/contract.ts'

/** So long (wall time) the end of a run waits for finals of the city that do not come. */
const PATIENCE_MS = 10_000

export type TwinAlertsOptions = {
  log: Pick<EventLog, 'offsets' | 'tail'>
  /** Name of the topic `kpi`. */
  topic: string
  ignored: Pick<IgnoredRecords, 'report'>
  epoch: number
  descriptor: Descriptor
  city: City
  /** Opened or closed, oldest first. Started anew it says the same again, with the same ids. */
  alert(alerts: Alert[]): void
}

export class TwinAlerts {
  readonly #options: TwinAlertsOptions
  readonly #alerts: UsualAlerts
  readonly #facts: RunFacts
  readonly #read = createKpiReader()
  readonly #tail: Promise<Followed>
  #failure: { error: unknown } | null = null
  /** Wall time since when nothing has come that the twin waits for. */
  #quietSince: number | null = null

  constructor(options: TwinAlertsOptions) {
    const { log, topic, epoch, descriptor, city } = options
    this.#options = options
    this.#alerts = new UsualAlerts(descriptor, city, epoch)
    this.#facts = runFacts(epoch, descriptor, city)
    this.#tail = follow(log, topic, (record) => this.#take(record))
    this.#tail
      .then(async ({ caughtUp, failed }) => {
        await Promise.race([caughtUp, failed])
        this.#options.alert(this.#alerts.settle('live'))
        await failed
      })
      .catch((error: unknown) => {
        this.#failure = { error }
      })
  }

  /** Finals of the twin. Throws when the city's can no longer be read. */
  usual(finals: TwinReading[]): void {
    if (this.#failure) throw this.#failure.error
    for (const final of finals) this.#options.alert(this.#alerts.take('usual', final))
  }

  /** Whether everything that the twin has read was judged, or the city's part of it does not come. */
  isDone(now: number): boolean {
    if (!this.#alerts.waits('usual')) return true
    this.#quietSince ??= now
    return now - this.#quietSince >= PATIENCE_MS
  }

  async close(): Promise<void> {
    await this.#tail.then((tail) => tail.close()).catch(() => {}) // whose failure `usual` throws
  }

  #take(record: LogRecord): void {
    const { epoch, ignored, alert } = this.#options
    const key = kpiKeys.parse(record.key?.toString() ?? '')
    // The keys tell most of what is not asked for, before anything is parsed.
    if (key?.kind !== 'window' || key.epoch !== epoch || !this.#alerts.isWatched(key.kpi)) return
    if (record.value === null) return
    const read = this.#read(record)
    const fault = read.fault ?? kpiFault(this.#facts, read.value)
    if (fault) {
      const { topic } = this.#options
      ignored.report({ topic, partition: 0, offset: record.offset, ...fault })
      return
    }
    if (read.fault || read.value.kind !== 'reading') return
    this.#quietSince = null
    alert(this.#alerts.take('live', read.value.reading))
  }
}
