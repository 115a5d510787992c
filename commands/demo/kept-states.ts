// The demo as it was at the start and at each cue: its kernel and its log, kept when the run passes there, so that it can go there at once.
import { type Clock, sleep } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import type { Logger } from '../../infra/logger.ts'
import type { MemoryLog } from '../../infra/memory/memory-log.ts'
import { isoTime } from '../../infra/time.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { isForConductor } from '../../producers/contract/run/run-commands.ts'
import type { Kernel } from '../../producers/kernel/kernel.ts'
import { readRuns } from '../../producers/run/run-history.ts'
import type { KernelKeeper } from '../../producers/run/shard/kept-kernel.ts'
import { OFFLINE_EPOCH } from '../wiring/world.ts'
import { packedKernel, unpackedKernel } from './prepared/kernel-bytes.ts'
import type { PreparedCues } from './prepared/prepared-cues.ts'
import { ReadAhead } from './prepared/read-ahead.ts'
import { EVENT_BYTES, isSettled, type SettlingProcessor } from './prepared/settled.ts'

/** Of a full city one takes some 40 MB; beyond so many the one that was made first goes. */
const MOST_STATES = 12
/** A processor that reads on is waited for; one that does nothing for so long is not. */
const PATIENCE_MS = 10_000
/** A start that is being kept is waited for, also where a starved machine takes long: without it `R` `R` begins another run. */
const START_MS = 60_000

export type KeptState = {
  epoch: number
  /** Sim ms. */
  at: number
  /** What was done to the city before. */
  past: string
  log: MemoryLog
  kernel: Promise<Buffer>
  /** It was read from the disk. */
  isPrepared?: boolean
}

/** What there is to be kept: the city that is shown now. */
export type KeptFrom = {
  memory: MemoryLog
  processor: SettlingProcessor
  /** What was done to it beside commands, with its sim time (ms). */
  faults: readonly { id: string; at: number }[]
}

export type KeptStatesOptions = {
  clock: Clock
  logger: Logger
  /** Name of the topic `run`. */
  runTopic: string
  descriptor: Descriptor
  /** Cues of the run that nobody disturbs; null = there are none. */
  prepared: PreparedCues | null
}

/** Of a city that nobody has done anything to. */
const NO_PAST = JSON.stringify([])

export class KeptStates implements KernelKeeper {
  readonly #options: KeptStatesOptions
  /** Sim ms, ascending. */
  readonly #times: number[]
  /** Of one run, in the order in which they were made. */
  #states: KeptState[] = []
  #from: Promise<KeptFrom> = new Promise(() => {})
  /** The kernel that the shard has, or had: it is given another state instead of making one. */
  #kernel: { epoch: number; kernel: Kernel } | null = null
  #next: { epoch: number; kernel: Kernel } | null = null
  /** Where the run went last. */
  #gone: KeptState | null = null
  /** Where the run stands or was last at such a time: what is prepared beyond is read meanwhile. */
  #stands: { epoch: number; at: number } | null = null
  readonly #ahead: ReadAhead
  /** By time, those that are being read from the disk. */
  readonly #reading = new Map<number, Promise<KeptState>>()
  /** Resolves when the first time was passed, and kept if it could be. */
  readonly #begun = Promise.withResolvers<void>()
  /** So often a kernel was given another state. */
  #restored = 0
  #onRefused: (why: string) => void = () => {}

  constructor(options: KeptStatesOptions) {
    this.#options = options
    this.#times = timesOf(options.descriptor)
    this.#ahead = new ReadAhead({
      clock: options.clock,
      next: () => this.#nextAhead(),
      read: (at) =>
        this.#read(at).then(
          () => true,
          () => false,
        ),
    })
    options.prepared?.onReady((at) => this.#ahead.renewed(at))
  }

  /**
   * Another city begins and is kept from now on; the answer wants it as soon as it is there. Its shard may pass a time before:
   * it stands there until then.
   */
  expect(): (from: KeptFrom) => void {
    const { promise, resolve } = Promise.withResolvers<KeptFrom>()
    this.#from = promise
    return resolve
  }

  /** Who hears where the log is not what a kernel was kept for. */
  onRefused(listener: (why: string) => void): void {
    this.#onRefused = listener
  }

  /** Sim ms at which something is kept. */
  times(): number[] {
    return this.#states.map(({ at }) => at).sort((a, b) => a - b)
  }

  /** The state of that time, if the city of `from` has the same past; null = there is none. */
  async find(epoch: number, at: number, from: KeptFrom): Promise<KeptState | null> {
    this.#ahead.rest()
    const past = await this.#pastOf(from.memory, from.faults, epoch, at)
    const own = this.#own(epoch, at, past)
    if (own || !this.#isPrepared(epoch, at, past)) return own
    try {
      const read = await this.#read(at)
      // Who leaves a city before its shard has a kernel would have none to give that state, and the start would not be kept.
      await Promise.race([this.#begun.promise, sleep(this.#options.clock, START_MS)])
      // While it was read somebody may have done something.
      const now = await this.#pastOf(from.memory, from.faults, epoch, at)
      return now === past ? read : null
    } catch (error) {
      this.#options.prepared!.refuse(at)
      const why = error instanceof Error ? error.message : String(error)
      // Once it is on its way otherwise: that says that nothing is wrong.
      this.#options.clock.schedule(0, () => this.#onRefused(why))
      return null
    }
  }

  /** Nothing is read ahead any more. */
  stop(): void {
    this.#ahead.stop()
  }

  /** From the disk, and it is kept from then on; rejects where it is of no use. */
  #read(at: number): Promise<KeptState> {
    const { prepared } = this.#options
    const read = async () => {
      const { kernel, log } = await prepared!.read(at, (await this.#from).memory)
      const state = {
        epoch: OFFLINE_EPOCH,
        at,
        past: NO_PAST,
        log,
        kernel: Promise.resolve(kernel),
      }
      return this.#put({ ...state, isPrepared: true })
    }
    const known = this.#reading.get(at)
    if (known) return known
    const reading = read().finally(() => this.#reading.delete(at))
    this.#reading.set(at, reading)
    return reading
  }

  /** Of the prepared ones that are not in memory the next one ahead, as long as there is room. */
  #nextAhead(): number | null {
    const { prepared } = this.#options
    const stands = this.#stands
    if (!prepared || !stands || this.#states.length >= MOST_STATES) return null
    const { epoch } = stands
    const isWanted = (at: number) =>
      at > stands.at && prepared.has(epoch, at) && !this.#own(epoch, at, NO_PAST)
    return this.#times.find((at) => isWanted(at) && !this.#ahead.isUseless(at)) ?? null
  }

  /** In place of one of the same time; of too many the one that was made first goes. */
  #put(state: KeptState): KeptState {
    const others = this.#states.filter(({ at }) => at !== state.at)
    this.#states = [...others.slice(1 - MOST_STATES), state]
    return state
  }

  #own(epoch: number, at: number, past: string): KeptState | null {
    const isIt = (kept: KeptState) => kept.epoch === epoch && kept.at === at && kept.past === past
    return this.#states.find(isIt) ?? null
  }

  #isPrepared(epoch: number, at: number, past: string): boolean {
    return past === NO_PAST && this.#options.prepared?.has(epoch, at) === true
  }

  /**
   * Hands the kernel, in that state, to the next shard that begins; a text says why it cannot. Nobody else has the kernel any
   * more.
   */
  async prepare(state: KeptState): Promise<string | null> {
    const { epoch, kernel: bytes } = state
    // A shard that was left before it began has not taken the one that was meant for it.
    const own = this.#kernel ?? this.#next
    this.#kernel = null
    this.#next = null
    this.#gone = state
    if (own?.epoch !== epoch) return 'its kernel is another run’s'
    try {
      const saved = await unpackedKernel(await bytes)
      this.#restored++
      own.kernel.restore(saved)
      this.#next = own
      return null
    } catch (error) {
      this.#forget(state)
      return error instanceof Error ? error.message : String(error)
    }
  }

  next(_epoch: number, after: number): number {
    return this.#times.find((time) => time > after) ?? Number.POSITIVE_INFINITY
  }

  async keep(epoch: number, kernel: Kernel): Promise<void> {
    await this.#keep(epoch, kernel).finally(this.#begun.resolve)
  }

  async #keep(epoch: number, kernel: Kernel): Promise<void> {
    const at = kernel.simulatedTo
    const restored = this.#restored
    this.#kernel = { epoch, kernel }
    this.#states = this.#states.filter((state) => state.epoch === epoch)
    this.#standAt(epoch, at)
    const from = await this.#from
    const pastNow = () => this.#pastOf(from.memory, from.faults, epoch, at)
    if (this.#own(epoch, at, await pastNow())) return
    if (!(await isSettled(from.processor, at, this.#options.clock, PATIENCE_MS))) {
      this.#miss(at)
      return
    }
    const past = await pastNow()
    const log = from.memory.copy(EVENT_BYTES)
    const bytes = await this.#saved(kernel, restored)
    if (!bytes) return
    const state: KeptState = { epoch, at, past, log, kernel: packedKernel(bytes) }
    state.kernel.catch(() => {}) // who wants it hears it
    this.#put(state)
  }

  #standAt(epoch: number, at: number): void {
    this.#stands = { epoch, at }
    this.#ahead.rest()
  }

  /** Its state, with a turn for everybody else every few hundredths of a second; null where it went elsewhere meanwhile. */
  async #saved(kernel: Kernel, restored: number): Promise<Uint8Array | null> {
    const saving = kernel.saving()
    while (this.#restored === restored) {
      const { done, value } = saving.next()
      if (done) return value
      await this.#options.clock.turn()
    }
    return null
  }

  take(epoch: number): Kernel | null {
    const next = this.#next
    this.#next = null
    if (next?.epoch !== epoch) return null
    this.#kernel = next
    this.#standAt(epoch, this.#gone!.at)
    return next.kernel
  }

  refused(why: string): void {
    this.#kernel = null
    if (this.#gone) this.#forget(this.#gone)
    this.#onRefused(why)
  }

  #forget(state: KeptState): void {
    this.#states = this.#states.filter((other) => other !== state)
    if (state.isPrepared) this.#options.prepared?.refuse(state.at)
  }

  #miss(at: number): void {
    this.#options.logger.warn(
      { at: isoTime(at) },
      'demo: the city could not be kept here, for the processor is behind: going there later takes a simulation',
    )
  }

  /** What was done to the city before `at`, in words that are the same where the same was done. */
  async #pastOf(
    log: EventLog,
    faults: KeptFrom['faults'],
    epoch: number,
    at: number,
  ): Promise<string> {
    const runs = await readRuns(log, this.#options.runTopic, () => {})
    const commands = runs.find((run) => run.epoch === epoch)?.commands ?? []
    const orders = commands.filter(
      (command) => !isForConductor(command) && Date.parse(command.effectiveAt) < at,
    )
    const done = orders.map(({ id, effectiveAt }) => `${effectiveAt} ${id}`)
    const lost = faults.filter((fault) => fault.at < at)
    return JSON.stringify([...done, ...lost.map(({ id }) => id)])
  }
}

/** The start, and the cues that stand at a tick. */
export function timesOf({ start, tick, cues = [] }: Descriptor): number[] {
  const first = Date.parse(start)
  const times = [first, ...cues.map(({ at }) => Date.parse(at))]
  const isTick = (time: number) => time >= first && (time - first) % tick === 0
  return [...new Set(times.filter(isTick))].sort((a, b) => a - b)
}
