// Ticks and windows of one shard: what every lane and every truth writes when the city's clock reaches them.
import type { StateWalk } from '../../infra/state/state-walk.ts'
import type { Scenario } from '../../seeds/contract.ts'
import { windowKey } from '../contract/keys.ts'
import type { Partial } from '../contract/records.ts'
import type { KernelOptions } from './actors.ts'
import { encodeTick, type RunMark } from './encode.ts'
import type { EventLane } from './lane/lane.ts'
import type { Truth } from './truth/truth.ts'

export type TruthRecord = { key: string; partial: Partial; timestamp: number }

export class TickClock {
  readonly #mark: Readonly<RunMark>
  readonly #scenario: Scenario
  readonly #end: number
  /** Not saved: the kernel saves them. */
  readonly #lanes: readonly EventLane[]
  /** Not saved: likewise. */
  readonly #truths: readonly Truth[]
  #next: number
  #windowStart: number
  #published: TruthRecord[] = []
  /** Truths whose window that ends at the next tick is closed. */
  #closedNow = 0
  #closed = 0

  constructor(
    { scenario }: Pick<KernelOptions, 'scenario'>,
    mark: Readonly<RunMark>,
    lanes: readonly EventLane[],
    truths: readonly Truth[],
  ) {
    this.#mark = mark
    this.#scenario = scenario
    this.#end = scenario.start + scenario.durationMs
    this.#lanes = lanes
    this.#truths = truths
    this.#next = scenario.start
    this.#windowStart = scenario.start
  }

  /** Sim time of the next tick; Infinity after the run's end. */
  get next(): number {
    return this.#next
  }

  /** Windows of topic-partitions that were closed so far. */
  get closed(): number {
    return this.#closed
  }

  /**
   * Everything older than the next tick has happened: closes one topic-partition's window that ends there. False where no
   * more is to be closed before that tick.
   */
  close(timestamp: number): boolean {
    const end = this.#next
    const { start, windowMs } = this.#scenario
    if (end <= start || (end - start) % windowMs !== 0) return false
    const truth = this.#truths[this.#closedNow]
    if (!truth) return false
    const partial = truth.close(this.#windowStart, end)
    const { domain, partition } = partial
    const key = windowKey.build({
      epoch: this.#mark.epoch,
      domain,
      partition,
      start: partial.start,
    })
    this.#published.push({ key, partial, timestamp })
    this.#closedNow++
    this.#closed++
    return true
  }

  /** Ticks in every lane, once what ends there is closed. */
  tick(timestamp: number): void {
    const at = this.#next
    const { start, tickMs, windowMs } = this.#scenario
    const { run, epoch } = this.#mark
    if ((at - start) % windowMs === 0) this.#windowStart = at
    this.#closedNow = 0
    for (const lane of this.#lanes) {
      lane.release(at, timestamp)
      lane.tick(timestamp, (chain) =>
        encodeTick(run, lane.domain, lane.partition, at, {
          epoch,
          count: lane.count,
          injected: lane.injected,
          chain,
        }),
      )
    }
    this.#next = at >= this.#end ? Number.POSITIVE_INFINITY : Math.min(at + tickMs, this.#end)
  }

  /** Takes the truth of the windows closed so far. */
  drainTruth(): TruthRecord[] {
    const taken = this.#published
    this.#published = []
    return taken
  }

  state(walk: StateWalk): void {
    this.#next = walk.number(this.#next)
    this.#windowStart = walk.number(this.#windowStart)
    this.#published = walk.plain(this.#published)
    this.#closedNow = walk.number(this.#closedNow)
    this.#closed = walk.number(this.#closed)
  }
}
