// When lots do not report: an operator's gateway in a district is down, or a lot's own controller; pure by (seed, who, day).
import { cityDayStart, DAY_MS } from '../../../infra/time.ts'
import type { SimulationContext, StateWalk } from '../../simulation/simulator.ts'
import {
  createDailySpells,
  type DailySpells,
  NO_SPELL,
  type Spell,
} from '../../simulation/spells.ts'
import type { ParkingParameters } from './parameters.ts'

/**
 * Cars come and go meanwhile, and what they did is never sent: after the repair a status says how the lot stands.
 * A lot that goes into service meanwhile has a connection of its own until the next silence.
 */
export class Silences {
  readonly #context: SimulationContext
  readonly #ofGateway: DailySpells
  readonly #ofLot: DailySpells
  readonly #gateways: string[]
  /** Not saved: drawn anew they are the same. */
  readonly #days = new Map<string, Spell>()
  /** The silence that a lot is in, or its next one within the days that were looked at. */
  readonly #from: Float64Array
  readonly #to: Float64Array
  /** From then on `#from` and `#to` say nothing. */
  readonly #lookAt: Float64Array

  constructor(context: SimulationContext) {
    const { assets, catalogue, scenario } = context
    this.#context = context
    const { gateway, lot } = (context.parameters as ParkingParameters).silences
    this.#ofGateway = createDailySpells(scenario.seed, 'gateway-silence', gateway)
    this.#ofLot = createDailySpells(scenario.seed, 'silence', lot)
    this.#gateways = Array.from(
      assets,
      (n) => `${catalogue.attributes[n].operator}/${catalogue.district[n]}`,
    )
    this.#from = new Float64Array(assets.length)
    this.#to = new Float64Array(assets.length)
    this.#lookAt = new Float64Array(assets.length)
  }

  state(walk: StateWalk): void {
    walk.numbers(this.#from)
    walk.numbers(this.#to)
    walk.numbers(this.#lookAt)
  }

  /** Whether lot `i` is silent; times must not go back. */
  isSilent(i: number, time: number): boolean {
    if (time >= this.#lookAt[i]) this.#look(i, time)
    return time >= this.#from[i] && time < this.#to[i]
  }

  /** Of a silent lot: when it fell silent. */
  since(i: number): number {
    return this.#from[i]
  }

  /** Of a silent lot: when it is repaired. */
  until(i: number): number {
    return this.#to[i]
  }

  /** Finds the silence at `time` or the next one of that day; looks again when it is over, or at midnight. */
  #look(i: number, time: number): void {
    const { assets, catalogue } = this.#context
    const today = cityDayStart(time)
    const opened = catalogue.commissionedAt[assets[i]]
    let found = NO_SPELL
    for (const day of [today - DAY_MS, today]) {
      for (const spell of [this.#gatewayDay(i, day), this.#lotDay(i, day)]) {
        const counts = spell.to > time && spell.from >= opened
        if (counts && spell.from < found.from) found = spell
      }
    }
    this.#from[i] = found.from
    this.#to[i] = found.to
    this.#lookAt[i] = found === NO_SPELL ? today + DAY_MS : found.to
  }

  #gatewayDay(i: number, day: number): Spell {
    const key = `${this.#gateways[i]}/${day}`
    let spell = this.#days.get(key)
    if (spell === undefined) {
      // A few days of every gateway are all that anybody asks for.
      if (this.#days.size > 50_000) this.#days.clear()
      spell = this.#ofGateway(this.#gateways[i], day)
      this.#days.set(key, spell)
    }
    return spell
  }

  #lotDay(i: number, day: number): Spell {
    const { assets, catalogue } = this.#context
    return this.#ofLot(catalogue.ids[assets[i]], day)
  }
}
