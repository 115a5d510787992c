// Watches how far a consumer group is behind, once a second: what it has not read yet, by the brokers' own offsets.
import type { Clock } from '../../infra/clock.ts'
import type { EventLog, GroupLag } from '../../infra/event-log/event-log.ts'
import { type Trend, type TrendPoint, trendOfLastHalf } from '../measure/slope.ts'

const LOOK_MS = 1_000

export type LagFigures = {
  max: number
  end: number
  /** Records/s over the last half; null where there were too few looks. */
  trend: Trend | null
}

export type LagWatchOptions = {
  log: Pick<EventLog, 'lag'>
  clock: Clock
  group: string
  /** Topics that count; what else the group reads is its own affair. */
  isOurs(topic: string): boolean
}

export class LagWatch {
  readonly #options: LagWatchOptions
  #points: TrendPoint[] = []
  #cancel: () => void
  #looking: Promise<void> = Promise.resolve()
  #failures = 0
  #isClosed = false

  constructor(options: LagWatchOptions) {
    this.#options = options
    this.#cancel = options.clock.schedule(0, () => this.#look())
  }

  /** Records that it has not read at the last look; null before the first. */
  get now(): number | null {
    return this.#points.at(-1)?.value ?? null
  }

  /** Looks that were in vain. */
  get failures(): number {
    return this.#failures
  }

  points(from: number, to: number): TrendPoint[] {
    return this.#points.filter(({ atMs }) => atMs >= from && atMs <= to)
  }

  /** Between two wall times. */
  figures(from: number, to: number): LagFigures | null {
    const points = this.points(from, to)
    if (points.length === 0) return null
    const max = points.reduce((most, { value }) => Math.max(most, value), 0)
    return { max, end: points.at(-1)!.value, trend: trendOfLastHalf(points, from, to) }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancel()
    await this.#looking
  }

  #look(): void {
    const { log, clock, group } = this.#options
    const since = clock.now()
    this.#looking = log.lag(group).then(
      (lags) => this.#take(lags),
      () => {
        this.#failures++
      },
    )
    void this.#looking.then(() => {
      if (this.#isClosed) return
      const rest = Math.max(0, since + LOOK_MS - clock.now())
      this.#cancel = clock.schedule(rest, () => this.#look())
    })
  }

  #take(lags: GroupLag[]): void {
    const { isOurs, clock } = this.#options
    const value = lags
      .filter(({ topic }) => isOurs(topic))
      .reduce((sum, { committed, latest }) => sum + Number(latest - committed), 0)
    this.#points.push({ atMs: clock.now(), value })
  }
}
