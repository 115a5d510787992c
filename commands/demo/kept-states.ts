// The demo as it was at the start and at each cue: its kernel and its log, kept when the run passes there, so that it can go there at once.
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { type Clock, sleep } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import type { Logger } from '../../infra/logger.ts'
import type { MemoryLog } from '../../infra/memory/memory-log.ts'
import { isoTime } from '../../infra/time.ts'
import type { RunningProcessor } from '../../processor/run.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { isForConductor } from '../../producers/contract/run/run-commands.ts'
import type { Kernel } from '../../producers/kernel/kernel.ts'
import { readRuns } from '../../producers/run/run-history.ts'
import type { KernelKeeper } from '../../producers/run/shard/kept-kernel.ts'

/** Of a full city one takes some 40 MB; beyond so many the one that was made first goes. */
const MOST_STATES = 12
/** Events are kept for whoever looks a reading's up: those of the last minutes. The processor has read all of them. */
const EVENT_BYTES = 32 * 1024 * 1024
/** A processor that reads on is waited for; one that does nothing for so long is not. */
const PATIENCE_MS = 10_000
const LOOK_MS = 5
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

const packed = promisify(zstdCompress)
const unpacked = promisify(zstdDecompress)

export type KeptState = {
  epoch: number
  /** Sim ms. */
  at: number
  /** What was done to the city before. */
  past: string
  log: MemoryLog
  kernel: Promise<Buffer>
}

/** What there is to be kept: the city that is shown now. */
export type KeptFrom = {
  memory: MemoryLog
  processor: Pick<RunningProcessor, 'watermark' | 'checkpoint'>
  /** What was done to it beside commands, with its sim time (ms). */
  faults: readonly { id: string; at: number }[]
}

export type KeptStatesOptions = {
  clock: Clock
  logger: Logger
  /** Name of the topic `run`. */
  runTopic: string
  descriptor: Descriptor
}

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
  #onRefused: (why: string) => void = () => {}

  constructor(options: KeptStatesOptions) {
    this.#options = options
    this.#times = timesOf(options.descriptor)
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
    const state = this.#states.find((kept) => kept.epoch === epoch && kept.at === at)
    if (!state) return null
    const past = await this.#pastOf(from.memory, from.faults, epoch, at)
    return past === state.past ? state : null
  }

  /**
   * Hands the kernel, in that state, to the next shard that begins; a text says why it cannot. Nobody else has the kernel any
   * more.
   */
  async prepare(state: KeptState): Promise<string | null> {
    const { epoch, kernel: bytes } = state
    const own = this.#kernel
    this.#kernel = null
    this.#gone = state
    if (own?.epoch !== epoch) return 'its kernel is another run’s'
    try {
      own.kernel.restore(await unpacked(await bytes))
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
    const at = kernel.simulatedTo
    this.#kernel = { epoch, kernel }
    this.#states = this.#states.filter((state) => state.epoch === epoch)
    const from = await this.#from
    if ((await this.find(epoch, at, from)) !== null) return
    if (!(await this.#isSettled(from, at))) {
      this.#miss(at)
      return
    }
    const past = await this.#pastOf(from.memory, from.faults, epoch, at)
    const log = from.memory.copy(EVENT_BYTES)
    const bytes = kernel.save()
    const state: KeptState = { epoch, at, past, log, kernel: packed(bytes, LEVEL) }
    state.kernel.catch(() => {}) // who wants it hears it
    const others = this.#states.filter((other) => other.at !== at)
    this.#states = [...others.slice(1 - MOST_STATES), state]
  }

  take(epoch: number): Kernel | null {
    const next = this.#next
    this.#next = null
    if (next?.epoch !== epoch) return null
    this.#kernel = next
    return next.kernel
  }

  refused(why: string): void {
    this.#kernel = null
    if (this.#gone) this.#forget(this.#gone)
    this.#onRefused(why)
  }

  #forget(state: KeptState): void {
    this.#states = this.#states.filter((other) => other !== state)
  }

  /** Everything up to there is read and every task has written that it has: nothing of it need be folded again. */
  async #isSettled({ processor }: KeptFrom, at: number): Promise<boolean> {
    const { clock } = this.#options
    const readTo = () => processor.watermark() ?? Number.NEGATIVE_INFINITY
    let [last, until] = [readTo(), clock.now() + PATIENCE_MS]
    for (let now = last; now < at; now = readTo()) {
      if (now > last) [last, until] = [now, clock.now() + PATIENCE_MS]
      if (clock.now() >= until) return false
      await sleep(clock, LOOK_MS)
    }
    const patience = sleep(clock, PATIENCE_MS).then(() => false)
    return Promise.race([processor.checkpoint().then(() => true), patience])
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
function timesOf({ start, tick, cues = [] }: Descriptor): number[] {
  const first = Date.parse(start)
  const times = [first, ...cues.map(({ at }) => Date.parse(at))]
  const isTick = (time: number) => time >= first && (time - first) % tick === 0
  return [...new Set(times.filter(isTick))].sort((a, b) => a - b)
}
