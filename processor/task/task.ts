// The pure task of one topic-partition: (state, record) → (state, effects), without clock, network or randomness.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { problemText } from '../../infra/problem.ts'
import type { Partial } from '../../producers/contract/records.ts'
import type { TickFacts } from '../../producers/contract/ticks.ts'
import type { Frame } from '../contract/frame.ts'
import type { DeadLetterReason, LedgerReading } from '../contract/types.ts'
import { RecordDecoder } from '../decode/decode.ts'
import type { Decoded } from '../decode/decoded.ts'
import type { DomainProgram } from '../program/program.ts'
import { EventFold } from './event-fold.ts'
import { injectedOf } from './ledger/ledger.ts'
import type { Effects, Outcome } from './outcome.ts'
import { finalPartial, provisionalPartial } from './partial.ts'
import { Refusals } from './refusals.ts'
import { SentTimes } from './sent-times.ts'
import { cutState, emptyState, loadState, type TaskState } from './state.ts'

export interface Task {
  readonly program: DomainProgram
  readonly partition: number
  readonly epoch: number
  /** The run's first record was read. */
  readonly started: boolean
  /** Records of the run were gone before this task could read them: it publishes provisionals, never finals. */
  readonly incomplete: boolean
  /** ms; null before the first tick. */
  readonly watermark: number | null
  /** Next input offset, 0 before any record. */
  readonly nextOffset: number
  /** Grows when the account breaks and when a missing event gets its name. */
  readonly alarms: number
  record(record: LogRecord, effects: Effects): Outcome
  /** Retention took records that this task has not read: what follows is incomplete. */
  overtaken(): void
  /** Dead-letters a record that `record` left to the owner ('newer-run'). */
  reject(record: LogRecord, reason: DeadLetterReason, detail: string, effects: Effects): void
  /** The open window so far; null before the first tick and after the run's end. */
  provisional(): Partial | null
  ledger(): LedgerReading | null
  /** Assets that changed since the last frame, or all; null when there is nothing to show. */
  frame(keyframe: boolean): Frame | null
  changedOnMap(): boolean
  /** The state as it is now, to be packed when it is called. */
  cut(): () => Buffer
  /** Throws a Problem above 4 MiB. */
  checkpoint(): Buffer
}

export type TaskOptions = {
  program: DomainProgram
  partition: number
  epoch: number
  /** Topic name, for the records of `late` and `dead-letter`. */
  topic: string
}

/** A task that waits for its run's first record. */
export function createTask(options: TaskOptions): Task {
  return new PartitionTask(options, emptyState(options.program, options.partition))
}

/** A task as it was at its checkpoint; a text says why the bytes do not fit this run. */
export function restoreTask(options: TaskOptions, bytes: Buffer): Task | string {
  const saved = loadState(options, bytes)
  if (typeof saved === 'string') return saved
  if (!saved.state) return `epoch ${saved.epoch}, expected ${options.epoch}`
  return new PartitionTask(options, saved.state)
}

/**
 * The task of this run to go on with, and its next input offset: as it was at its checkpoint, or a new one where the
 * checkpoint is an earlier run's, whose records all lie before this one's. A text says why the bytes are of no use.
 */
export function resumeTask(
  options: TaskOptions,
  bytes: Buffer,
): { task: Task; nextOffset: number } | string {
  const saved = loadState(options, bytes)
  if (typeof saved === 'string') return saved
  const { state, nextOffset } = saved
  return { task: state ? new PartitionTask(options, state) : createTask(options), nextOffset }
}

class PartitionTask implements Task {
  readonly program: DomainProgram
  readonly partition: number
  readonly epoch: number
  readonly #topic: string
  readonly #decoder: RecordDecoder
  readonly #sent = new SentTimes()
  #state: TaskState
  #refusals: Refusals
  #fold: EventFold

  constructor({ program, partition, epoch, topic }: TaskOptions, state: TaskState) {
    this.program = program
    this.partition = partition
    this.epoch = epoch
    this.#topic = topic
    this.#decoder = new RecordDecoder(program, partition)
    this.#state = state
    this.#refusals = new Refusals(topic, partition, state.ledger)
    this.#fold = new EventFold(program, state, this.#refusals)
  }

  get started(): boolean {
    return this.#state.started
  }

  get incomplete(): boolean {
    return this.#state.incomplete
  }

  get watermark(): number | null {
    return this.#state.ledger.state.watermark
  }

  get nextOffset(): number {
    return this.#state.nextOffset
  }

  get alarms(): number {
    return this.#state.ledger.gaps.alarms
  }

  record(input: LogRecord, out: Effects): Outcome {
    this.#state.nextOffset = Number(input.offset) + 1
    const decoded = this.#decoder.decode(input, this.epoch)
    switch (decoded.kind) {
      case 'event':
        return this.#onEvent(input, decoded, out)
      case 'tick':
        return this.#onTick(input, decoded, out)
      case 'run-started':
        return this.#onRunStarted(input, decoded, out)
      default:
        // Earlier runs' records before ours are no errors.
        if (!this.#state.started && decoded.reason === 'foreign-run') return 'ignored'
        return this.#refusals.deadLetter(input, decoded.reason, decoded.detail, out)
    }
  }

  overtaken(): void {
    this.#state.incomplete = true
  }

  reject(input: LogRecord, reason: DeadLetterReason, detail: string, out: Effects): void {
    this.#refusals.deadLetter(input, reason, detail, out)
  }

  provisional(): Partial | null {
    return provisionalPartial(this.program, this.partition, this.epoch, this.#state)
  }

  ledger(): LedgerReading | null {
    const { epoch, partition } = this
    const { incomplete, ledger } = this.#state
    return ledger.reading({ epoch, domain: this.program.domain, partition, incomplete })
  }

  changedOnMap(): boolean {
    return this.#state.layer.changed(this.watermark ?? this.program.start)
  }

  frame(keyframe: boolean): Frame | null {
    const time = this.watermark ?? this.program.start
    const shown = this.#state.layer.frame(keyframe, time)
    if (!shown) return null
    const offset = this.nextOffset - 1
    return { epoch: this.epoch, offset, time, keyframe, sent: this.#sent.take(), ...shown }
  }

  cut(): () => Buffer {
    const { program, partition, epoch } = this
    return cutState({ program, partition, epoch }, this.#state)
  }

  checkpoint(): Buffer {
    return this.cut()()
  }

  #onEvent(input: LogRecord, event: Decoded, out: Effects): Outcome {
    if (!this.#state.started) return 'ignored'
    const outcome = this.#fold.fold(input, event, out)
    if (outcome === 'folded') this.#sent.add(input.timestamp)
    return outcome
  }

  #onTick(input: LogRecord, tick: Decoded, out: Effects): Outcome {
    if (!this.#state.started) return this.#beginLate(tick)
    const { time } = tick
    const { ledger, ticks } = this.#state
    const steps = ticks.steps(time)
    const verdict = ticks.judge(factsOf(tick), ledger.accepted())
    // A retried append repeats a tick; the watermark never goes back.
    if (verdict === 'repeated') return 'ignored'
    if (verdict !== 'next') return this.#refusals.deadLetter(input, 'schema', verdict.problem, out)
    ledger.tick(time, tick.tick!, steps)
    this.#closeWindows(time, out)
    return 'tick'
  }

  #closeWindows(time: number, out: Effects): void {
    const { program, partition, epoch } = this
    const state = this.#state
    for (;;) {
      const end = program.start + (state.windows.next + 1) * program.windowMs
      if (time < end + program.latenessMs) return
      if (state.incomplete) state.windows.close()
      else out.finals.push(finalPartial(program, partition, epoch, state))
      for (const values of state.latestValues) values.advance(end + program.windowMs)
    }
  }

  /** A tick of our epoch and no first record before it: retention took that. The state begins here, incomplete. */
  #beginLate(tick: Decoded): Outcome {
    this.#begin()
    const state = this.#state
    state.incomplete = true
    state.ticks.state.last = factsOf(tick)
    state.ledger.beginLate(tick.time, tick.tick!)
    this.#closeWindows(tick.time, { finals: [], rejected: [] })
    return 'started'
  }

  #onRunStarted(input: LogRecord, marker: Decoded, out: Effects): Outcome {
    const { program, epoch } = this
    const data = marker.runStarted!
    if (data.epoch > epoch) return 'newer-run'
    if (data.epoch === epoch && data.run === program.run) {
      if (this.#state.started) return 'ignored'
      this.#begin()
      return 'started'
    }
    if (!this.#state.started) return 'ignored'
    const got = `run ${data.run}, epoch ${data.epoch}`
    const detail = problemText('/data', got, `run ${program.run}, epoch ${epoch}`)
    return this.#refusals.deadLetter(input, 'foreign-run', detail, out)
  }

  /** Forgets what came before the run. */
  #begin(): void {
    const { nextOffset } = this.#state
    const state = emptyState(this.program, this.partition)
    Object.assign(state, { nextOffset, started: true })
    this.#state = state
    this.#refusals = new Refusals(this.#topic, this.partition, state.ledger)
    this.#fold = new EventFold(this.program, state, this.#refusals)
  }
}

function factsOf({ time, tick }: Decoded): TickFacts {
  const { count, injected, chain } = tick!
  return { time, count, injected: injectedOf(injected), chain }
}
