// The far end of somebody's pipeline: events that were sent, met again by their ids, and how long after they were meant.
import type { Batch } from '../../infra/event-log/event-log.ts'
import { LatencyHistogram } from '../measure/latency-histogram.ts'
import { isFollowed } from './followed.ts'
import type { IdReader } from './match-path.ts'

export type SinkCounts = {
  /** Of those that count and are followed: sent, and met at the sink. */
  sent: number
  seen: number
  lost: number
  /** Met more than once. */
  duplicates: number
  /** Records at the sink without an id where one was asked for. */
  withoutId: number
}

type FollowedEvent = { meant: number; isMeasured: boolean }
type Second = LatencyHistogram

export class Sink {
  readonly #idOf: IdReader
  readonly #follow: number
  readonly #sent = new Map<string, FollowedEvent>()
  /** Met before anybody said that they were sent: by id, when. */
  readonly #early = new Map<string, number>()
  readonly #done = new Set<string>()
  readonly #seconds = new Map<number, Second>()
  #latency = new LatencyHistogram()
  #counts = noSinkCounts()

  /** One of `follow` events is followed. */
  constructor(idOf: IdReader, follow: number) {
    this.#idOf = idOf
    this.#follow = follow
  }

  sent(id: string, meant: number, isMeasured: boolean): void {
    if (isMeasured) this.#counts.sent++
    const at = this.#early.get(id)
    this.#sent.set(id, { meant, isMeasured })
    if (at === undefined) return
    this.#early.delete(id)
    this.#meet(id, at)
  }

  take({ records }: Pick<Batch, 'records'>, at: number): void {
    for (const record of records) {
      const id = this.#idOf(record)
      if (id === null) this.#counts.withoutId++
      else if (isFollowed(id, this.#follow)) this.#meet(id, at)
    }
  }

  #meet(id: string, at: number): void {
    const sent = this.#sent.get(id)
    if (!sent) {
      if (this.#done.has(id)) this.#counts.duplicates++
      else this.#early.set(id, at)
      return
    }
    this.#sent.delete(id)
    this.#done.add(id)
    const ms = at - sent.meant
    const second = Math.floor(at / 1000)
    const inSecond = this.#seconds.get(second) ?? new LatencyHistogram()
    this.#seconds.set(second, inSecond)
    inSecond.record(ms)
    if (!sent.isMeasured) return
    this.#counts.seen++
    this.#latency.record(ms)
  }

  /** Followed and not met yet. */
  get open(): number {
    return this.#sent.size
  }

  /** Ms that 99 of 100 took which were met in a second of wall time. */
  p99At(second: number): number | null {
    return this.#seconds.get(second)?.quantile(0.99) ?? null
  }

  /** What it came to, and begins anew; what has not come by now is lost. */
  finish(): { latency: LatencyHistogram; counts: SinkCounts } {
    const lost = [...this.#sent.values()].filter(({ isMeasured }) => isMeasured).length
    const result = { latency: this.#latency, counts: { ...this.#counts, lost } }
    this.#latency = new LatencyHistogram()
    this.#counts = noSinkCounts()
    this.#sent.clear()
    this.#early.clear()
    this.#done.clear()
    return result
  }
}

const noSinkCounts = (): SinkCounts => ({ sent: 0, seen: 0, lost: 0, duplicates: 0, withoutId: 0 })
