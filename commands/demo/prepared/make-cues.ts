// Prepares cues: lets the run happen undisturbed, as fast as it goes, and writes the city down at each.
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { realClock } from '../../../infra/clock.ts'
import { createLogger } from '../../../infra/logger.ts'
import { createMemoryLog, type MemoryLog } from '../../../infra/memory/memory-log.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import { runKey } from '../../../producers/contract/keys.ts'
import type { Descriptor, Horizon } from '../../../producers/contract/records.ts'
import { topicNames, topicSpecs } from '../../../producers/contract/topics.ts'
import type { KernelKeeper } from '../../../producers/run/shard/kept-kernel.ts'
import { startOneProcess } from '../../wiring/one-process.ts'
import { OFFLINE_EPOCH, openWorld } from '../../wiring/world.ts'
import { writeCue } from './cue-file.ts'
import { cueKey } from './cue-key.ts'
import { cuePath, keptTopics } from './cue-place.ts'
import type { CueTask, ReadyCue } from './cue-task.ts'
import { packedKernel } from './kernel-bytes.ts'
import { bytesOfLog } from './log-bytes.ts'
import { EVENT_BYTES, isSettled } from './settled.ts'

/** A machine with other work takes long. */
const PATIENCE_MS = 120_000
const topics = topicNames()

/** Resolves when all of them are written; `ready` hears of each. Rejects with a Problem where one cannot be. */
export async function makeCues(task: CueTask, ready: (cue: ReadyCue) => void): Promise<void> {
  const { values, truth, seeds, folder, key, times } = task
  const world = openWorld(values, { truth, ...(seeds && { seeds }) })
  const { descriptor, scenario } = world
  const own = cueKey(descriptor)
  if (own !== key) {
    const todo = 'start the demo again: its code is another than when it began'
    throw new Problem(problemText('cues', `a city of ${own}`, `one of ${key}`, todo))
  }
  mkdirSync(folder, { recursive: true })
  const log = createMemoryLog({ clock: realClock, eventBytes: EVENT_BYTES })
  await log.ensureTopics(topicSpecs(topics, scenario.domains, scenario.partitions))
  await begin(log, descriptor, times.at(-1)!)
  const over = Promise.withResolvers<void>()
  const keeper: KernelKeeper = {
    next: (_epoch, after) => times.find((time) => time > after) ?? Number.POSITIVE_INFINITY,
    async keep(_epoch, kernel) {
      const at = kernel.simulatedTo
      if (!(await isSettled(running.processor, at, realClock, PATIENCE_MS))) {
        throw new Problem(problemText('cues', `nothing read for ${PATIENCE_MS / 1000} s`, 'a city'))
      }
      const bytes = {
        kernel: await packedKernel(kernel.save()),
        log: bytesOfLog(log, keptTopics(topics, scenario.domains)),
      }
      const size = await writeCue(cuePath(folder, at), { key, at }, bytes)
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
      const cpuMs = (userCPUTime + systemCPUTime) / 1000
      ready({ at, bytes: size, cpuMs, mostBytes: 1024 * maxRSS })
      if (at === times.at(-1)) over.resolve()
    },
    take: () => null,
    refused() {},
  }
  const running = await startOneProcess({
    ...{ log, clock: realClock, topics, world, keeper, logger: createLogger({ level: 'error' }) },
  })
  try {
    await Promise.race([over.promise, running.failed])
  } finally {
    await running.stop().catch(() => {}) // who failed has said so
    await log.close()
  }
}

/** A run that nobody speeds up or commands, on its way to sim ms `to`. */
async function begin(log: MemoryLog, descriptor: Descriptor, to: number): Promise<void> {
  const epoch = OFFLINE_EPOCH
  const now = Math.round(realClock.now())
  const [start, end] = [isoTime(Date.parse(descriptor.start)), isoTime(to)]
  const horizon: Horizon = {
    ...{ h: start, simAnchor: start, wallAnchor: now, speed: descriptor.speed, term: epoch },
    ...{ jumpTo: end, pauseAt: end },
  }
  const records: [string, object][] = [
    [runKey.build({ kind: 'descriptor', run: descriptor.run, id: randomUUID() }), descriptor],
    [runKey.build({ kind: 'horizon', epoch, term: epoch }), horizon],
  ]
  for (const [key, value] of records) {
    const record = { key: Buffer.from(key), value: Buffer.from(JSON.stringify(value)) }
    await log.append(topics.run, 0, [{ ...record, timestamp: now }])
  }
}
