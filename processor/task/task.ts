// The pure task of one topic-partition: (state, record) → (state, effects), without clock, network or randomness.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import { STATE_NONE } from '../../producers/contract/declaration.ts'
import type { Partial } from '../../producers/contract/records.ts'
import type { TickFacts } from '../../producers/contract/ticks.ts'
import type { Frame, Sent } from '../contract/frame.ts'
import { rejected } from '../contract/rejected.ts'
import type { DeadLetterReason, LedgerReading, Rejected } from '../contract/types.ts'
import { createDecode, type Decoded } from '../decode/decode.ts'
import type { DomainProgram } from '../program/program.ts'
import { evaluate } from './evaluate.ts'
import { layerOf } from './layer.ts'
import { injectedOf } from './ledger/ledger.ts'
import { finalPartial, provisionalPartial } from './partial.ts'
import { emptyState, loadState, saveState, type TaskState } from './state.ts'

/** Exactly one of the first four happens to a record that is no tick or marker. */
export type Outcome =
  | 'folded'
  | 'duplicate'
  | 'late'
  | 'dead-letter'
  | 'tick'
  /** The run's first record was read, or its first tick where that record is gone: the state is new. */
  | 'started'
  /** A marker of a higher epoch: nothing was done; the owner replaces the task or rejects the record. */
  | 'newer-run'
  /** Before the run's first record, or a repeated tick or marker. */
  | 'ignored'

/** What a record caused; the owner empties the lists. */
export type Effects = { finals: Partial[]; rejected: Rejected[] }

export interface Task {
  readonly program: DomainProgram
  readonly partition: number
  readonly epoch: number
  /** The run's first record was read. */
  readonly started: boolean
  /** Records of the run were gone before this task could read them: it tells provisionals, never finals. */
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
  /** Assets that changed since the last frame, or all; null when there is nothing to tell. */
  frame(keyframe: boolean): Frame | null
  changedOnMap(): boolean
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
  return taskOn(options, emptyState(options.program, options.partition))
}

/** A task as it was at its checkpoint; a text says why the bytes do not fit this run. */
export function restoreTask(options: TaskOptions, bytes: Buffer): Task | string {
  const saved = loadState(options, bytes)
  if (typeof saved === 'string') return saved
  if (!saved.state) return `epoch ${saved.epoch}, expected ${options.epoch}`
  return taskOn(options, saved.state)
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
  return { task: state ? taskOn(options, state) : createTask(options), nextOffset }
}

function taskOn({ program, partition, epoch, topic }: TaskOptions, initial: TaskState): Task {
  let state = initial
  const decode = createDecode(program, partition)
  const scratch = new Float64Array(2 * program.measures.length)
  const districts = program.catalogue.district
  /** Since the last frame. Not part of the state: it is about the wall clock, and a restored task begins with a keyframe. */
  let sent = noneSent()

  function deadLetter(record: LogRecord, reason: DeadLetterReason, detail: string, out: Effects) {
    state.ledger.deadLetter()
    out.rejected.push(rejected(topic, partition, record, reason, detail))
    return 'dead-letter' as const
  }

  function record(input: LogRecord, out: Effects): Outcome {
    state.nextOffset = Number(input.offset) + 1
    const decoded = decode(input, epoch)
    switch (decoded.kind) {
      case 'event':
        return onEvent(input, decoded, out)
      case 'tick':
        return onTick(input, decoded, out)
      case 'run-started':
        return onRunStarted(input, decoded, out)
      default:
        // Earlier runs' records before ours are nobody's error.
        if (!state.started && decoded.reason === 'foreign-run') return 'ignored'
        return deadLetter(input, decoded.reason, decoded.detail, out)
    }
  }

  function onEvent(input: LogRecord, event: Decoded, out: Effects): Outcome {
    if (!state.started) return 'ignored'
    const { number, local, seq, time, data } = event
    const eventProgram = program.events[event.event]
    const inexact = evaluate(eventProgram, number, data, scratch)
    if (inexact !== null) return deadLetter(input, 'schema', inexact, out)
    let layerState = STATE_NONE
    let layerValue = 0
    if (program.layer.on[event.event]) {
      const shown = layerOf(program.layer, data)
      if (shown.state === STATE_NONE) {
        return deadLetter(input, 'schema', unknownState(program), out)
      }
      layerState = shown.state
      layerValue = shown.value
    }
    if (state.deduplication.seen(local, seq)) {
      state.ledger.duplicate()
      return 'duplicate'
    }
    const { windows } = state
    const k = time < program.start ? -1 : Math.floor((time - program.start) / program.windowMs)
    if (k >= 0 && k < windows.next) {
      arrived(number, local, seq, time)
      state.ledger.late(input.value!)
      out.rejected.push(rejected(topic, partition, input, 'late', tooLate(time, windows.next)))
      return 'late'
    }
    const scope = districts[number]
    if (k >= 0 && !addToWindow(event.event, k, scope)) {
      return deadLetter(input, 'schema', overflow(program, k), out)
    }
    arrived(number, local, seq, time)
    for (const t of eventProgram.tables) state.latestValues[t].put(local, time, seq, scratch)
    state.layer.event(local, time, seq, layerState, layerValue)
    state.ledger.folded(input.value!)
    if (input.timestamp < sent.oldest) sent.oldest = input.timestamp
    if (input.timestamp > sent.newest) sent.newest = input.timestamp
    return 'folded'
  }

  /** Notes the number, and which numbers it shows to be missing. */
  function arrived(number: number, local: number, seq: number, time: number): void {
    const { deduplication, ledger } = state
    const top = deduplication.highest[local]
    if (seq > top + 1) {
      ledger.breaks.gap({
        asset: program.catalogue.ids[number],
        district: program.scopes[districts[number]],
        seq: { from: top + 1, to: seq - 1 },
        after: deduplication.time[local],
        before: time,
      })
    } else if (seq < top) ledger.breaks.filled(program.catalogue.ids[number], seq)
    deduplication.accept(local, seq, time)
  }

  /** False, and nothing added, when a sum would leave the exact range. */
  function addToWindow(event: number, k: number, scope: number): boolean {
    const { measures } = program.events[event]
    for (const m of measures) {
      if (m.slot < 0 || scratch[2 * m.index + 1] === 0) continue
      if (!state.windows.fits(k, m, scope, scratch[2 * m.index], scratch[2 * m.index + 1])) {
        return false
      }
    }
    for (const m of measures) {
      if (m.slot < 0 || scratch[2 * m.index + 1] === 0) continue
      state.windows.add(k, m, scope, scratch[2 * m.index], scratch[2 * m.index + 1])
    }
    return true
  }

  function tooLate(time: number, next: number): string {
    const open = isoTime(program.start + next * program.windowMs)
    return problemText('/time', isoTime(time), `at least ${open}, the oldest open window's start`)
  }

  function onTick(input: LogRecord, tick: Decoded, out: Effects): Outcome {
    if (!state.started) return beginLate(tick)
    const { time } = tick
    const { ledger, ticks } = state
    const steps = ticks.steps(time)
    const verdict = ticks.judge(factsOf(tick), ledger.accepted())
    // A retried append repeats a tick; the watermark never goes back.
    if (verdict === 'repeated') return 'ignored'
    if (verdict !== 'next') return deadLetter(input, 'schema', verdict.problem, out)
    ledger.tick(time, tick.tick!, steps)
    closeWindows(time, out)
    return 'tick'
  }

  function closeWindows(time: number, out: Effects): void {
    for (;;) {
      const end = program.start + (state.windows.next + 1) * program.windowMs
      if (time < end + program.latenessMs) return
      if (state.incomplete) state.windows.close()
      else out.finals.push(finalPartial(program, partition, epoch, state))
      for (const values of state.latestValues) values.advance(end + program.windowMs)
    }
  }

  /** A tick of our epoch and no first record before it: retention took that. The state begins here, incomplete. */
  function beginLate(tick: Decoded): Outcome {
    const { nextOffset } = state
    state = emptyState(program, partition)
    Object.assign(state, { nextOffset, started: true, incomplete: true })
    state.ticks.state.last = factsOf(tick)
    state.ledger.beginLate(tick.time, tick.tick!)
    closeWindows(tick.time, { finals: [], rejected: [] })
    return 'started'
  }

  function onRunStarted(input: LogRecord, marker: Decoded, out: Effects): Outcome {
    const data = marker.runStarted!
    if (data.epoch > epoch) return 'newer-run'
    if (data.epoch === epoch && data.run === program.run) {
      if (state.started) return 'ignored'
      const { nextOffset } = state
      state = emptyState(program, partition)
      state.nextOffset = nextOffset
      state.started = true
      return 'started'
    }
    if (!state.started) return 'ignored'
    const got = `run ${data.run}, epoch ${data.epoch}`
    const expected = `run ${program.run}, epoch ${epoch}`
    return deadLetter(input, 'foreign-run', problemText('/data', got, expected), out)
  }

  return {
    program,
    partition,
    epoch,
    get started() {
      return state.started
    },
    get incomplete() {
      return state.incomplete
    },
    get watermark() {
      return state.ledger.state.watermark
    },
    get nextOffset() {
      return state.nextOffset
    },
    get alarms() {
      return state.ledger.breaks.alarms
    },
    record,
    overtaken() {
      state.incomplete = true
    },
    reject: (input, reason, detail, out) => {
      deadLetter(input, reason, detail, out)
    },
    provisional: () => provisionalPartial(program, partition, epoch, state),
    ledger() {
      const { incomplete } = state
      return state.ledger.reading({ epoch, domain: program.domain, partition, incomplete })
    },
    changedOnMap: () => state.layer.changed(state.ledger.state.watermark ?? program.start),
    frame(keyframe) {
      const time = state.ledger.state.watermark ?? program.start
      const shown = state.layer.frame(keyframe, time)
      if (!shown) return null
      const told = sent.newest === Number.NEGATIVE_INFINITY ? null : sent
      sent = noneSent()
      return { epoch, offset: state.nextOffset - 1, time, keyframe, sent: told, ...shown }
    },
    checkpoint: () => saveState({ program, partition, epoch }, state),
  }
}

function factsOf({ time, tick }: Decoded): TickFacts {
  const { count, injected, chain } = tick!
  return { time, count, injected: injectedOf(injected), chain }
}

function noneSent(): Sent {
  return { oldest: Number.POSITIVE_INFINITY, newest: Number.NEGATIVE_INFINITY }
}

function unknownState({ declaration }: DomainProgram): string {
  const codes = declaration.layer.states.map((s) => s.code).join(', ')
  return problemText('layer.state', 'another value', codes)
}

function overflow(program: DomainProgram, k: number): string {
  const window = isoTime(program.start + k * program.windowMs)
  return problemText(`window ${window}`, 'sums too large with this event', 'sums below 2^53')
}
