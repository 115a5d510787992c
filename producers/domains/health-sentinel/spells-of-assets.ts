// Whether an asset is in one of its spells: each drawn once, of yesterday and today.
import { cityDayStart, DAY_MS } from '../../../infra/time.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createDailySpells, type DailySpells, type SpellOdds } from '../../simulation/spells.ts'

/** Not saved: they are pure in the day, and drawn again. */
export class SpellsOfAssets {
  readonly #daily: DailySpells
  readonly #ids: string[]
  /** By asset: the day that was drawn last, and the spells that began on it and on the day before, from and to. */
  readonly #day: Float64Array
  readonly #spells: Float64Array

  constructor(context: SimulationContext, purpose: string, odds: SpellOdds) {
    const { assets, catalogue, scenario } = context
    this.#daily = createDailySpells(scenario.seed, purpose, odds)
    this.#ids = Array.from(assets, (n) => catalogue.ids[n])
    this.#day = new Float64Array(assets.length)
    this.#spells = new Float64Array(4 * assets.length)
  }

  isIn(i: number, time: number): boolean {
    const today = cityDayStart(time)
    if (this.#day[i] !== today) this.#draw(i, today)
    const [a, b, c, d] = this.#spells.subarray(4 * i, 4 * i + 4)
    return (time >= a && time < b) || (time >= c && time < d)
  }

  #draw(i: number, today: number): void {
    this.#day[i] = today
    for (const [k, day] of [today - DAY_MS, today].entries()) {
      const { from, to } = this.#daily(this.#ids[i], day)
      this.#spells[4 * i + 2 * k] = from
      this.#spells[4 * i + 2 * k + 1] = to
    }
  }
}
