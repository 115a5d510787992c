// Runs the processor on a log: tasks over the newest run's topics, merge, and what is told in between.
import type { Clock } from '../infra/clock.ts'
import type { EventLog, GroupHandler, Subscription } from '../infra/event-log/event-log.ts'
import { createIgnoredRecords, type IgnoredRecords } from '../infra/event-log/ignored-records.ts'
import { type Metrics, measureLag } from '../infra/metrics.ts'
import type { Descriptor } from '../producers/contract/records.ts'
import type { Topics } from '../producers/contract/topics.ts'
import type { Catalogue, City } from '../seeds/contract.ts'
import { type Logger, SILENT } from './runtime/logger.ts'
import { createMergeRunner } from './runtime/merge-runner.ts'
import { createOutbox } from './runtime/outbox.ts'
import { watchRuns } from './runtime/runs.ts'
import { watchTasks } from './runtime/task-metrics.ts'
import { createTaskRunner, PULSE_MS } from './runtime/task-runner.ts'
import type { Outcome } from './task/outcome.ts'

const MERGE_PULSE_MS = 500
const STATS_MS = 1000
/** A dozen requests to the broker each time: often enough for an eye on it. */
const LAG_MS = 3000
/** On stop the merge takes what the tasks told last, if it is near; another process would rebuild it anyway. */
const MERGE_PATIENCE_MS = 2000

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
  catalogueOf(descriptor: Descriptor): Catalogue | Promise<Catalogue>
  logger?: Logger
  metrics?: Metrics
  /** Told of records that fit nothing; one for the process. */
  ignored?: IgnoredRecords
  /** Names this process to whoever looks after it; in no value, only in a header of the ledgers. */
  owner?: string
  /** Called about every second. */
  onStats?(stats: ProcessorStats): void
}

export interface RunningProcessor {
  /** Rejects when a reader, an append or a declaration failed; resolves after stop(). */
  readonly done: Promise<void>
  /** Sim time (ms) up to which every task of the newest run has read; null before that. */
  watermark(): number | null
  stats(): ProcessorStats
  /** Drains, checkpoints and leaves the groups. */
  stop(): Promise<void>
}

/** The topics must exist. Waits for no run: it starts when `run` has a descriptor. */
export async function runProcessor(options: ProcessorOptions): Promise<RunningProcessor> {
  const { log, clock, topics, logger = SILENT } = options
  const { ignored = createIgnoredRecords({ clock, logger, metrics: options.metrics }) } = options
  const outbox = createOutbox(log)
  let stopping = false
  let fail!: (error: unknown) => void
  let finish!: () => void
  const done = new Promise<void>((resolve, reject) => {
    finish = resolve
    fail = reject
  })
  // The owner listens to `done`; a failure before it does must not end the process.
  done.catch(() => {})
  outbox.failed.catch(fail)

  let subscribed = ''
  let mergeGroup: Subscription | null = null
  let taskGroup: Subscription | null = null
  let regrouping: Promise<void> = Promise.resolve()

  const runs = await watchRuns({
    log,
    topics,
    ignored,
    cityOf: options.cityOf,
    catalogueOf: options.catalogueOf,
    // Not awaited: a task that waits for a run would wait for itself.
    onNewest(epoch, descriptor) {
      regrouping = regrouping.then(() => regroup(epoch, descriptor)).catch(fail)
    },
  })
  runs.subscription.done.catch(fail)
  const parts = { log, clock, topics, runs, outbox, logger, ignored, metrics: options.metrics }
  const tasks = createTaskRunner({ ...parts, owner: options.owner })
  const merger = createMergeRunner({ ...parts, onFailure: (error) => fail(error) })

  /** A run over the same domains is met inside their topics; other domains need another subscription. */
  async function regroup(epoch: number, descriptor: Descriptor): Promise<void> {
    const wanted = Object.keys(descriptor.declarations).map(topics.domain).sort()
    if (stopping || wanted.join() === subscribed) return
    subscribed = wanted.join()
    // Before the groups know this member: a large city's catalogue takes seconds, in which it could not beat its heart.
    await runs.find(epoch)
    mergeGroup ??= await joined(topics.mergeGroup, [topics.partial], merger.handler)
    await taskGroup?.close()
    taskGroup = await joined(topics.taskGroup, wanted, tasks.handler)
  }

  async function joined(group: string, read: string[], handler: GroupHandler) {
    const subscription = await log.group({ group, topics: read, handler })
    subscription.done.catch(fail)
    return subscription
  }

  async function leaveMerge(group: Subscription): Promise<void> {
    const [{ latest }] = await log.offsets(topics.partial)
    const { promise: patience, resolve } = Promise.withResolvers<void>()
    const cancel = clock.schedule(MERGE_PATIENCE_MS, resolve)
    // A merge that failed has told `done`; the rest still closes.
    await Promise.race([merger.mergedUpTo(latest), group.done.catch(() => {}), patience])
    cancel()
    await group.close()
  }

  const cancels = new Map<string, () => void>()
  function every(name: string, ms: number, task: () => void | Promise<void>): void {
    const beat = async () => {
      try {
        await task()
      } catch (error) {
        fail(error)
        return
      }
      if (!stopping) cancels.set(name, clock.schedule(ms, beat))
    }
    cancels.set(name, clock.schedule(ms, beat))
  }

  function watermark(): number | null {
    const epoch = runs.newest()
    return epoch === null ? null : tasks.watermark(epoch)
  }

  function stats(): ProcessorStats {
    return {
      records: tasks.counts(),
      tasks: tasks.tasks(),
      finals: merger.finals(),
      watermark: watermark(),
      unacknowledged: outbox.size,
    }
  }

  /** Only told, never needed: an outage that stops it must not stop the work. */
  async function tellLag(metrics: Metrics): Promise<void> {
    try {
      await measureLag(log, topics.taskGroup, metrics)
    } catch (error) {
      if (!stopping)
        logger.warn(`lag of ${topics.taskGroup} not known: ${(error as Error).message}`)
    }
  }

  const { metrics } = options
  if (metrics) watchTasks(metrics, tasks, () => outbox.size)
  if (metrics) every('lag', LAG_MS, () => tellLag(metrics))
  every('tasks', PULSE_MS, tasks.pulse)
  every('merge', MERGE_PULSE_MS, merger.pulse)
  if (options.onStats) every('stats', STATS_MS, () => options.onStats!(stats()))

  return {
    done,
    watermark,
    stats,
    async stop() {
      stopping = true
      for (const cancel of cancels.values()) cancel()
      await regrouping
      await taskGroup?.close()
      if (mergeGroup) await leaveMerge(mergeGroup)
      await runs.subscription.close()
      await outbox.settled()
      finish()
    },
  }
}
