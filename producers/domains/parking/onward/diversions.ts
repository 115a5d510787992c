// The operator's diversion: for a time, a share of a lot's arriving cars is sent elsewhere.
import { shortDuration } from '../../../simulation/command-args.ts'
import { problemText } from '../../../simulation/problems.ts'
import type { StateWalk } from '../../../simulation/simulator.ts'
import type { AssetStreams } from '../../../simulation/streams.ts'
import { DIVERT } from '../commands.ts'

export class Diversions {
  readonly #stream: AssetStreams
  readonly #until: Float64Array
  readonly #share: Float64Array

  constructor(stream: AssetStreams, lots: number) {
    this.#stream = stream
    this.#until = new Float64Array(lots)
    this.#share = new Float64Array(lots)
  }

  state(walk: StateWalk): void {
    walk.part(this.#stream)
    walk.numbers(this.#until)
    walk.numbers(this.#share)
  }

  /** Whether the car that arrives at lot `i` is sent elsewhere. */
  divert(i: number, time: number): boolean {
    return time < this.#until[i] && this.#stream.uniform(i) < this.#share[i]
  }

  /** Takes the command for lot `i`; a text says why it is refused. */
  command(i: number, args: Record<string, unknown>, time: number): string | undefined {
    const { share } = args
    if (typeof share !== 'number' || !(share >= 0.05 && share <= 1)) {
      return problemText(`${DIVERT} share`, JSON.stringify(share), 'a number from 0.05 to 1')
    }
    const forMs = shortDuration(args.for)
    if (typeof forMs === 'string') return `${DIVERT} ${forMs}`
    this.#until[i] = time + forMs
    this.#share[i] = share
    return undefined
  }
}
