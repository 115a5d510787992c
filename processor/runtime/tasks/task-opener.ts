// Opens tasks: from a checkpoint that fits, from a run's first record, or as a newer run's in the place of an older one.
import type { Clock } from '../../../infra/clock.ts'
import type {
  EventLog,
  LogRecord,
  PartitionOffsets,
  TopicPartition,
} from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import { inParallel } from '../../../infra/in-parallel.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import type { RunStarted } from '../../../producers/contract/records.ts'
import type { Topics } from '../../../producers/contract/topics.ts'
import { taskKey } from '../../contract/keys.ts'
import type { DomainProgram } from '../../program/program.ts'
import { createTask, resumeTask, type Task, type TaskOptions } from '../../task/task.ts'
import type { Logger } from '../logger.ts'
import type { CompiledRun, Runs } from '../runs.ts'
import { readCheckpoints } from './restore.ts'
import type { TaskPlace } from './task-publisher.ts'

/** Partitions of `checkpoint` that are read back at the same time: a restore is mostly waiting. */
const RESTORERS = 8

export type OpenerOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  runs: Runs
  logger: Logger
  ignored: Pick<IgnoredRecords, 'report'>
}

type Restored = { task: Task; offset: bigint }
export type OpenedTask = { place: TaskPlace; task: Task; offset: bigint | 'earliest' }

export class TaskOpener {
  readonly #options: OpenerOptions

  constructor(options: OpenerOptions) {
    this.#options = options
  }

  /** Tasks of the newest run, each with the offset to read on from. */
  async open(partitions: readonly TopicPartition[]): Promise<OpenedTask[]> {
    const run = await this.#newestRun()
    const ranges = await this.#rangesOf(partitions)
    const opened: OpenedTask[] = []
    await inParallel(new Set(partitions.map((p) => p.partition)), RESTORERS, async (partition) => {
      const places = new Map(
        partitions
          .filter((p) => p.partition === partition)
          .map((p) => this.#placeOf(p))
          .map((place) => [taskKey.build(place), place]),
      )
      const { log, clock, topics, ignored } = this.#options
      const source = { log, clock, topic: topics.checkpoint, partition, ignored }
      const restored = await readCheckpoints(source, [...places.keys()], (key, bytes) => {
        const place = places.get(key)!
        return restore(run, place, ranges.get(`${place.topic}/${partition}`)!, bytes)
      })
      for (const [key, place] of places) {
        opened.push({ place, ...(restored.get(key) ?? this.#anew(run, place)) })
      }
    })
    return opened
  }

  /** The task of the newer run that `record` begins; a text says why the log describes no such run. */
  async successor(place: TaskPlace, record: LogRecord): Promise<Task | string> {
    const { data } = JSON.parse(record.value!.toString()) as RunStarted
    const run = await this.#options.runs.find(data.epoch)
    const isKnown = run?.descriptor.run === data.run && run.domains.has(place.domain)
    const task = isKnown ? createTask(taskOptions(run, place)) : null
    // What it says of the run must be what the log says, before anything is given up for it.
    if (task?.record(record, { finals: [], rejected: [] }) === 'started') return task
    const got = `run ${data.run}, epoch ${data.epoch}`
    return problemText('/data', got, 'a run that the log describes')
  }

  async #newestRun(): Promise<CompiledRun> {
    const { runs } = this.#options
    const epoch = runs.newest()
    const run = epoch === null ? null : await runs.find(epoch)
    if (!run) throw new Error('task runner: partitions assigned before a run is known')
    return run
  }

  async #rangesOf(partitions: readonly TopicPartition[]): Promise<Map<string, PartitionOffsets>> {
    const ranges = new Map<string, PartitionOffsets>()
    for (const topic of new Set(partitions.map((p) => p.topic))) {
      for (const range of await this.#options.log.offsets(topic)) {
        ranges.set(`${topic}/${range.partition}`, range)
      }
    }
    return ranges
  }

  #placeOf({ topic, partition }: TopicPartition): TaskPlace {
    return { topic, partition, domain: topic.slice(this.#options.topics.domain('').length) }
  }

  #anew(run: CompiledRun, place: TaskPlace) {
    const name = `${place.topic}/${place.partition}`
    this.#options.logger.info(`${name}: no checkpoint fits, starting from the run's first record`)
    return { task: createTask(taskOptions(run, place)), offset: 'earliest' as const }
  }
}

/** A text says why the checkpoint is of no use here. */
function restore(
  run: CompiledRun,
  place: TaskPlace,
  { earliest, latest }: PartitionOffsets,
  bytes: Buffer,
): Restored | string {
  const resumed = resumeTask(taskOptions(run, place), bytes)
  if (typeof resumed === 'string') return resumed
  const { task, nextOffset } = resumed
  if (nextOffset >= Number(earliest) && nextOffset <= Number(latest)) {
    return { task, offset: BigInt(nextOffset) }
  }
  return `next offset ${nextOffset}, but ${place.topic} holds ${earliest} to ${latest}`
}

function taskOptions(run: CompiledRun, { topic, domain, partition }: TaskPlace): TaskOptions {
  return { program: programOf(run, domain, partition), partition, epoch: run.epoch, topic }
}

function programOf(run: CompiledRun, domain: string, partition: number): DomainProgram {
  const program = run.domains.get(domain)
  if (program && partition < program.partitions) return program
  const got = `topic-partition ${domain}/${partition}`
  const expected = `${run.descriptor.partitions} partitions of ${[...run.domains.keys()].join(', ')}`
  throw new Problem(problemText(`run ${run.descriptor.run}`, got, expected, 'use another --prefix'))
}
