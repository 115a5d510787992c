// A run as it lies on Kafka: which one, how far it got, and the records of each of its topic-partitions.
import type { EventLog, LogRecord, NewRecord } from '../infra/event-log.ts'
import { EXIT_FAILED } from '../infra/exit-codes.ts'
import type { IgnoredRecords } from '../infra/ignored-records.ts'
import { inParallel } from '../infra/in-parallel.ts'
import { readRange } from '../infra/log-range.ts'
import { allOf, Problem } from '../infra/problem.ts'
import { parseDuration } from '../infra/time.ts'
import {
  type Descriptor,
  RUN_STARTED_TYPE,
  type RunStarted,
  TICK_TYPE,
  type Tick,
} from '../producers/contract/records.ts'
import { tickTimesOf } from '../producers/contract/ticks.ts'
import type { Topics } from '../producers/contract/topics.ts'
import { readLaneTail } from '../producers/resume.ts'
import { readRuns } from '../producers/run-history.ts'
import { ignoredOnStderr } from './ignored.ts'
import { KAFKA_OPTIONS, kafkaOptions, openKafka } from './on-kafka.ts'
import { numberOption, type OptionHelp, SCENARIO_OPTIONS, type Values } from './options.ts'

/** Topic-partitions that are read at the same time. */
export const READERS = 8

export const RECORDED_OPTIONS: Record<string, OptionHelp> = {
  ...KAFKA_OPTIONS,
  epoch: { type: 'string', value: 'n', text: 'with --brokers: which run; default the newest' },
}

/** Options that shape a simulation and mean nothing for a run that is read. */
const SIMULATION_ONLY = Object.keys(SCENARIO_OPTIONS).filter((o) => o !== 'json' && o !== 'for')

export type RecordedRun = {
  log: EventLog
  topics: Topics
  epoch: number
  descriptor: Descriptor
  lanes: { domain: string; partition: number; topic: string }[]
  /** Told of records that fit nothing. */
  ignored: IgnoredRecords
  /** Latest tick that every topic-partition has, cut off by --for; sim ms. */
  end: number
}

/** True when the command is to read topics; by option only, so that a variable does not change what a command means. */
export function isRecorded(values: Values): boolean {
  return values.brokers !== undefined || values['command-config'] !== undefined
}

/** Opens the log, finds the run and hands it to `use`; throws a Problem when there is none. */
export async function withRecordedRun(
  values: Values,
  use: (run: RecordedRun) => Promise<void>,
): Promise<void> {
  const senseless = SIMULATION_ONLY.filter((name) => values[name] !== undefined)
  if (senseless.length > 0) {
    throw new Problem(
      `--${senseless.join(', --')}: given with --brokers, expected without; the run on the log has its own`,
    )
  }
  const { asked } = allOf('run', {
    asked: () => numberOption(values, 'epoch', 0, Number.MAX_SAFE_INTEGER, true),
    for: () => values.for === undefined || parseDuration(values.for as string, '--for'),
    kafka: () => kafkaOptions(values),
  })
  const { log, topics, where } = openKafka(values)
  try {
    const ignored = ignoredOnStderr()
    const runs = await readRuns(log, topics.run, ignored.report)
    const found = asked === undefined ? runs.at(-1) : runs.find((r) => r.epoch === asked)
    if (!found) {
      const known = runs.map((r) => r.epoch).join(', ') || 'none'
      throw new Problem(
        `${topics.run} at ${where}: ${asked === undefined ? 'no run' : `no run of epoch ${asked}`}, expected one of: ${known}`,
      )
    }
    const { epoch, descriptor } = found
    const lanes = Object.keys(descriptor.declarations).flatMap((domain) =>
      Array.from({ length: descriptor.partitions }, (_, partition) => ({
        domain,
        partition,
        topic: topics.domain(domain),
      })),
    )
    const end = await commonEnd(log, lanes, epoch, descriptor, values.for as string | undefined)
    await use({ log, topics, epoch, descriptor, lanes, ignored, end })
  } finally {
    await log.close()
  }
}

async function commonEnd(
  log: EventLog,
  lanes: RecordedRun['lanes'],
  epoch: number,
  descriptor: Descriptor,
  wanted: string | undefined,
): Promise<number> {
  const { run, start, tick } = descriptor
  const whose = { id: run, epoch, times: tickTimesOf(descriptor) }
  let end = Number.POSITIVE_INFINITY
  await inParallel(lanes, READERS, async ({ topic, partition, domain }) => {
    const { tickTime } = await readLaneTail(log, topic, partition, whose)
    if (tickTime === Number.NEGATIVE_INFINITY) {
      throw new Problem(
        `${topic}/${partition}: no tick of run ${run}, epoch ${epoch}, expected one; has its producer of ${domain} begun?`,
        EXIT_FAILED,
      )
    }
    end = Math.min(end, tickTime)
  })
  if (wanted === undefined) return end
  const asked = Date.parse(start) + parseDuration(wanted, '--for')
  if (asked <= end) return asked - ((asked - Date.parse(start)) % tick)
  const here = `${(end - Date.parse(start)) / 1000} s`
  throw new Problem(`--for: ${wanted}, expected at most the ${here} that the log holds`)
}

/** A record of the run; ticks are read, events are left as bytes. */
export type Recorded = { record: LogRecord; tick: Tick | null }

/** The run's records in one topic-partition from its run-started up to the tick at `end`, in log order. */
export async function* recordsOf(
  { log, epoch, descriptor, end }: RecordedRun,
  { topic, partition }: RecordedRun['lanes'][number],
): AsyncGenerator<Recorded> {
  const ours = `"/huacheng/${descriptor.run}/`
  let hasBegun = false
  for await (const records of readRange(log, { topic, partition })) {
    for (const record of records) {
      const marker = markerOf(record)
      const isStart = marker?.type === RUN_STARTED_TYPE
      // A higher epoch's marker ends our run here, whoever's records come behind it.
      if (isStart && marker.data.epoch > epoch) return
      if (isStart && marker.data.epoch === epoch) hasBegun = true
      // Other people's records are the processor's to account for.
      if (isStart || !record.value?.includes(ours)) continue
      if (!hasBegun) throw trimmed(topic, partition, record.offset)
      if (marker && marker.data.epoch !== epoch) continue
      if (marker && Date.parse(marker.time) > end) return
      yield { record, tick: marker as Tick | null }
    }
  }
}

/** Retention took the beginning: nothing can be proved of the rest. */
function trimmed(topic: string, partition: number, offset: bigint): Problem {
  return new Problem(
    `${topic}/${partition}: begins at offset ${offset} without a run-started record, expected the whole run; ` +
      'retention has taken its beginning: read it sooner, or raise the retention of the topics',
    EXIT_FAILED,
  )
}

function markerOf({ key, value }: NewRecord): Tick | RunStarted | null {
  if (key !== null || value === null) return null
  try {
    const marker = JSON.parse(value.toString()) as Tick | RunStarted
    return marker.type === TICK_TYPE || marker.type === RUN_STARTED_TYPE ? marker : null
  } catch {
    return null // somebody's poison; the processor accounts for it
  }
}
