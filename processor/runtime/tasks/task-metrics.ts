// What an operator asks of the tasks: how far they are, whether their accounts add up, what waits to be acknowledged.
import type { Metrics } from '../../../infra/metrics.ts'
import type { Task } from '../../task/task.ts'
import type { TaskRunner } from './task-runner.ts'

/** Read at every scrape; where a processor was started anew, the new one is asked. */
export function watchTasks(
  metrics: Metrics,
  tasks: Pick<TaskRunner, 'owned' | 'size'>,
  unacknowledged: () => number,
): void {
  /** One number by topic, of its started tasks; null = this task has none. */
  function byTopic(levelOf: (task: Task) => number | null, add: (a: number, b: number) => number) {
    const levels = new Map<string, number>()
    for (const { topic, task } of tasks.owned()) {
      const level = task.started ? levelOf(task) : null
      if (level === null) continue
      const before = levels.get(topic)
      levels.set(topic, before === undefined ? level : add(before, level))
    }
    return levels
  }

  const sum = (a: number, b: number) => a + b
  metrics.watchLevel(
    'huacheng_tasks',
    'Topic-partitions that this process works on',
    () => tasks.size,
  )
  metrics.watchLevel(
    'huacheng_unacknowledged_records',
    'Outputs of the processor that wait for an acknowledgement of the log',
    unacknowledged,
  )
  metrics.watchLevels(
    'huacheng_watermark_timestamp_seconds',
    'Simulated time up to which every task of this process has read, by topic',
    () => byTopic((task) => (task.watermark === null ? null : task.watermark / 1000), Math.min),
  )
  metrics.watchLevels(
    'huacheng_unexplained_events',
    'Events by which the accounts of this process differ from what was produced, no injected fault explaining it',
    () => byTopic((task) => Math.abs(task.ledger()?.unexplained ?? 0), sum),
  )
  metrics.watchLevels(
    'huacheng_incomplete_tasks',
    'Tasks of this process whose input was taken by retention before they read it: they publish no finals',
    () => byTopic((task) => Number(task.incomplete), sum),
  )
}
