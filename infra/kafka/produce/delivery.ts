// Brings the batches of a request to the brokers: tries again what may succeed, and gives up what was refused or takes too long.
import { type Clock, sleep } from '../../clock.ts'
import type { LaneQueue, ProducePart } from './lane-queue.ts'

export type LaneBatch = ProducePart & { lane: LaneQueue }

export type DeliveryOptions = {
  /**
   * Sends one request, tries it once, and answers for each part: its base offset, or why it was not written. Rejects when
   * nothing is known of any.
   */
  send(parts: ProducePart[]): Promise<(bigint | Error)[]>
  clock: Clock
  /** A batch that cannot be delivered for this long fails, with everything behind it; ms, default 120,000. */
  deliveryTimeoutMs?: number
  /** May the same request succeed later? */
  isRetriable(error: Error): boolean
  /** May it be one topic-partition's answer, the others of the request being fine? */
  isOfOnePart(error: Error): boolean
  /** Called at every failed try. */
  onRetry?(error: Error, parts: ProducePart[]): void
}

/** What became of a batch: each has one of the two ends, once. */
export type DeliveryEnds = {
  acknowledged(batch: LaneBatch, base: bigint): void
  lost(batch: LaneBatch, error: Error): void
}

const DELIVERY_TIMEOUT_MS = 120_000
const FIRST_REST_MS = 100
const LONGEST_REST_MS = 1000

export class Delivery {
  readonly #options: DeliveryOptions
  readonly #timeoutMs: number
  readonly #ends: DeliveryEnds
  readonly #failing = new Map<LaneQueue, Error>()

  constructor(options: DeliveryOptions, ends: DeliveryEnds) {
    this.#options = options
    this.#timeoutMs = options.deliveryTimeoutMs ?? DELIVERY_TIMEOUT_MS
    this.#ends = ends
  }

  /** The failure of a batch that is being retried, of the one that has failed for longest; null = none is. */
  get failure(): Error | null {
    const [error = null] = this.#failing.values()
    return error
  }

  /** Resolves when each of the batches is acknowledged or lost. */
  async deliver(batches: LaneBatch[]): Promise<void> {
    await this.#try(batches, this.#options.clock.now(), FIRST_REST_MS)
  }

  async #try(batches: LaneBatch[], since: number, rest: number): Promise<void> {
    try {
      const outcomes = await this.#options.send(batches)
      const again = batches.flatMap((batch, i) => {
        const outcome = outcomes[i]
        if (outcome instanceof Error) return [{ batch, outcome }]
        this.#failing.delete(batch.lane)
        this.#ends.acknowledged(batch, outcome)
        return []
      })
      // Each on its own: one topic-partition's trouble must not hold up or fail the others.
      await Promise.all(
        again.map(({ batch, outcome }) => this.#tryAgain([batch], since, rest, outcome)),
      )
    } catch (thrown) {
      const error = thrown as Error
      if (batches.length > 1 && this.#options.isOfOnePart(error)) {
        // Nobody can say which of them; what was written is written again.
        await Promise.all(batches.map((batch) => this.#try([batch], since, FIRST_REST_MS)))
      } else await this.#tryAgain(batches, since, rest, error)
    }
  }

  async #tryAgain(batches: LaneBatch[], since: number, rest: number, error: Error): Promise<void> {
    const { clock, isRetriable, onRetry } = this.#options
    if (!isRetriable(error) || clock.now() - since >= this.#timeoutMs) {
      for (const batch of batches) {
        this.#failing.delete(batch.lane)
        this.#ends.lost(batch, error)
      }
      return
    }
    onRetry?.(error, batches)
    for (const { lane } of batches) this.#failing.set(lane, error)
    await sleep(clock, rest)
    await this.#try(batches, since, Math.min(2 * rest, LONGEST_REST_MS))
  }
}
