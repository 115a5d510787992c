// Spells of trouble that come and go: for each thing a two-state Markov chain in continuous time, in balance at the start.
import { ln } from '../../../../infra/maths.ts'
import { MINUTE_MS } from '../../../../infra/time.ts'
import type { StateWalk } from '../../../simulation/simulator.ts'
import { MomentaryStream } from '../../../simulation/streams.ts'

export type SpellShape = { share: number; meanMin: number }

/**
 * One kind of spell at many things by index; things with the same id are in it together. Every length is drawn from
 * (seed, id, kind, its number) alone.
 */
export class Spells {
  readonly #stream: MomentaryStream
  readonly #kind: string
  readonly #ids: string[]
  readonly #onMs: number
  readonly #offMs: number
  /** Changes so far; the chain is on at odd or at even ones. */
  readonly #changes: Uint32Array
  readonly #on: Uint8Array
  readonly #until: Float64Array

  constructor(
    seed: number,
    kind: string,
    { share, meanMin }: SpellShape,
    ids: string[],
    start: number,
  ) {
    this.#stream = new MomentaryStream(seed)
    this.#kind = kind
    this.#ids = ids
    this.#onMs = meanMin * MINUTE_MS
    this.#offMs = share > 0 ? (this.#onMs * (1 - share)) / share : Number.POSITIVE_INFINITY
    this.#changes = new Uint32Array(ids.length)
    this.#on = new Uint8Array(ids.length)
    this.#until = new Float64Array(ids.length)
    for (let i = 0; i < ids.length; i++) {
      this.#stream.begin(ids[i], kind)
      this.#on[i] = this.#stream.uniform() < share ? 1 : 0
      this.#until[i] = start + this.#drawn(i)
    }
  }

  state(walk: StateWalk): void {
    walk.numbers(this.#changes)
    walk.numbers(this.#on)
    walk.numbers(this.#until)
  }

  /** Is thing `i` in a spell at `time`? Ask with rising times. */
  at(i: number, time: number): boolean {
    while (this.#until[i] <= time) {
      this.#on[i] = 1 - this.#on[i]
      this.#changes[i]++
      this.#stream.begin(this.#ids[i], `${this.#kind}-${this.#changes[i]}`)
      this.#until[i] += this.#drawn(i)
    }
    return this.#on[i] === 1
  }

  #drawn(i: number): number {
    const meanMs = this.#on[i] === 1 ? this.#onMs : this.#offMs
    return meanMs === Number.POSITIVE_INFINITY ? meanMs : -ln(1 - this.#stream.uniform()) * meanMs
  }
}
