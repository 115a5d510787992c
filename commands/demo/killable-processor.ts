// A processor in the demo's own process that can be killed: it dies suddenly, and another restores its tasks.
import type { Recovery } from '../../console/messages.ts'
import { type Clock, sleep } from '../../infra/clock.ts'
import { Problem } from '../../infra/problem.ts'
import type { RunningProcessor } from '../../processor/run.ts'
import { beginLife, type LifeOptions, type ProcessorLife } from './processor-life.ts'

/** A supervisor needs about this long to notice that a process is gone and to start the next. */
const RESTART_MS = 1_000
const LOOK_MS = 20
const TELL_MS = 250
const GIVE_UP_MS = 60_000

const ownerOf = (life: number) => `processor-${life}`

export async function startKillableProcessor(options: LifeOptions): Promise<KillableProcessor> {
  return new KillableProcessor(options, await beginLife(options, ownerOf(1)))
}

export class KillableProcessor implements RunningProcessor {
  readonly #options: LifeOptions
  readonly #clock: Clock
  readonly #died = Promise.withResolvers<void>()
  /** The last one begun; one that died still says what it had done. */
  #life: ProcessorLife
  #lives = 1
  /** Stands while a new one does not know its own yet. */
  #watermark: number | null = null
  #recovering: Promise<Recovery> | null = null
  #isStopping = false

  constructor(options: LifeOptions, first: ProcessorLife) {
    this.#options = options
    this.#clock = options.clock
    this.#life = first
    // The owner listens to `done`; a failure before it does must not end the process.
    this.#died.promise.catch(() => {})
    first.done.then(this.#died.resolve, this.#died.reject)
  }

  get done(): Promise<void> {
    return this.#died.promise
  }

  watermark(): number | null {
    this.#watermark = this.#life.processor.watermark() ?? this.#watermark
    return this.#watermark
  }

  stats(): ReturnType<RunningProcessor['stats']> {
    return this.#life.processor.stats()
  }

  /**
   * Resolves when its successor has read as far as it had; rejects with a Problem while an earlier death is not over, or
   * when the successor does not get there in 60 s. `tell` hears how far it is.
   */
  async kill(tell: (soFar: Recovery) => void = () => {}): Promise<Recovery> {
    if (this.#recovering) {
      throw new Problem('processor: the last one is still recovering; wait for it')
    }
    this.#recovering = this.#replace(tell)
    try {
      return await this.#recovering
    } finally {
      this.#recovering = null
    }
  }

  checkpoint(): Promise<void> {
    return this.#life.processor.checkpoint()
  }

  /** Its last death: nobody takes its place. */
  end(): void {
    this.#isStopping = true
    this.#life.end()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#recovering?.catch(() => {}) // who killed it gets the error
    await this.#life.processor.stop()
  }

  async #replace(tell: (soFar: Recovery) => void): Promise<Recovery> {
    const victim = this.#life
    const before = this.watermark()
    const since = this.#clock.now()
    const dead: Recovery = {
      victim: victim.owner,
      ...{ successor: null, downMs: null, recoveredMs: null },
      watermark: before,
      records: 0,
    }
    victim.end()
    tell(dead)
    await sleep(this.#clock, RESTART_MS)
    const successor = await this.#begin()
    const back = { ...dead, successor: successor.owner, downMs: this.#clock.now() - since }
    const soFar = () => ({ ...back, records: recordsOf(successor.processor) })
    await this.#caughtUp(successor.processor, before, () => tell(soFar()))
    return { ...soFar(), recoveredMs: this.#clock.now() - since }
  }

  async #begin(): Promise<ProcessorLife> {
    try {
      this.#life = await beginLife(this.#options, ownerOf(++this.#lives))
    } catch (error) {
      this.#died.reject(error)
      throw error
    }
    this.#life.done.then(this.#died.resolve, this.#died.reject)
    return this.#life
  }

  async #caughtUp(
    successor: RunningProcessor,
    before: number | null,
    tell: () => void,
  ): Promise<void> {
    const deadline = this.#clock.now() + GIVE_UP_MS
    let toldAt = Number.NEGATIVE_INFINITY
    const isBehind = () => (successor.watermark() ?? Number.NEGATIVE_INFINITY) < before!
    while (before !== null && isBehind()) {
      if (this.#isStopping) throw new Problem('processor: stopped while it recovered')
      if (this.#clock.now() > deadline) {
        throw new Problem(`processor: not back within ${GIVE_UP_MS / 1000} s, expected seconds`)
      }
      if (this.#clock.now() >= toldAt + TELL_MS) {
        toldAt = this.#clock.now()
        tell()
      }
      await sleep(this.#clock, LOOK_MS)
    }
  }
}

function recordsOf(processor: RunningProcessor): number {
  return Object.values(processor.stats().records).reduce((sum, n) => sum + n, 0)
}
