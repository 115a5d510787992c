// A few sim minutes of a small city on the memory log, recorded as they happen.
import { startOneProcess } from '../../commands/wiring/one-process.ts'
import { openWorld } from '../../commands/wiring/world.ts'
import { type Clock, realClock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createLogger } from '../../infra/logger.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { type Topics, topicNames } from '../../producers/contract/topics.ts'
import { cityTopics } from '../../replay/record/city-topics.ts'
import { Recorder } from '../../replay/record/recorder.ts'
import type { Codec } from '../../replay/recording/codec.ts'
import { RecordingWriter } from '../../replay/recording/recording-writer.ts'

/** Twenty times as fast: a minute of a task's checkpoints within three seconds. */
export function fastClock(): Clock {
  const since = Date.now()
  return {
    now: () => since + 20 * (Date.now() - since),
    schedule: (ms, task) => realClock.schedule(ms / 20, task),
    turn: realClock.turn,
  }
}

/** Resolves with the manifest when the run is over and recorded. */
export async function recordSmallRun(
  folder: string,
  codec: Codec,
  values: Record<string, string> = {},
  /** Of the run: a faster one than the machine's cuts checkpoints at shorter intervals. */
  clock: Clock = realClock,
  /** Done once it runs. */
  during: (log: EventLog) => Promise<void> = async () => {},
) {
  const world = openWorld(
    { scale: '0.02', partitions: '2', for: 'PT5M', speed: 'max', ...values },
    { truth: true },
  )
  const topics = topicNames()
  const log = createMemoryLog({ clock })
  const shared = { log, clock, topics, world, logger: createLogger({ level: 'error' }) }
  const parts = await startOneProcess(shared)
  const recorded = cityTopics(topics, world.scenario.domains, world.scenario.partitions, 'earliest')
  const writer = await RecordingWriter.create({
    ...{ folder, codec, clock, source: { kind: 'memory' as const, prefix: 'city.' } },
    topics: Object.fromEntries(recorded.map(({ name, ...topic }) => [name, topic])),
  })
  const recorder = await Recorder.start({ log, clock: realClock, writer, topics: recorded })
  await during(log)
  while (!parts.conductor.view()?.ended) await new Promise((resolve) => setTimeout(resolve, 20))
  // Whatever was said is merged: a fast clock has no patience with what is not.
  for (let times = 0; times < 3; times = (await isRead(log, topics)) ? times + 1 : 0) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await parts.stop()
  const manifest = await recorder.stop()
  await log.close()
  return { manifest, world }
}

async function isRead(log: EventLog, { taskGroup, mergeGroup }: Topics): Promise<boolean> {
  const lags = [...(await log.lag(taskGroup)), ...(await log.lag(mergeGroup))]
  return lags.every(({ committed, latest }) => committed === latest)
}
