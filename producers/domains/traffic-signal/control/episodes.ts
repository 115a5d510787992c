// What interrupts a junction's usual control: lines and cabinets that fail, police at peaks, amber at night.
import { cityTimeOfDay, DAY_MS, HOUR_MS } from '../../../../infra/time.ts'
import type { SimulationContext, StateWalk } from '../../../simulation/simulator.ts'
import { MomentaryStream } from '../../../simulation/streams.ts'
import type { SignalParameters } from '../parameters.ts'
import { Spells } from './spells.ts'

export type Episode = 'usual' | 'offline' | 'flashing' | 'manual' | 'detector'

export class Episodes {
  readonly #context: SimulationContext
  readonly #parameters: SignalParameters
  readonly #offline: Spells[]
  readonly #fault: Spells
  readonly #detector: Spells
  /** 1 where police stand at peaks. Not saved: drawn once for all. */
  readonly #post: Uint8Array
  /** Amber from an hour to an hour of the night; equal where it never is. Not saved: likewise. */
  readonly #amberFrom: Float64Array
  /** Not saved: likewise. */
  readonly #amberTo: Float64Array
  readonly #momentary: MomentaryStream

  constructor(context: SimulationContext, start: number) {
    const { assets, catalogue, scenario } = context
    this.#context = context
    this.#parameters = context.parameters as SignalParameters
    this.#momentary = new MomentaryStream(scenario.seed)
    const { offline, flashing, detector } = this.#parameters.episodes
    const ids = Array.from(assets, (n) => catalogue.ids[n])
    const cabinets = Array.from(assets, (n, j) => String(catalogue.attributes[n].cabinet ?? ids[j]))
    const { seed } = scenario
    this.#offline = [
      new Spells(seed, 'cabinet', offline.cabinet, cabinets, start),
      new Spells(seed, 'line', offline.line, ids, start),
      new Spells(seed, 'chronic', offline.chronic, ids, start),
    ]
    this.#fault = new Spells(seed, 'fault', flashing, ids, start)
    this.#detector = new Spells(seed, 'detector', detector, ids, start)
    this.#post = new Uint8Array(ids.length)
    this.#amberFrom = new Float64Array(ids.length)
    this.#amberTo = new Float64Array(ids.length)
    for (let j = 0; j < ids.length; j++) this.#settle(j, ids[j])
  }

  state(walk: StateWalk): void {
    walk.parts(this.#offline)
    walk.part(this.#fault)
    walk.part(this.#detector)
  }

  /** Episode junction `j` is in at `time`; ask with rising times. */
  at(j: number, time: number): Episode {
    for (const spells of this.#offline) if (spells.at(j, time)) return 'offline'
    if (this.#fault.at(j, time)) return 'flashing'
    if (this.#post[j] === 1 && this.#isStaffed(j, time)) return 'manual'
    if (this.#isAmber(j, time)) return 'flashing'
    return this.#detector.at(j, time) ? 'detector' : 'usual'
  }

  /** Draws what stays the same for the junction: a police post, its hours of amber. */
  #settle(j: number, id: string): void {
    const { assets, catalogue } = this.#context
    const { police, night } = this.#parameters.episodes
    const use = String(catalogue.attributes[assets[j]].class)
    this.#momentary.begin(id, 'post')
    this.#post[j] = this.#momentary.uniform() < (police.posts[use] ?? 0) ? 1 : 0
    this.#momentary.begin(id, 'night')
    if (this.#momentary.uniform() >= (night.share[use] ?? 0)) return
    const [from, to] = night.hours
    this.#amberFrom[j] = from + this.#momentary.uniform()
    this.#amberTo[j] = to - this.#momentary.uniform()
  }

  #isAmber(j: number, time: number): boolean {
    const from = this.#amberFrom[j]
    const to = this.#amberTo[j]
    if (from === to) return false
    const hour = cityTimeOfDay(time) / HOUR_MS
    return from <= to ? hour >= from && hour < to : hour >= from || hour < to
  }

  /** Officers come to a post on some workdays only, drawn per peak. */
  #isStaffed(j: number, time: number): boolean {
    const { police } = this.#parameters.episodes
    if (this.#context.demand.dayKind(time) !== 'workday') return false
    const timeOfDay = cityTimeOfDay(time)
    const hour = timeOfDay / HOUR_MS
    const peak = police.hours.findIndex(([from, to]) => hour >= from && hour < to)
    if (peak < 0) return false
    const day = Math.round((time - timeOfDay) / DAY_MS)
    const { assets, catalogue } = this.#context
    this.#momentary.begin(catalogue.ids[assets[j]], `duty-${day}-${peak}`)
    return this.#momentary.uniform() < police.chance
  }
}
