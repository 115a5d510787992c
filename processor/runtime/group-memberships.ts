// The consumer groups of a processor: the tasks' over the newest run's topics, and the merge's.
import type { Clock } from '../../infra/clock.ts'
import type { EventLog, GroupHandler, Subscription } from '../../infra/event-log/event-log.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import type { MergeRunner } from './merge/merge-runner.ts'
import type { Runs } from './runs.ts'
import type { TaskRunner } from './tasks/task-runner.ts'

/** On stop the merge takes what the tasks published last, if it is near; another process would rebuild it anyway. */
const MERGE_PATIENCE_MS = 2000

export type MembershipOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  runs: Runs
  tasks: TaskRunner
  merge: MergeRunner
  onFailure(error: unknown): void
}

export class GroupMemberships {
  readonly #options: MembershipOptions
  #tasks: Subscription | null = null
  #merge: Subscription | null = null
  /** Topics that the tasks read. */
  #topics: string[] = []
  #joining: Promise<void> = Promise.resolve()
  #isLeaving = false

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  /** Returns at once: a task that waits for a run would wait for itself. */
  follow(epoch: number, descriptor: Descriptor): void {
    this.#joining = this.#joining
      .then(() => this.#join(epoch, descriptor))
      .catch(this.#options.onFailure)
  }

  /** Tasks first: the merge takes what they publish last. */
  async leave(): Promise<void> {
    this.#isLeaving = true
    await this.#joining
    await this.#tasks?.close()
    if (this.#merge) await this.#leaveMerge(this.#merge)
  }

  /** A run over the same domains is met inside their topics; other domains need another subscription. */
  async #join(epoch: number, descriptor: Descriptor): Promise<void> {
    const { topics, runs, tasks, merge } = this.#options
    const wanted = Object.keys(descriptor.declarations).map(topics.domain).sort()
    if (this.#isLeaving || wanted.join() === this.#topics.join()) return
    this.#topics = wanted
    // Before the groups know this member: a large city's catalogue takes seconds, in which no heartbeat could be sent.
    await runs.find(epoch)
    this.#merge ??= await this.#enter(topics.mergeGroup, [topics.partial], merge.handler)
    await this.#tasks?.close()
    this.#tasks = await this.#enter(topics.taskGroup, wanted, tasks.handler)
  }

  async #enter(group: string, topics: string[], handler: GroupHandler): Promise<Subscription> {
    const { log, onFailure } = this.#options
    const subscription = await log.group({ group, topics, handler })
    subscription.done.catch(onFailure)
    return subscription
  }

  async #leaveMerge(subscription: Subscription): Promise<void> {
    const { log, clock, topics, merge } = this.#options
    const [{ latest }] = await log.offsets(topics.partial)
    const { promise: patience, resolve } = Promise.withResolvers<void>()
    const cancel = clock.schedule(MERGE_PATIENCE_MS, resolve)
    // A merge that failed has been reported; the rest still closes.
    await Promise.race([merge.mergedUpTo(latest), subscription.done.catch(() => {}), patience])
    cancel()
    await subscription.close()
  }
}
