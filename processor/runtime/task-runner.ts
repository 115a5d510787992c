// Runs the tasks of the topic-partitions that this process owns: restore, feed, write outputs, checkpoint.
import type { Clock } from '../../infra/clock.ts'
import type {
  Batch,
  EventLog,
  GroupHandler,
  LogRecord,
  PartitionOffsets,
  StartOffset,
  TopicPartition,
} from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { inParallel } from '../../infra/in-parallel.ts'
import type { Metrics } from '../../infra/metrics.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import type { RunStarted } from '../../producers/contract/records.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import { encodeFrame, encodeSent, SENT_HEADER } from '../contract/frame.ts'
import { kpiShapes, partialKey, taskKey } from '../contract/keys.ts'
import { rejectedKey } from '../contract/rejected.ts'
import { OWNER_HEADER } from '../contract/types.ts'
import type { DomainProgram } from '../program/program.ts'
import type { Effects, Outcome } from '../task/outcome.ts'
import { createTask, resumeTask, type Task } from '../task/task.ts'
import type { Logger } from './logger.ts'
import type { Outbox } from './outbox.ts'
import { readCheckpoints } from './restore.ts'
import type { CompiledRun, Runs } from './runs.ts'
import { createTaskCounters } from './task-counters.ts'
import { createTimeSlice } from './time-slice.ts'

export const PULSE_MS = 250
const KEYFRAME_MS = 30_000
const LEDGER_MS = 1000
/** A process that lost its partitions without noticing may have written an older ledger since: it is told again. */
const LEDGER_AGAIN_MS = 30_000
/** Twice the least that design.md §7 allows: a restore reads little more, and packing takes half as much of a busy core. */
const CHECKPOINT_MS = 4000
/** A flood of dead letters waits for its acknowledgements from here on. */
const MAX_UNACKNOWLEDGED = 5000
/** Partitions of `checkpoint` that are read back at the same time: a restore is mostly waiting. */
const RESTORERS = 8

type Slot = {
  topic: string
  domain: string
  partition: number
  task: Task
  keyframeDue: number
  ledgerDue: number
  checkpointDue: number
  checkpointing: boolean
  /** Input offset and figures that were told last. */
  toldProvisional: number
  toldLedger: string
  toldLedgerAt: number
  toldAlarms: number
}

type Restored = { task: Task; offset: bigint }

export type TaskRunnerOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  runs: Runs
  outbox: Outbox
  logger: Logger
  ignored: Pick<IgnoredRecords, 'report'>
  metrics?: Metrics
  /** This process's name; it travels in a header of its tasks' ledgers. */
  owner?: string
}

export interface TaskRunner {
  handler: GroupHandler
  /** Provisionals, frames and ledgers that are due; call it at most every 250 ms. */
  pulse(): Promise<void>
  /** Smallest watermark of the tasks of this epoch (ms); null when one has none, or there is no task. */
  watermark(epoch: number): number | null
  counts(): Record<Outcome, number>
  tasks(): number
  /** The tasks with their topics, for whoever looks on. */
  owned(): { topic: string; task: Task }[]
}

export function createTaskRunner(options: TaskRunnerOptions): TaskRunner {
  const { log, clock, topics, runs, outbox, logger, ignored } = options
  const slots = new Map<string, Slot>()
  const effects: Effects = { finals: [], rejected: [] }
  const slice = createTimeSlice(clock)
  const counters = createTaskCounters(options.metrics)

  function emit(topic: string, partition: number, key: string, value: Buffer | object): void {
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))
    outbox.send(topic, partition, { key: Buffer.from(key), value: bytes, timestamp: clock.now() })
  }

  // ---- assignment

  async function assigned(partitions: { topic: string; partition: number }[]) {
    const epoch = runs.newest()
    const run = epoch === null ? null : await runs.find(epoch)
    if (!run) throw new Error('task runner: partitions assigned before a run is known')
    const starts: StartOffset[] = []
    const numbers = new Set(partitions.map((p) => p.partition))
    const ranges = new Map<string, PartitionOffsets>()
    for (const topic of new Set(partitions.map((p) => p.topic))) {
      for (const range of await log.offsets(topic)) ranges.set(`${topic}/${range.partition}`, range)
    }
    await inParallel(numbers, RESTORERS, async (partition) => {
      const mine = new Map(
        partitions
          .filter((p) => p.partition === partition)
          .map((p) => [taskKey.build({ domain: domainOf(p.topic), partition }), p.topic]),
      )
      const source = { log, clock, topic: topics.checkpoint, partition, ignored }
      const restored = await readCheckpoints(source, [...mine.keys()], (key, bytes) => {
        const topic = mine.get(key)!
        return restore(run, { topic, partition }, ranges.get(`${topic}/${partition}`)!, bytes)
      })
      for (const [key, topic] of mine) {
        starts.push(open(run, { topic, partition }, restored.get(key)))
      }
    })
    return starts
  }

  function optionsOf(run: CompiledRun, { topic, partition }: TopicPartition) {
    const program = programOf(run, domainOf(topic), partition)
    return { program, partition, epoch: run.epoch, topic }
  }

  /** A text says why the checkpoint is of no use here. */
  function restore(
    run: CompiledRun,
    at: TopicPartition,
    range: PartitionOffsets,
    bytes: Buffer,
  ): Restored | string {
    const options = optionsOf(run, at)
    const resumed = resumeTask(options, bytes)
    if (typeof resumed === 'string') return resumed
    const { task, nextOffset } = resumed
    if (inRange(nextOffset, range)) return { task, offset: BigInt(nextOffset) }
    return `next offset ${nextOffset}, but ${at.topic} holds ${range.earliest} to ${range.latest}`
  }

  function open(run: CompiledRun, at: TopicPartition, restored: Restored | undefined): StartOffset {
    const { topic, partition } = at
    if (!restored) {
      logger.info(`${topic}/${partition}: no checkpoint fits, starting from the run's first record`)
    }
    const { task, offset } = restored ?? {
      task: createTask(optionsOf(run, at)),
      offset: 'earliest' as const,
    }
    slots.set(`${topic}/${partition}`, newSlot(topic, domainOf(topic), partition, task))
    return { topic, partition, offset }
  }

  function newSlot(topic: string, domain: string, partition: number, task: Task): Slot {
    const now = clock.now()
    return {
      topic,
      domain,
      partition,
      task,
      keyframeDue: now,
      ledgerDue: now,
      checkpointDue: now + CHECKPOINT_MS,
      checkpointing: false,
      toldProvisional: -1,
      toldLedger: '',
      toldLedgerAt: now,
      toldAlarms: 0,
    }
  }

  const domainOf = (topic: string) => topic.slice(topics.domain('').length)

  // ---- feeding

  async function batch(input: Batch): Promise<void> {
    const { topic, partition, records } = input
    const slot = slots.get(`${topic}/${partition}`)
    if (!slot)
      throw new Error(`task runner: batch of ${topic}/${partition}, which was not assigned`)
    if (records.length > 0) await noticeOvertaken(slot, records[0])
    slice.begin()
    for (const record of records) {
      const switching = feed(slot, record)
      if (switching) await switching
      if (slice.isOver()) await slice.next()
    }
    counters.batch(input, clock.now())
    if (outbox.size > MAX_UNACKNOWLEDGED) await outbox.settled()
  }

  /** Offsets may have holes; what retention took is missing for good, and nothing that needs it may be called final. */
  async function noticeOvertaken(
    { topic, partition, task }: Slot,
    first: LogRecord,
  ): Promise<void> {
    const next = task.nextOffset
    if (!task.started || first.offset <= next) return
    const range = (await log.offsets(topic)).find((o) => o.partition === partition)!
    if (range.earliest <= next) return
    task.overtaken()
    logger.warn(
      `${topic}/${partition}: records ${next} to ${range.earliest - 1n} are gone before they were read; ` +
        'its readings are incomplete until a new run, keep input for longer',
    )
  }

  /** Awaits only at a run's start: the hot path stays synchronous. */
  function feed(slot: Slot, record: LogRecord): Promise<void> | undefined {
    const outcome = slot.task.record(record, effects)
    counters.count(outcome)
    if (outcome === 'newer-run') return switchRun(slot, record)
    if (outcome === 'started' && slot.task.incomplete) tellLate(slot)
    if (effects.rejected.length > 0 || effects.finals.length > 0) flush(slot)
    // A broken account is told at once, whatever is due.
    if (slot.task.alarms !== slot.toldAlarms) tellLedger(slot, clock.now())
    return undefined
  }

  function tellLate({ topic, partition, task }: Slot): void {
    logger.warn(
      `${topic}/${partition}: the first record of run ${task.program.run} is gone and no checkpoint fits; ` +
        'its readings are incomplete until a new run, keep input for longer',
    )
  }

  function flush(slot: Slot): void {
    for (const r of effects.rejected) {
      emit(r.reason === 'late' ? topics.late : topics.deadLetter, 0, rejectedKey(r), r)
    }
    for (const partial of effects.finals) emit(topics.partial, 0, partialKey(partial), partial)
    const closed = effects.finals.length
    effects.rejected.length = 0
    effects.finals.length = 0
    if (closed === 0) return
    counters.windowsClosed(closed)
    tellLedger(slot, clock.now())
    checkpointWhenDue(slot)
  }

  async function switchRun(slot: Slot, record: LogRecord): Promise<void> {
    const { data } = JSON.parse(record.value!.toString()) as RunStarted
    const run = await runs.find(data.epoch)
    const program = run?.descriptor.run === data.run ? run.domains.get(slot.domain) : undefined
    const { topic, domain, partition } = slot
    const next = program && { program, partition, epoch: data.epoch, topic }
    const task = next && createTask(next)
    // What it says of the run must be what the log says, before anything is given up for it.
    if (!run || task?.record(record, { finals: [], rejected: [] }) !== 'started') {
      const got = `run ${data.run}, epoch ${data.epoch}`
      const detail = problemText('/data', got, 'a run that the log describes')
      slot.task.reject(record, 'foreign-run', detail, effects)
      counters.count('dead-letter')
      flush(slot)
      return
    }
    programOf(run, domain, partition)
    Object.assign(slot, newSlot(topic, domain, partition, task))
    counters.count('started')
    logger.info(`${topic}/${partition}: run ${data.run}, epoch ${data.epoch}`)
  }

  // ---- checkpoints

  /** At a window's close: the cut is now, the write follows when all outputs so far are acknowledged. */
  function checkpointWhenDue(slot: Slot): void {
    if (slot.checkpointing || clock.now() < slot.checkpointDue) return
    const { task } = slot
    const bytes = pack(slot)
    slot.checkpointDue = clock.now() + CHECKPOINT_MS
    slot.checkpointing = true
    outbox.settled().then(
      () => {
        // A newer run has taken the slot over meanwhile: its restore must not find an older one's state.
        if (slot.task !== task) return
        slot.checkpointing = false
        emitCheckpoint(slot, bytes)
      },
      // The outbox tells its owner about the failure; an unacknowledged output must leave no checkpoint.
      () => {},
    )
  }

  function pack(slot: Slot): Buffer {
    const since = clock.now()
    const bytes = slot.task.checkpoint()
    counters.checkpoint(clock.now() - since, bytes.length)
    return bytes
  }

  function emitCheckpoint(slot: Slot, bytes: Buffer): void {
    // After a revoke the partition belongs to somebody else.
    if (slots.get(`${slot.topic}/${slot.partition}`) !== slot) return
    emit(topics.checkpoint, slot.partition, taskKey.build(slot), bytes)
  }

  async function revoked(partitions: { topic: string; partition: number }[]): Promise<void> {
    await outbox.settled()
    slice.begin()
    for (const { topic, partition } of partitions) {
      const slot = slots.get(`${topic}/${partition}`)
      if (!slot) continue
      if (slot.task.started) emitCheckpoint(slot, pack(slot))
      slots.delete(`${topic}/${partition}`)
      if (slice.isOver()) await slice.next()
    }
    await outbox.settled()
  }

  // ---- what is told between closes

  async function pulse(): Promise<void> {
    slice.begin()
    for (const slot of [...slots.values()]) {
      if (!slot.task.started || slots.get(`${slot.topic}/${slot.partition}`) !== slot) continue
      const now = clock.now()
      tellFrame(slot, now)
      tellProvisional(slot)
      if (now >= slot.ledgerDue) tellLedger(slot, now)
      if (slice.isOver()) await slice.next()
    }
  }

  function tellFrame(slot: Slot, now: number): void {
    const keyframe = now >= slot.keyframeDue
    if (!keyframe && !slot.task.changedOnMap()) return
    const frame = slot.task.frame(keyframe)
    if (!frame) return
    if (keyframe) slot.keyframeDue = now + KEYFRAME_MS
    outbox.send(topics.map, slot.partition, {
      key: Buffer.from(taskKey.build(slot)),
      value: encodeFrame(frame),
      timestamp: now,
      headers: [
        ['catalogue', Buffer.from(slot.task.program.catalogue.hash)],
        ...(frame.sent ? [[SENT_HEADER, encodeSent(frame.sent)] as [string, Buffer]] : []),
      ],
    })
  }

  function tellProvisional(slot: Slot): void {
    if (slot.toldProvisional === slot.task.nextOffset) return
    const partial = slot.task.provisional()
    if (!partial) return
    slot.toldProvisional = slot.task.nextOffset
    emit(topics.partial, 0, partialKey(partial), partial)
  }

  function tellLedger(slot: Slot, now: number): void {
    const ledger = slot.task.ledger()
    if (!ledger) return
    slot.ledgerDue = now + LEDGER_MS
    slot.toldAlarms = slot.task.alarms
    const text = JSON.stringify(ledger)
    if (text === slot.toldLedger && now - slot.toldLedgerAt < LEDGER_AGAIN_MS) return
    slot.toldLedger = text
    slot.toldLedgerAt = now
    outbox.send(topics.kpi, 0, {
      key: Buffer.from(kpiShapes.ledger.build(ledger)),
      value: Buffer.from(text),
      timestamp: now,
      ...(options.owner ? { headers: [[OWNER_HEADER, Buffer.from(options.owner)]] } : {}),
    })
  }

  return {
    handler: { assigned, batch, revoked },
    pulse,
    watermark(epoch) {
      let smallest = Number.POSITIVE_INFINITY
      for (const { task } of slots.values()) {
        if (task.epoch !== epoch || task.watermark === null) return null
        if (task.watermark < smallest) smallest = task.watermark
      }
      return slots.size > 0 ? smallest : null
    },
    counts: counters.totals,
    tasks: () => slots.size,
    owned: () => [...slots.values()],
  }
}

function programOf(run: CompiledRun, domain: string, partition: number): DomainProgram {
  const program = run.domains.get(domain)
  if (program && partition < program.partitions) return program
  const got = `topic-partition ${domain}/${partition}`
  const expected = `${run.descriptor.partitions} partitions of ${[...run.domains.keys()].join(', ')}`
  throw new Problem(problemText(`run ${run.descriptor.run}`, got, expected, 'use another --prefix'))
}

function inRange(offset: number, { earliest, latest }: { earliest: bigint; latest: bigint }) {
  return offset >= Number(earliest) && offset <= Number(latest)
}
