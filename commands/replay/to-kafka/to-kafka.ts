// Sends a recording into Kafka topics of their own, and says what it came to.
import { randomUUID } from 'node:crypto'
import { realClock } from '../../../infra/clock.ts'
import type { Logger } from '../../../infra/logger.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import { printLine } from '../../../infra/program/standard-output.ts'
import { isoTime } from '../../../infra/time.ts'
import { UNPACED_SPEED } from '../../../producers/contract/run/run-commands.ts'
import type { Recording } from '../../../replay/recording/recording.ts'
import {
  type DueTimes,
  eventTimes,
  type PacedBy,
  RecordedClock,
  WALL_TIMES,
} from '../../../replay/resend/due-times.ts'
import { LoopedRecords } from '../../../replay/resend/looped-records.ts'
import { MergedRecords } from '../../../replay/resend/merged-records.ts'
import { Resend } from '../../../replay/resend/resend.ts'
import { refuseFilled, type TargetTopic, targetTopics } from '../../../replay/resend/targets.ts'
import { environment } from '../../options/environment.ts'
import type { OptionValues } from '../../options/options.ts'
import { createProgress } from '../../output/progress.ts'
import { counted } from '../../output/sizes.ts'
import { isOurs } from '../../produce/preflight.ts'
import { openKafka } from '../../wiring/on-kafka.ts'
import { reportJson, reportText } from './report.ts'
import { OWN_PREFIX, type ToKafka } from './to-kafka-options.ts'

type Kafka = ReturnType<typeof openKafka>

type ResendAsked = {
  toKafka: ToKafka
  at: number | undefined
  until: number | undefined
  /** UNPACED_SPEED = as fast as the brokers take them. */
  speed: number
  logger: Logger
}

export async function replayToKafka(
  recording: Recording,
  values: OptionValues,
  asked: ResendAsked,
): Promise<void> {
  const { toKafka, at: from, until, logger } = asked
  const prefix = (values.prefix as string | undefined) ?? OWN_PREFIX
  const targets = targetTopics(recording.manifest, prefix, toKafka.choice)
  const { by, times } = await timesOf(recording, toKafka.by)
  const kafka = openKafka({ ...values, prefix }, logger)
  try {
    await makeTopics(kafka, targets, toKafka.isYes)
    const names = new Map(targets.map(({ recorded, spec }) => [recorded, spec.name]))
    const run = `replay-${isoTime(realClock.now())}-${randomUUID().slice(0, 8)}`
    const speed = asked.speed === UNPACED_SPEED ? null : asked.speed
    const { isLooped, forMs } = toKafka
    const progress = createProgress()
    const resend = new Resend({
      ...{ log: kafka.log, clock: realClock, speed, run, timestamps: toKafka.timestamps },
      records: new LoopedRecords({
        ...{ from, until, isLooped, forMs },
        open: () =>
          new MergedRecords(recording, { times, topics: new Set(names.keys()), from, until }),
      }),
      target: (topic) => names.get(topic)!,
      onProgress: ({ acknowledged, dueTo }) =>
        progress.show(() => `replay: ${acknowledged} records, ${timeText(dueTo)}`),
    })
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resend.stop())
    const outcome = await resend.run().finally(() => progress.end())
    const report = {
      ...{ run, by, speed, outcome, recorded: recordsOf(recording, names) },
      targets: targets.map(({ recorded, spec }) => ({ recorded, name: spec.name })),
    }
    printLine(values.json ? reportJson(report) : reportText(report))
  } finally {
    await kafka.log.close()
  }
}

/** Says what it makes before it makes it. */
async function makeTopics(
  { log, connection, where }: Kafka,
  targets: TargetTopic[],
  isYes: boolean,
): Promise<void> {
  const { brokers } = await log.cluster()
  const names = targets.map(({ spec }) => spec.name)
  const missing = new Set(await log.missing(names))
  await refuseFilled(
    log,
    names.filter((name) => !missing.has(name)),
  )
  const made = targets.filter(({ spec }) => missing.has(spec.name))
  if (made.length > 0 && !isYes && !isOurs([...connection.brokers, ...brokers], environment())) {
    const got = `${where}, which is not on this machine`
    const todo = `say --yes and it makes ${listed(made)}`
    throw new Problem(problemText('brokers', got, 'your own', todo))
  }
  await log.ensureTopics(targets.map(({ spec }) => spec))
  if (made.length > 0) console.error(`replay: made ${listed(made)}`)
}

const listed = (targets: TargetTopic[]) =>
  `${counted(targets.length, 'topic')}: ${targets
    .map(({ spec }) => `${spec.name} (${counted(spec.partitions, 'partition')})`)
    .join(', ')}`

/** A city's clock is asked where there is one that never went back. */
async function timesOf(
  recording: Recording,
  asked: PacedBy | undefined,
): Promise<{ by: PacedBy; times: DueTimes }> {
  if (asked === 'wall') return { by: asked, times: WALL_TIMES }
  const clock = await RecordedClock.read(recording)
  const by = asked ?? (clock.runs === 1 ? 'event' : 'wall')
  return { by, times: by === 'event' ? eventTimes(clock) : WALL_TIMES }
}

/** Null where it was cut off: its manifest has not heard of all. */
function recordsOf({ manifest }: Recording, topics: Map<string, string>): number | null {
  if (!manifest.closed) return null
  return manifest.lanes.reduce(
    (sum, { topic, events }) => sum + (topics.has(topic) ? events : 0),
    0,
  )
}

const timeText = (time: number) =>
  Number.isFinite(time) ? isoTime(Math.round(time)) : 'no time yet'
