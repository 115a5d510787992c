// A scenario simulated here, as fast as it goes, and recorded as it happens: a recording for whoever has no Kafka.
import { type Clock, realClock, sleep } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createLogger } from '../../infra/logger.ts'
import { createMemoryLog, type MemoryLog } from '../../infra/memory/memory-log.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { isoTime } from '../../infra/time.ts'
import { DEFAULT_PREFIX, type Topics, topicNames } from '../../producers/contract/topics.ts'
import { cityTopics } from '../../replay/record/city-topics.ts'
import { createIndexed } from '../../replay/record/indexed-recording.ts'
import { Recorder, type RecorderOptions } from '../../replay/record/recorder.ts'
import type { Codec } from '../../replay/recording/codec.ts'
import type { RecordingManifest } from '../../replay/recording/manifest.ts'
import type { OptionValues } from '../options/options.ts'
import { createProgress } from '../output/progress.ts'
import { startOneProcess } from '../wiring/one-process.ts'
import { openWorld, type World } from '../wiring/world.ts'

/**
 * The city waits for a recorder that is further behind. So the topic-partitions lie close together, however fast it goes: a
 * seek unpacks what lies around a tick, and 50,000 behind that was eight times as much, for no less work.
 */
const MOST_BEHIND = 2_000
const LOOK_MS = 20
/**
 * So many looks in a row at which everything is read and no reading became final: what was read last may still be answered,
 * and the merge reads truths by itself, without a group that says how far it is.
 */
const LOOKS = 10
/** A run that is over and still not read to its end is a fault, said rather than waited for. */
const ENDS_WITHIN_MS = 300_000

export type SimulatedRecording = {
  folder: string
  codec: Codec
  survivesPowerCut?: boolean
  /** Ends the run where it stands. */
  signal?: AbortSignal
  /** Of the run; the faster it goes, the shorter the intervals between its checkpoints. */
  clock?: Clock
  /** Done once it runs. */
  during?(log: EventLog): Promise<void>
}

/** The scenario that `values` name, at full speed whatever it says itself; a Problem lists everything that is wrong with it. */
export function worldToRecord(values: OptionValues): World {
  return openWorld({ ...values, speed: 'max' }, { truth: true })
}

/** Resolves when the run is over, or `signal` is aborted, and everything that was said of it is recorded. */
export async function recordSimulated(
  world: World,
  { folder, codec, clock = realClock, ...options }: SimulatedRecording,
): Promise<RecordingManifest> {
  const topics = topicNames()
  const log = createMemoryLog({ clock })
  const { domains, partitions } = world.scenario
  const recorded = cityTopics(topics, domains, partitions, 'earliest')
  const { writer, index } = await createIndexed({
    ...{ folder, codec, clock, survivesPowerCut: options.survivesPowerCut },
    source: { kind: 'memory', prefix: DEFAULT_PREFIX },
    topics: Object.fromEntries(recorded.map(({ name, ...topic }) => [name, topic])),
  })
  let behind = Number.POSITIVE_INFINITY
  const parts = await startOneProcess({
    ...{ log, clock, topics, world, logger: createLogger({ level: 'error' }) },
    isHeldUp: () => behind > MOST_BEHIND,
    checkpointsEveryWindow: true,
  })
  const recorder = await Recorder.start({
    ...{ log: heldBack(log), clock: realClock, writer, index, topics: recorded },
  })
  const failed = Promise.race([parts.failed, recorder.done])
  let manifest: RecordingManifest
  let isOver = false
  try {
    behind = 0
    await Promise.race([failed, options.during?.(log)])
    const look = async () => {
      behind = await recorder.lag()
    }
    const isEnding = () => isOver || options.signal?.aborted === true
    await Promise.race([failed, untilOver(parts, recorder, world, look, isEnding)])
    // First those who would say more.
    await parts.conductor.stop()
    await parts.shard.stop()
    // They are done by now, and no failure: those that are left are waited for.
    const left = Promise.race([parts.processor.done, recorder.done])
    await Promise.race([left, untilRead(log, topics, parts.processor, () => isOver)])
  } finally {
    // Where something failed, somebody may still look how far it is: for ever, and the program would not end.
    isOver = true
    await parts.stop()
    manifest = await recorder.stop().finally(() => log.close())
  }
  const { overtaken } = recorder.progress
  if (overtaken.length === 0) return manifest
  const got = `${overtaken.length} topic-partitions that were gone before they were read`
  throw new Problem(problemText('record', got, 'every record'), EXIT_FAILED)
}

/**
 * Nothing of the log goes before the recorder has it, as before a processor has: a tail is overtaken where the machine is
 * busy. One that cannot go on says so and lets pass what comes, or those who append would wait for it for ever.
 */
function heldBack(log: MemoryLog): RecorderOptions['log'] {
  return {
    offsets: (topic) => log.offsets(topic),
    async tail({ topic, batch }) {
      const failure = Promise.withResolvers<void>()
      let hasFailed = false
      const reader = await log.group({
        group: `record ${topic}`,
        topics: [topic],
        handler: {
          assigned: async (partitions) => partitions.map((p) => ({ ...p, offset: 'earliest' })),
          async batch(it) {
            if (hasFailed) return
            try {
              await batch(it)
            } catch (error) {
              hasFailed = true
              failure.reject(error)
            }
          },
          revoked: async () => {},
        },
      })
      return {
        done: Promise.race([reader.done, failure.promise]),
        close: () => reader.close(),
      }
    },
  }
}

type Parts = Awaited<ReturnType<typeof startOneProcess>>

async function untilOver(
  { conductor, shard }: Parts,
  recorder: Recorder,
  { scenario: { start, durationMs } }: World,
  look: () => Promise<void>,
  isEnding: () => boolean,
): Promise<void> {
  const progress = createProgress()
  while (!conductor.view().ended && !isEnding()) {
    progress.show(() => {
      const at = shard.view()?.simulatedTo ?? start
      const share = Math.floor((100 * (at - start)) / durationMs)
      return `record: ${share} %, ${isoTime(at)}, ${recorder.progress.added} records`
    })
    await look()
    await sleep(realClock, LOOK_MS)
  }
  progress.end()
}

/** Whatever is to be said is said and merged: a fast clock has no patience with what is not. */
async function untilRead(
  log: EventLog,
  { taskGroup, mergeGroup }: Topics,
  processor: Parts['processor'],
  isGone: () => boolean,
): Promise<void> {
  let known = -1
  const isRead = async () => {
    const lags = [...(await log.lag(taskGroup)), ...(await log.lag(mergeGroup))]
    const { finals } = processor.stats()
    const isQuiet = finals === known
    known = finals
    return isQuiet && lags.every(({ committed, latest }) => committed === latest)
  }
  const until = realClock.now() + ENDS_WITHIN_MS
  for (let times = 0; times < LOOKS && !isGone(); times = (await isRead()) ? times + 1 : 0) {
    if (realClock.now() > until) {
      const got = 'a run that is over and not read to its end'
      throw new Problem(problemText('record', got, 'all of it read'), EXIT_FAILED)
    }
    await sleep(realClock, LOOK_MS)
  }
}
