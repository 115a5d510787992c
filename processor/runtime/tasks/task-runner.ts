// Runs the tasks of the topic-partitions that this process owns: restore, feed, publish, checkpoint.
import type { Clock } from '../../../infra/clock.ts'
import type {
  Batch,
  EventLog,
  GroupHandler,
  LogRecord,
  StartOffset,
  TopicPartition,
} from '../../../infra/event-log/event-log.ts'
import type { Metrics } from '../../../infra/metrics.ts'
import type { Effects, Outcome } from '../../task/outcome.ts'
import type { Task } from '../../task/task.ts'
import type { Logger } from '../logger.ts'
import type { Outbox } from '../outbox.ts'
import { BACKGROUND, TimeSlice } from '../time-slice.ts'
import { CHECKPOINT_MS, Checkpointer, type CheckpointerParts } from './checkpointer.ts'
import { lostBefore, lostBeginning } from './lost-records.ts'
import { type OwnedTask, OwnedTasks } from './owned-tasks.ts'
import { PACKING_PAUSE_MS, Packing } from './packing.ts'
import { TaskCounters } from './task-counters.ts'
import { type OpenerOptions, TaskOpener } from './task-opener.ts'
import { type TaskOutputs, type TaskPlace, TaskPublisher } from './task-publisher.ts'

/** A flood of dead letters waits for its acknowledgements from here on. */
const MAX_UNACKNOWLEDGED = 5000

export type TaskRunnerOptions = OpenerOptions & {
  outbox: Outbox
  metrics?: Metrics
  /** This process's name; it travels in a header of its tasks' ledgers. */
  owner?: string
  /** Checkpoints at every window's close, packed there; default every few seconds and packed later, so that events hardly wait. */
  checkpointsEveryWindow?: boolean
  /** A checkpoint could not be packed. */
  onFailure(error: unknown): void
}

export class TaskRunner {
  readonly handler: GroupHandler
  readonly #log: EventLog
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #outputs: TaskOutputs
  readonly #opener: TaskOpener
  readonly #owned = new OwnedTasks()
  readonly #slice: TimeSlice
  readonly #frameSlice: TimeSlice
  readonly #pulseSlice: TimeSlice
  readonly #counters: TaskCounters
  readonly #parts: CheckpointerParts
  /** What the record that is being read has caused. */
  readonly #effects: Effects = { finals: [], rejected: [] }

  constructor(options: TaskRunnerOptions) {
    const { log, clock, topics, outbox, owner } = options
    this.#log = log
    this.#clock = clock
    this.#logger = options.logger
    this.#outputs = { outbox, clock, topics, owner }
    this.#opener = new TaskOpener(options)
    this.#slice = new TimeSlice(clock)
    this.#frameSlice = new TimeSlice(clock)
    this.#pulseSlice = new TimeSlice(clock, BACKGROUND)
    this.#counters = new TaskCounters(options.metrics)
    const { checkpointsEveryWindow: isEvery = false } = options
    const packing = new Packing(clock, options.onFailure, PACKING_PAUSE_MS)
    const everyMs = isEvery ? 0 : CHECKPOINT_MS
    this.#parts = { counters: this.#counters, packing, everyMs }
    this.handler = {
      assigned: (partitions) => this.#assigned(partitions),
      batch: (batch) => this.#batch(batch),
      revoked: (partitions) => this.#revoked(partitions),
    }
  }

  /**
   * Publishes what changed on the map; call it at most ten times a second. All tasks together, so that one delta can show
   * all of it.
   */
  async frames(): Promise<void> {
    await this.#each(this.#frameSlice, (publisher) => publisher.frame(this.#clock.now()))
  }

  /** Publishes provisionals and ledgers that are due, or all of them; call it at most four times a second. */
  async pulse(isAll = false): Promise<void> {
    await this.#each(this.#pulseSlice, (publisher) => publisher.pulse(this.#clock.now(), isAll))
  }

  /** Writes where all tasks stand now, whatever is due; resolves when that is acknowledged. */
  async checkpoint(): Promise<void> {
    const { outbox } = this.#outputs
    const started = this.#owned.all().filter(({ task }) => task.started)
    const writes = started.map(({ checkpointer }) => checkpointer.cut())
    await outbox.settled()
    const slice = new TimeSlice(this.#clock)
    for (const write of writes) {
      write()
      if (slice.isOver()) await slice.next()
    }
    await outbox.settled()
  }

  async #each(slice: TimeSlice, publish: (publisher: TaskPublisher) => void): Promise<void> {
    slice.begin()
    for (const owned of this.#owned.all()) {
      if (!owned.task.started || !this.#owned.holds(owned)) continue
      publish(owned.publisher)
      if (slice.isOver()) await slice.next()
    }
  }

  /** Smallest watermark of the tasks of this epoch (ms); null when one has none, or there is no task. */
  watermark(epoch: number): number | null {
    return this.#owned.watermark(epoch)
  }

  /** Records since the start by what happened to them. */
  counts(): Record<Outcome, number> {
    return this.#counters.totals()
  }

  get size(): number {
    return this.#owned.size
  }

  /** The tasks with their topics, for whoever watches them. */
  owned(): { topic: string; task: Task }[] {
    return this.#owned.all().map(({ place, task }) => ({ topic: place.topic, task }))
  }

  async #assigned(partitions: TopicPartition[]): Promise<StartOffset[]> {
    const opened = await this.#opener.open(partitions)
    return opened.map(({ place, task, offset }) => {
      this.#own(place, task)
      return { topic: place.topic, partition: place.partition, offset }
    })
  }

  #own(place: TaskPlace, task: Task): OwnedTask {
    const publisher = new TaskPublisher(task, place, this.#outputs)
    const checkpointer = new Checkpointer(task, place, this.#outputs, this.#parts)
    const owned = { place, task, publisher, checkpointer }
    this.#owned.put(owned)
    return owned
  }

  async #batch(input: Batch): Promise<void> {
    const { topic, partition, records } = input
    let owned = this.#owned.at({ topic, partition })
    if (!owned) {
      throw new Error(`task runner: batch of ${topic}/${partition}, which was not assigned`)
    }
    if (records.length > 0) {
      const lost = await lostBefore(records[0], owned.task, owned.place, this.#log)
      if (lost !== null) {
        owned.task.overtaken()
        this.#logger.warn(lost)
      }
    }
    this.#slice.begin()
    for (const record of records) {
      const switching = this.#feed(owned, record)
      if (switching) owned = await switching
      if (this.#slice.isOver()) await this.#slice.next()
    }
    this.#counters.batch(input, this.#clock.now())
    const { outbox } = this.#outputs
    if (outbox.size > MAX_UNACKNOWLEDGED) await outbox.settled()
  }

  /** Waits only at a run's start, for the task that goes on: the hot path stays synchronous. */
  #feed(owned: OwnedTask, record: LogRecord): Promise<OwnedTask> | undefined {
    const { task, publisher } = owned
    const effects = this.#effects
    const outcome = task.record(record, effects)
    this.#counters.count(outcome)
    if (outcome === 'newer-run') return this.#switchRun(owned, record)
    if (outcome === 'started' && task.incomplete) {
      this.#logger.warn(lostBeginning(owned.place, task))
    }
    if (effects.rejected.length > 0 || effects.finals.length > 0) this.#flush(owned)
    publisher.alarm()
    return undefined
  }

  #flush({ publisher, checkpointer }: OwnedTask): void {
    const { rejected, finals } = this.#effects
    publisher.refused(rejected)
    publisher.finals(finals)
    const closed = finals.length
    rejected.length = 0
    finals.length = 0
    if (closed === 0) return
    this.#counters.windowsClosed(closed)
    publisher.ledger(this.#clock.now())
    checkpointer.cutWhenDue()
  }

  async #switchRun(owned: OwnedTask, record: LogRecord): Promise<OwnedTask> {
    const { place } = owned
    const task = await this.#opener.successor(place, record)
    if (typeof task === 'string') {
      owned.task.reject(record, 'foreign-run', task, this.#effects)
      this.#counters.count('dead-letter')
      this.#flush(owned)
      return owned
    }
    this.#counters.count('started')
    const { run } = task.program
    this.#logger.info(`${place.topic}/${place.partition}: run ${run}, epoch ${task.epoch}`)
    return this.#own(place, task)
  }

  async #revoked(partitions: TopicPartition[]): Promise<void> {
    const { outbox } = this.#outputs
    await outbox.settled()
    this.#slice.begin()
    for (const place of partitions) {
      const owned = this.#owned.at(place)
      if (!owned) continue
      if (owned.task.started) owned.checkpointer.cut()()
      this.#owned.release(place)
      if (this.#slice.isOver()) await this.#slice.next()
    }
    await outbox.settled()
  }
}
