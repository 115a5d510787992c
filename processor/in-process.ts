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
  /** Of every domain's open window, if every task has said something and something changed since the last call. */
  provisional(): KpiReading[]
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
  const merge = new Merge(descriptor, city, epoch)
  const topics = topicNames()
  const tasks = new Map<string, Task[]>()
  for (const [domain, program] of compileRun(descriptor, catalogue, city)) {
    const topic = topics.domain(domain)
    const partitions = Array.from({ length: descriptor.partitions }, (_, p) => p)
    tasks.set(
      domain,
      partitions.map((partition) => createTask({ program, partition, epoch, topic })),
    )
  }
  return new TasksAndMerge(descriptor.run, epoch, tasks, merge)
}

class TasksAndMerge implements InProcessProcessor {
  readonly #run: string
  readonly #epoch: number
  /** By domain and partition. */
  readonly #tasks: ReadonlyMap<string, Task[]>
  readonly #merge: Merge
  readonly #effects: Effects = { finals: [], rejected: [] }
  readonly #readings: KpiReading[] = []
  readonly #alerts: Alert[] = []

  constructor(run: string, epoch: number, tasks: ReadonlyMap<string, Task[]>, merge: Merge) {
    this.#run = run
    this.#epoch = epoch
    this.#tasks = tasks
    this.#merge = merge
  }

  record(domain: string, partition: number, record: LogRecord): void {
    const task = this.#tasks.get(domain)?.[partition]
    if (!task) {
      const got = `${domain}/${partition}`
      const expected = `a topic-partition of ${this.#run}`
      throw new Error(problemText('in-process record', got, expected))
    }
    const effects = this.#effects
    if (task.record(record, effects) === 'newer-run') {
      const detail = problemText('/data/epoch', 'a higher epoch', `${this.#epoch}`)
      task.reject(record, 'foreign-run', detail, effects)
    }
    if (effects.finals.length > 0) this.#collect()
  }

  truth(value: Buffer): void {
    this.#merge.truth(JSON.parse(value.toString()) as Partial)
    this.#collect()
  }

  takeReadings(): KpiReading[] {
    return this.#readings.splice(0)
  }

  provisional(): KpiReading[] {
    for (const task of [...this.#tasks.values()].flat()) {
      const partial = task.provisional()
      if (partial) this.#merge.partial(partial)
    }
    return this.#merge.provisional()
  }

  takeAlerts(): Alert[] {
    return this.#alerts.splice(0)
  }

  takeRejected(): Rejected[] {
    return this.#effects.rejected.splice(0)
  }

  ledger(): LedgerReading[] {
    return [...this.#tasks.values()].flatMap((list) => list.flatMap((task) => task.ledger() ?? []))
  }

  #collect(): void {
    for (const partial of this.#effects.finals.splice(0)) this.#merge.partial(partial)
    const { readings, alerts } = this.#merge.take()
    this.#readings.push(...readings)
    this.#alerts.push(...alerts)
  }
}
