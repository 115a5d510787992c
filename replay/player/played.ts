// What a player has appended: how many records, how late each was, and the last tick of each topic-partition.
import { cityDigest } from '../../producers/contract/digest.ts'
import { TICK_TYPE } from '../../producers/contract/records.ts'
import { markerOf } from '../verify/marker.ts'
import type { DueRecord } from './event-feed.ts'
import { Lateness } from './lateness.ts'
import type { PlayedLane } from './positions.ts'

export class Played {
  readonly lateness = new Lateness()
  readonly #lanes: PlayedLane[]
  readonly #ticks: (Buffer | undefined)[]
  #records = 0

  constructor(lanes: PlayedLane[]) {
    this.#lanes = lanes
    this.#ticks = new Array(lanes.length)
  }

  add(due: DueRecord[]): void {
    this.#records += due.length
    const tick = due.findLast(({ record }) => record.key === null)
    if (tick?.record.value) this.#ticks[tick.lane] = tick.record.value
  }

  /** Of the topics of events, ticks included. */
  get records(): number {
    return this.#records
  }

  /** The city's digest as of the last tick of each topic-partition; null before all of them had one. */
  digest(): string | null {
    const chains = this.#lanes.flatMap((lane, i) => {
      const value = this.#ticks[i]
      const marker = value && markerOf(value)
      return marker?.type === TICK_TYPE ? [{ ...lane, chain: marker.data.chain }] : []
    })
    return chains.length === this.#lanes.length ? cityDigest(chains).digest : null
  }
}
