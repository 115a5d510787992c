// What water and lost mains do to a lot: its entrance closes, its guidance signs go dark. Read as incidents step and at each status.
import type { SimulationContext, StateWalk } from '../../../simulation/simulator.ts'
import type { ParkingConditions } from '../parameters.ts'

export class Troubles {
  readonly #conditions: SimulationContext['conditions']
  readonly #closesAtCm: number
  /** 1 where water can get in. */
  readonly #low: Uint8Array
  /** On guidance signs, as a rule. */
  readonly #guided: Uint8Array
  /** Whose doing each is; undefined = as usual. */
  readonly #closed: (string | undefined)[]
  readonly #dark: (string | undefined)[]

  constructor(
    { assets, catalogue, conditions }: SimulationContext,
    types: readonly { name: string }[],
    { closesAtCm, raisedTypes }: ParkingConditions,
  ) {
    this.#conditions = conditions
    this.#closesAtCm = closesAtCm
    this.#low = Uint8Array.from(types, ({ name }) => (raisedTypes.includes(name) ? 0 : 1))
    this.#guided = Uint8Array.from(assets, (n) => (catalogue.attributes[n].guided === true ? 1 : 0))
    this.#closed = new Array(assets.length)
    this.#dark = new Array(assets.length)
  }

  state(walk: StateWalk): void {
    walk.texts(this.#closed)
    walk.texts(this.#dark)
  }

  read(i: number, time: number): void {
    const water = this.#low[i] === 1 ? this.#conditions.at('ponding', time, i) : null
    this.#closed[i] = water !== null && water.value >= this.#closesAtCm ? water.cause : undefined
    const dark = this.#guided[i] === 1 ? this.#conditions.at('mains', time, i) : null
    this.#dark[i] = dark?.cause
  }

  /** Who closed the entrance of lot `i`; undefined = it is open. */
  closedBy(i: number): string | undefined {
    return this.#closed[i]
  }

  /** Who left the guidance signs of lot `i` dark; undefined = they are lit, or there are none. */
  darkBy(i: number): string | undefined {
    return this.#dark[i]
  }

  isGuided(i: number): boolean {
    return this.#guided[i] === 1 && this.#dark[i] === undefined
  }
}
