// A run as it lies on Kafka: which one, how far it got, and the records of each of its topic-partitions.
import type { EventLog, LogRecord } from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { inParallel } from '../../infra/in-parallel.ts'
import { allOf, Problem } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { parseDuration } from '../../infra/time.ts'
import { compileRun, type DomainProgram } from '../../processor/program/program.ts'
import type { AcceptedCommand, Descriptor } from '../../producers/contract/records.ts'
import { tickTimesOf } from '../../producers/contract/ticks.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import { readRuns } from '../../producers/run/run-history.ts'
import { readLaneTail } from '../../producers/run/shard/resume.ts'
import {
  numberOption,
  type OptionHelp,
  type OptionValues,
  SCENARIO_OPTIONS,
} from '../options/options.ts'
import { ignoredOnStderr } from '../wiring/ignored.ts'
import { KAFKA_OPTIONS, kafkaOptions, openKafka, worldsOfDescriptors } from '../wiring/on-kafka.ts'
import { COMMANDS_OPTION } from './command-file.ts'
import { createRecordedLane, type RecordFate } from './recorded-lane.ts'

/** Topic-partitions that are read at the same time. */
export const READERS = 8

export const RECORDED_OPTIONS: Record<string, OptionHelp> = {
  ...KAFKA_OPTIONS,
  epoch: { type: 'string', value: 'n', text: 'with --brokers: which run; default the newest' },
}

/** Options that shape a simulation and mean nothing for a run that is read. */
const SIMULATION_ONLY = [
  ...Object.keys(SCENARIO_OPTIONS).filter((o) => o !== 'json' && o !== 'for'),
  ...Object.keys(COMMANDS_OPTION),
]

export type RecordedRun = {
  log: EventLog
  topics: Topics
  epoch: number
  descriptor: Descriptor
  /** Accepted, in the order in which they happen. */
  commands: AcceptedCommand[]
  lanes: { domain: string; partition: number; topic: string }[]
  isRun(epoch: number, run: string): boolean
  /** What its events and ticks are held against, by domain; a Problem where the seeds here are not the run's. */
  plans(): Map<string, DomainProgram>
  /** Where records that fit nothing are reported. */
  ignored: IgnoredRecords
  /** Latest tick that every topic-partition has, cut off by --for; sim ms. */
  end: number
}

/** True when the command is to read topics; by option only, so that a variable does not change what a command means. */
export function isRecorded(values: OptionValues): boolean {
  return values.brokers !== undefined || values['command-config'] !== undefined
}

/** Opens the log, finds the run and hands it to `use`; throws a Problem when there is none. */
export async function withRecordedRun(
  values: OptionValues,
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
    const { epoch, descriptor, commands } = found
    const lanes = Object.keys(descriptor.declarations).flatMap((domain) =>
      Array.from({ length: descriptor.partitions }, (_, partition) => ({
        domain,
        partition,
        topic: topics.domain(domain),
      })),
    )
    const end = await commonEnd(log, lanes, epoch, descriptor, values.for as string | undefined)
    let plans: ReturnType<RecordedRun['plans']> | null = null
    await use({
      ...{ log, topics, epoch, descriptor, commands, lanes, ignored, end },
      isRun: (e, id) => runs.some((r) => r.epoch === e && r.descriptor.run === id),
      plans() {
        plans ??= plansOf(descriptor)
        return plans
      },
    })
  } finally {
    await log.close()
  }
}

export function plansOf(descriptor: Descriptor): Map<string, DomainProgram> {
  const { cityOf, catalogueOf } = worldsOfDescriptors()
  return compileRun(descriptor, catalogueOf(descriptor), cityOf(descriptor))
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

/** A record of the run, and what becomes of it. */
export type Recorded = { record: LogRecord; fate: RecordFate }

/** The run's records in one topic-partition from its run-started up to the tick at `end`, in log order. */
export async function* recordsOf(
  run: RecordedRun,
  { topic, partition, domain }: RecordedRun['lanes'][number],
): AsyncGenerator<Recorded> {
  const { log, epoch, descriptor, end } = run
  const ours = `"/huacheng/${descriptor.run}/`
  const judge = createRecordedLane(run.plans().get(domain)!, partition, epoch)
  let hasBegun = false
  for await (const records of readRange(log, { topic, partition })) {
    for (const record of records) {
      const fate = judge(record)
      if (fate.is === 'started') {
        // A later run's marker ends ours here, whoever's records come behind it.
        if (fate.epoch > epoch && run.isRun(fate.epoch, fate.run)) return
        if (fate.epoch === epoch && fate.run === descriptor.run) hasBegun = true
        continue
      }
      // Other people's records are the processor's to account for.
      if (!record.value?.includes(ours)) continue
      if (!hasBegun) throw trimmed(topic, partition, record.offset)
      if (fate.is === 'tick' && fate.time > end) return
      yield { record, fate }
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
