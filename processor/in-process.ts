// The processor without a log: the very same tasks and merge, called synchronously by commands that need no Kafka.
import type { LogRecord } from '../infra/event-log/event-log.ts'
import { problemText } from '../infra/problem.ts'
import type { Descriptor, Partial } from '../producers/contract/records.ts'
import { topicNames } from '../producers/contract/topics.ts'
import type { Catalogue, City } from '../seeds/contract.ts'
import type { Alert, KpiReading, LedgerReading, Rejected } from './contract/types.ts'
import { Merge } from './merge/merge.ts'
import { compileRun } from './program/program.ts'
import type { Effects } from './task/outcome.ts'
import { createTask, type Task } from './task/task.ts'

export interface InProcessProcessor {
  /** One record of a domain's topic-partition, in log order. */
  record(domain: string, partition: number, record: LogRecord): void
  /** One value of the topic `truth`. */
  truth(value: Buffer): void
  /** Finals since the last call, window and day, in order. */
  takeReadings(): KpiReading[]
  /** Alerts opened or closed, late and dead-letter records since the last call. */
  takeAlerts(): Alert[]
  takeRejected(): Rejected[]
  /** Of every topic-partition that has read a tick, by domain and partition. */
  ledger(): LedgerReading[]
}

/** Throws one Problem that lists every misuse in the run's declarations and plan. */
export function createInProcessProcessor(
  descriptor: Descriptor,
  catalogue: Catalogue,
  city: City,
  epoch: number,
): InProcessProcessor {
  const topics = topicNames()
  const merge = new Merge(descriptor, city, epoch)
  const tasks = new Map<string, Task[]>()
  for (const [domain, program] of compileRun(descriptor, catalogue, city)) {
    tasks.set(
      domain,
      Array.from({ length: descriptor.partitions }, (_, partition) =>
        createTask({ program, partition, epoch, topic: topics.domain(domain) }),
      ),
    )
  }
  const effects: Effects = { finals: [], rejected: [] }
  let readings: KpiReading[] = []
  let alerts: Alert[] = []

  function collect(): void {
    for (const partial of effects.finals) merge.partial(partial)
    effects.finals.length = 0
    const taken = merge.take()
    readings.push(...taken.readings)
    alerts.push(...taken.alerts)
  }

  return {
    record(domain, partition, record) {
      const task = tasks.get(domain)?.[partition]
      if (!task) {
        const got = `${domain}/${partition}`
        throw new Error(
          problemText('in-process record', got, `a topic-partition of ${descriptor.run}`),
        )
      }
      if (task.record(record, effects) === 'newer-run') {
        const detail = problemText('/data/epoch', 'a higher epoch', `${epoch}`)
        task.reject(record, 'foreign-run', detail, effects)
      }
      if (effects.finals.length > 0) collect()
    },
    truth(value) {
      merge.truth(JSON.parse(value.toString()) as Partial)
      collect()
    },
    takeReadings() {
      const taken = readings
      readings = []
      return taken
    },
    takeAlerts() {
      const taken = alerts
      alerts = []
      return taken
    },
    takeRejected: () => effects.rejected.splice(0),
    ledger: () =>
      [...tasks.values()].flatMap((list) => list.flatMap((task) => task.ledger() ?? [])),
  }
}
