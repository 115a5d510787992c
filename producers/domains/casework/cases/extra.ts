// Cases that would not have come but for a condition of the place: a process of their own beside the ordinary one, on a
// stream of its own, so that what is usual keeps its bytes.
import { HOUR_MS } from '../../../../infra/time.ts'
import type { SimulationContext, StateWalk } from '../../../simulation/simulator.ts'
import type { AssetStreams } from '../../../simulation/streams.ts'
import { type CaseKind, DUTY_OF, type Duty } from '../event.ts'
import type { CaseworkParameters } from '../parameters.ts'

type Source = CaseworkParameters['conditions'][number]
export type ExtraCase = { kind: CaseKind; urgent: boolean; cause: string }

const NEVER = Number.POSITIVE_INFINITY

export class ExtraCases {
  readonly #context: SimulationContext
  /** Not saved: who gave it saves it. */
  readonly #stream: AssetStreams
  /** By unit: what may bring cases to it. Not saved: the parameters'. */
  readonly #sources: Source[][]
  readonly #nextAt: Float64Array

  constructor(context: SimulationContext, stream: AssetStreams, duties: Duty[]) {
    const { conditions } = context.parameters as CaseworkParameters
    this.#context = context
    this.#stream = stream
    this.#sources = duties.map((duty) => conditions.filter(({ kind }) => DUTY_OF[kind] === duty))
    this.#nextAt = new Float64Array(duties.length).fill(NEVER)
  }

  state(walk: StateWalk): void {
    walk.numbers(this.#nextAt)
  }

  nextAt(i: number): number {
    return this.#nextAt[i]
  }

  /** Conditions at unit `i` changed: what was to come by the old ones is forgotten, which a Poisson process allows. */
  react(i: number, time: number): void {
    this.#draw(i, time)
  }

  /** The case that comes now; null where the condition has gone. */
  take(i: number, time: number): ExtraCase | null {
    let left = this.#stream.uniform(i) * this.#rate(i, time)
    const urgent = this.#stream.uniform(i)
    let found: ExtraCase | null = null
    for (const source of this.#sources[i]) {
      if (found) break
      left -= this.#rateOf(source, i, time)
      const condition = this.#context.conditions.at(source.when, time, i)
      if (left >= 0 || !condition) continue
      found = { kind: source.kind, urgent: urgent < source.urgent, cause: condition.cause }
    }
    this.#draw(i, time)
    return found
  }

  #draw(i: number, time: number): void {
    const rate = this.#rate(i, time)
    if (rate === 0) this.#nextAt[i] = NEVER
    else this.#nextAt[i] = Math.floor(time + this.#stream.exponential(i, HOUR_MS / rate)) + 1
  }

  /** Cases an hour. */
  #rate(i: number, time: number): number {
    return this.#sources[i].reduce((sum, source) => sum + this.#rateOf(source, i, time), 0)
  }

  #rateOf({ when, casesPerHour, most }: Source, i: number, time: number): number {
    const value = this.#context.conditions.at(when, time, i)?.value ?? 0
    return casesPerHour * Math.min(value, most)
  }
}
