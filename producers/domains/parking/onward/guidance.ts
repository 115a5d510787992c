// The operator's guidance: for a time a lot's signs turn drivers away earlier than usual, and more of them follow.
import { shortDuration } from '../../../simulation/command-args.ts'
import type { StateWalk } from '../../../simulation/simulator.ts'
import { GUIDE } from '../commands.ts'
import type { OnwardParameters } from '../parameters.ts'

export class Guidance {
  readonly #parameters: OnwardParameters
  readonly #until: Float64Array

  constructor(parameters: OnwardParameters, lots: number) {
    this.#parameters = parameters
    this.#until = new Float64Array(lots)
  }

  state(walk: StateWalk): void {
    walk.numbers(this.#until)
  }

  /** What lot `i`'s signs do: from which part of its spaces on they say full, and which share of drivers then follows them. */
  signs(i: number, time: number): Pick<OnwardParameters, 'signsFullAt' | 'signsFollowed'> {
    return time < this.#until[i] ? this.#parameters.ordered : this.#parameters
  }

  /** Takes the command for lot `i`; a text says why it is refused. */
  command(
    i: number,
    args: Record<string, unknown>,
    time: number,
    isGuided: boolean,
  ): string | undefined {
    if (!isGuided) {
      return `${GUIDE}: no guidance signs are lit for this lot, expected one with signs; choose another, or divert`
    }
    const forMs = shortDuration(args.for)
    if (typeof forMs === 'string') return `${GUIDE} ${forMs}`
    this.#until[i] = time + forMs
    return undefined
  }
}
