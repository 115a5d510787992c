// The stage of one sentinel's response: sense until reports are abnormal, assess, deploy when an operator says so, close.
import { MINUTE_MS } from '../../../infra/time.ts'
import type { StateWalk } from '../../simulation/simulator.ts'
import type { ResponseStage } from './event.ts'
import type { SentinelParameters } from './parameters.ts'

const NEVER = Number.POSITIVE_INFINITY

export class Response {
  readonly #parameters: SentinelParameters
  #stage: ResponseStage = 'sense'
  /** Reports in a row that were abnormal, and that were not. */
  #abnormal = 0
  #calm = 0
  #deployedAt = NEVER
  #deployedUntil = NEVER
  #closedAt = NEVER
  /** An order that waits to be carried out. */
  #ordered: { at: number; until: number } | null = null

  constructor(parameters: SentinelParameters) {
    this.#parameters = parameters
  }

  state(walk: StateWalk): void {
    this.#stage = walk.text(this.#stage)
    this.#abnormal = walk.number(this.#abnormal)
    this.#calm = walk.number(this.#calm)
    this.#deployedAt = walk.number(this.#deployedAt)
    this.#deployedUntil = walk.number(this.#deployedUntil)
    this.#closedAt = walk.number(this.#closedAt)
    this.#ordered = walk.plain(this.#ordered)
  }

  get stage(): ResponseStage {
    return this.#stage
  }

  /** When the stage changes by itself; reports may change it sooner. */
  get changeAt(): number {
    if (this.#ordered) return this.#ordered.at
    return this.#stage === 'deploy' ? this.#deployedUntil : NEVER
  }

  /** From `at` on until `until`; while a response is under way, a new order only moves its end. */
  order(at: number, until: number): void {
    if (this.#stage === 'deploy') this.#deployedUntil = until
    else this.#ordered = { at, until }
  }

  /** Does what is due at `time`. */
  pass(time: number): void {
    if (this.#ordered && this.#ordered.at <= time) {
      this.#deployedAt = this.#ordered.at
      this.#deployedUntil = this.#ordered.until
      this.#ordered = null
      this.#stage = 'deploy'
    }
    if (this.#stage === 'deploy' && this.#deployedUntil <= time) {
      this.#deployedAt = NEVER
      if (this.#abnormal > 0) this.#stage = 'assess'
      else this.#close(time)
    }
  }

  /** Takes in a report: visits with fever of the last hours, against the usual. */
  report(time: number, fever: number, usual: number): void {
    const { least, ratio, sigmas, reports, calmReports, closedMin } = this.#parameters.response
    const above = Math.max(least, (ratio - 1) * usual, sigmas * Math.sqrt(usual))
    const isAbnormal = fever >= usual + above
    this.#abnormal = isAbnormal ? this.#abnormal + 1 : 0
    this.#calm = isAbnormal ? 0 : this.#calm + 1
    switch (this.#stage) {
      case 'sense':
        if (this.#abnormal >= reports) this.#stage = 'assess'
        break
      case 'assess':
        if (this.#calm >= calmReports) this.#close(time)
        break
      case 'close':
        if (this.#abnormal >= reports) this.#stage = 'assess'
        else if (time >= this.#closedAt + closedMin * MINUTE_MS) this.#stage = 'sense'
        break
    }
  }

  /** Share of the additional fever visits that come at `time` all the same. */
  remaining(time: number): number {
    const { delayMin, share } = this.#parameters.deploy
    const works = time >= this.#deployedAt + delayMin * MINUTE_MS && time < this.#deployedUntil
    return works ? 1 - share : 1
  }

  #close(time: number): void {
    this.#stage = 'close'
    this.#closedAt = time
  }
}
