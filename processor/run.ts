// Runs the processor on a log: tasks over the newest run's topics, merge, and what is published in between.
import type { Clock } from '../infra/clock.ts'
import type { EventLog } from '../infra/event-log/event-log.ts'
import { createIgnoredRecords, type IgnoredRecords } from '../infra/event-log/ignored-records.ts'
import { type Metrics, measureLag } from '../infra/metrics.ts'
import type { Descriptor } from '../producers/contract/records.ts'
import type { Topics } from '../producers/contract/topics.ts'
import type { City, PlacedAssets } from '../seeds/contract.ts'
import type { MergeStart } from './merge/merge-start.ts'
import type { compileRun } from './program/program.ts'
import { GroupMemberships } from './runtime/group-memberships.ts'
import { type Logger, SILENT } from './runtime/logger.ts'
import { MergeRunner } from './runtime/merge/merge-runner.ts'
import { createOutbox, type Outbox } from './runtime/outbox.ts'
import { PeriodicSteps } from './runtime/periodic-steps.ts'
import { type Runs, watchRuns } from './runtime/runs.ts'
import { watchTasks } from './runtime/tasks/task-metrics.ts'
import { TaskRunner } from './runtime/tasks/task-runner.ts'
import type { Outcome } from './task/outcome.ts'

/** What somebody looks at should be new: as often as a task may publish frames (design.md §7). */
const FRAMES_MS = 100
/** Readings are shown twice a second: provisionals need not come more often. */
const PULSE_MS = 500
const MERGE_PULSE_MS = 500
const STATS_MS = 1000
/** A dozen requests to the broker each time: often enough for an eye on it. */
const LAG_MS = 3000

export type ProcessorStats = {
  /** Records since the start by what happened to them. */
  records: Record<Outcome, number>
  tasks: number
  /** Final readings written. */
  finals: number
  /** Smallest watermark of the newest run's tasks, ms. */
  watermark: number | null
  /** Outputs that wait for an acknowledgement. */
  unacknowledged: number
}

export type ProcessorOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  cityOf(descriptor: Descriptor): City | Promise<City>
  catalogueOf(descriptor: Descriptor): PlacedAssets | Promise<PlacedAssets>
  /** Who begins again and again with the same run need not compile it each time. */
  compile?: typeof compileRun
  logger?: Logger
  metrics?: Metrics
  /** Default: the merge is rebuilt from partials and truths. */
  mergeStart?: MergeStart
  /** Gets records that fit nothing; one for the process. */
  ignored?: IgnoredRecords
  /** Names this process to whoever looks after it; in no value, only in a header of the ledgers. */
  owner?: string
  /** Until it resolves only finals are said: who folds what lies behind has no use for what it is in between. */
  quiet?: Promise<void>
  /** A restore reads as little as it can, and events wait for what that costs; default checkpoints every few seconds. */
  checkpointsEveryWindow?: boolean
  /** Called about every second. */
  onStats?(stats: ProcessorStats): void
}

export interface RunningProcessor {
  /** Rejects when a reader, an append or a declaration failed; resolves after stop(). */
  readonly done: Promise<void>
  /** Sim time (ms) up to which every task of the newest run has read; null before that. */
  watermark(): number | null
  stats(): ProcessorStats
  /** Writes checkpoints of where its tasks stand now, whatever is due; resolves when they are acknowledged. */
  checkpoint(): Promise<void>
  /** Drains, checkpoints and leaves the groups. */
  stop(): Promise<void>
}

/** The topics must exist. Waits for no run: it starts when `run` has a descriptor. */
export async function runProcessor(options: ProcessorOptions): Promise<RunningProcessor> {
  const { log, clock, topics, metrics, logger = SILENT } = options
  const { ignored = createIgnoredRecords({ clock, logger, metrics }) } = options
  const end = Promise.withResolvers<void>()
  const onFailure = end.reject
  // The owner listens to `done`; a failure before it does must not end the process.
  end.promise.catch(() => {})
  const outbox = createOutbox(log)
  outbox.failed.catch(onFailure)
  const entering = Promise.withResolvers<GroupMemberships>()
  const runs = await watchRuns({
    log,
    topics,
    ignored,
    cityOf: options.cityOf,
    catalogueOf: options.catalogueOf,
    compile: options.compile,
    onNewest(epoch, descriptor) {
      entering.promise.then((groups) => groups.follow(epoch, descriptor))
    },
  })
  runs.subscription.done.catch(onFailure)
  const parts = { log, clock, topics, runs, outbox, logger, ignored, metrics }
  const { owner, checkpointsEveryWindow } = options
  const tasks = new TaskRunner({ ...parts, owner, checkpointsEveryWindow, onFailure })
  const merge = new MergeRunner({ ...parts, start: options.mergeStart, onFailure })
  const groups = new GroupMemberships({ log, clock, topics, runs, tasks, merge, onFailure })
  entering.resolve(groups)
  const steps = new PeriodicSteps(clock, onFailure)
  const processor = new Processor({ runs, tasks, merge, groups, outbox, steps, end })
  if (metrics) {
    watchTasks(metrics, tasks, () => outbox.size)
    steps.every('lag', LAG_MS, () => reportLag(log, topics, metrics, logger, steps))
  }
  const { onStats, quiet } = options
  let isFirst = quiet !== undefined
  const pulse = () => {
    const isAll = isFirst
    isFirst = false
    return tasks.pulse(isAll)
  }
  const saidSince = (frames = FRAMES_MS, readings = PULSE_MS, merged = MERGE_PULSE_MS) => {
    steps.every('frames', FRAMES_MS, () => tasks.frames(), frames)
    steps.every('tasks', PULSE_MS, pulse, readings)
    steps.every('merge', MERGE_PULSE_MS, () => merge.pulse(), merged)
  }
  if (quiet) quiet.then(() => saidSince(0, 0, FRAMES_MS), onFailure)
  else saidSince()
  if (onStats) steps.every('stats', STATS_MS, () => onStats(processor.stats()))
  return processor
}

type ProcessorParts = {
  runs: Runs
  tasks: TaskRunner
  merge: MergeRunner
  groups: GroupMemberships
  outbox: Outbox
  steps: PeriodicSteps
  end: PromiseWithResolvers<void>
}

class Processor implements RunningProcessor {
  readonly done: Promise<void>
  readonly #parts: ProcessorParts

  constructor(parts: ProcessorParts) {
    this.done = parts.end.promise
    this.#parts = parts
  }

  watermark(): number | null {
    const { runs, tasks } = this.#parts
    const epoch = runs.newest()
    return epoch === null ? null : tasks.watermark(epoch)
  }

  stats(): ProcessorStats {
    const { tasks, merge, outbox } = this.#parts
    return {
      records: tasks.counts(),
      tasks: tasks.size,
      finals: merge.finals,
      watermark: this.watermark(),
      unacknowledged: outbox.size,
    }
  }

  checkpoint(): Promise<void> {
    return this.#parts.tasks.checkpoint()
  }

  async stop(): Promise<void> {
    const { runs, groups, outbox, steps, end } = this.#parts
    steps.stop()
    await groups.leave()
    await runs.subscription.close()
    await outbox.settled()
    end.resolve()
  }
}

/** Only shown, never needed: an outage that stops it must not stop the work. */
async function reportLag(
  log: EventLog,
  topics: Topics,
  metrics: Metrics,
  logger: Logger,
  steps: PeriodicSteps,
): Promise<void> {
  try {
    await measureLag(log, topics.taskGroup, metrics)
  } catch (error) {
    if (steps.isStopped) return
    logger.warn(`lag of ${topics.taskGroup} not known: ${(error as Error).message}`)
  }
}
