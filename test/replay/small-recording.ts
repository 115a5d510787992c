// A few sim minutes of a small city on the memory log, recorded as they happen.
import { startOneProcess } from '../../commands/wiring/one-process.ts'
import { openWorld } from '../../commands/wiring/world.ts'
import { realClock } from '../../infra/clock.ts'
import { createLogger } from '../../infra/logger.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { cityTopics } from '../../replay/record/city-topics.ts'
import { Recorder } from '../../replay/record/recorder.ts'
import type { Codec } from '../../replay/recording/codec.ts'
import { RecordingWriter } from '../../replay/recording/recording-writer.ts'

/** Resolves with the manifest when the run is over and recorded. */
export async function recordSmallRun(
  folder: string,
  codec: Codec,
  values: Record<string, string> = {},
) {
  const world = openWorld(
    { scale: '0.02', partitions: '2', for: 'PT5M', speed: 'max', ...values },
    { truth: true },
  )
  const topics = topicNames()
  const log = createMemoryLog()
  const shared = { log, clock: realClock, topics, world, logger: createLogger({ level: 'error' }) }
  const parts = await startOneProcess(shared)
  const recorded = cityTopics(topics, world.scenario.domains, world.scenario.partitions, 'earliest')
  const writer = await RecordingWriter.create({
    ...{ folder, codec, clock: realClock, source: { kind: 'memory' as const, prefix: 'city.' } },
    topics: Object.fromEntries(recorded.map(({ name, ...topic }) => [name, topic])),
  })
  const recorder = await Recorder.start({ log, clock: realClock, writer, topics: recorded })
  while (!parts.conductor.view()?.ended) await new Promise((resolve) => setTimeout(resolve, 20))
  await parts.stop()
  const manifest = await recorder.stop()
  await log.close()
  return { manifest, world }
}
