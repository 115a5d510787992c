// One run in a conductor's hands: its clock, how far its shards are, how far both let the city go, and whether it has ended.
import { isoTime } from '../../../infra/time.ts'
import type { Descriptor, Horizon, Progress, RunEnd } from '../../contract/records.ts'
import { Repeater } from '../repeater.ts'
import { RunClock } from './run-clock.ts'

export type ConductedRunOptions = {
  epoch: number
  /** Offset at which this conductor announced itself. */
  term: number
  descriptor: Descriptor
  /** The furthest horizon that a conductor before this one wrote; null = from the start. */
  last: Horizon | null
  now: number
  leadMs: number
}

export class ConductedRun {
  readonly epoch: number
  readonly term: number
  readonly descriptor: Descriptor
  readonly clock: RunClock
  readonly #start: number
  /** Simulated-to of each shard. */
  readonly #progress: number[]
  /** Says when the horizon is written, and the end once there is one. */
  readonly #repeater = new Repeater()
  #hasEnded = false
  /** As this conductor wrote it; null before, and where somebody else ended the run. */
  #end: RunEnd | null = null

  constructor({ epoch, term, descriptor, last, now, leadMs }: ConductedRunOptions) {
    const { end, speed, shards, scale, tick: tickMs } = descriptor
    this.epoch = epoch
    this.term = term
    this.descriptor = descriptor
    this.#start = Date.parse(descriptor.start)
    const bounds = { start: this.#start, end: Date.parse(end) }
    this.clock = new RunClock({ ...bounds, speed, tickMs, scale, now, leadMs, last })
    this.#progress = new Array(shards).fill(Number.NEGATIVE_INFINITY)
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  note({ shard, simulatedTo }: Progress): void {
    this.#progress[shard] = Date.parse(simulatedTo)
  }

  /** Nobody simulates past the horizon, whatever a progress record says. */
  get slowest(): number {
    return Math.min(...this.#progress, this.clock.h)
  }

  /** The latest sim time that shards and processor allow, given how far they may be behind. */
  allowed(slackSim: number, processed?: () => number | null): number {
    const { slowest } = this
    const shards = slowest === Number.NEGATIVE_INFINITY ? this.#start : slowest + slackSim
    if (!processed) return shards
    const folded = processed()
    // The watermark moves in ticks, so it may be two of them behind without being late.
    const processor = folded === null ? this.#start : folded + 2 * this.descriptor.tick + slackSim
    return Math.min(shards, processor)
  }

  /** The horizon, where it is to be written now. */
  dueHorizon(now: number): Horizon | null {
    const horizon: Horizon = { ...this.clock.horizon(), term: this.term }
    return this.#repeater.isDue(JSON.stringify(horizon), now, horizon.speed === 0) ? horizon : null
  }

  /** Counts once: what was ended before stays as it is. */
  end(reason: RunEnd['reason']): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    const at = isoTime(reason === 'restart' ? this.clock.h : this.clock.end)
    this.#end = { at, reason, term: this.term }
  }

  /** Somebody else wrote its end; false where it had ended before. */
  endedByOther(): boolean {
    const isNews = !this.#hasEnded
    this.#hasEnded = true
    return isNews
  }

  /** The end of this conductor's own, where it is to be written now. */
  dueEnd(now: number): RunEnd | null {
    const end = this.#end
    return end && this.#repeater.isDue(JSON.stringify(end), now, true) ? end : null
  }
}
