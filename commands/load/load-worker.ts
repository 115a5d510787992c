// A load worker on any log, in a process of its own or in this one.
import { foreignShape } from '../../load/generate/foreign.ts'
import { LoadWorker, type LoadWorkerOptions } from '../../load/generate/worker.ts'
import { createKernel } from '../../producers/kernel/kernel.ts'
import { restartOf } from '../wiring/one-process.ts'
import type { World } from '../wiring/world.ts'
import type { WorkerTask } from './worker-task.ts'

type Around = Pick<LoadWorkerOptions, 'log' | 'topics' | 'clock' | 'post'> & { world: World }

export function createLoadWorker(task: WorkerTask, { world, ...around }: Around): LoadWorker {
  const { worker, workers, epoch, restart, follow } = task
  const { city, catalogue, scenario, domains } = world
  const descriptor = restartOf(world.descriptor, restart)
  const share = { shard: worker, shards: workers }
  const kernel = createKernel({ city, catalogue, scenario, descriptor, domains, epoch, ...share })
  const { partitions, seed } = scenario
  const foreign = foreignShape({ ...task, partitions, seed })
  return new LoadWorker({ ...around, kernel, foreign, follow, isFirst: worker === 0 })
}
