// What the event kernel asks of a domain's simulator, and what a simulator gets to work with.
import type { TSchema } from 'typebox'
import type { HasState } from '../../infra/state/state-walk.ts'
import type { Cadence, Catalogue, City, Scenario, Text } from '../../seeds/contract.ts'
import type { Declaration } from '../contract/declaration.ts'
import type { Conditions } from './conditions.ts'
import type { Weather } from './days/weather.ts'
import type { Demand } from './demand.ts'

export type { HasState, StateWalk } from '../../infra/state/state-walk.ts'

/**
 * Emits one event of the asset that is being woken, at the wake's time.
 * `event` is the index in the declaration's `events`; `data` must match that event's schema and is read before the
 * call returns, so one object may be reused. `cause` names an incident.
 */
export type Emit = (event: number, data: object, cause?: string) => void

export type SimulationContext = {
  city: City
  catalogue: Catalogue
  scenario: Scenario
  cadence: Cadence
  /** What is expected of every daily curve; `createLocalDemand` makes of it what happens at a place. */
  demand: Demand
  weather: Weather
  /** What incidents make of each place, as far as they are known. */
  conditions: Conditions
  /** Asset numbers of this domain that this shard owns, ascending. */
  assets: Uint32Array
  /** The domain's validated `seeds/<city>/<domain>.json`. */
  parameters: unknown
  /**
   * Lets asset `i` wake at `time` if it would have slept longer: called within `wake` or `command` of another asset of the
   * same cell, for a time after now. What is due then is the simulator's to remember: `i` must come back to it from each
   * wake of its own until it has done it (an asset whose census is still to come wakes for that first).
   */
  wakeBy(i: number, time: number): void
}

/**
 * Simulates one domain's assets of one shard. `i` is an index into `context.assets`; times are ms, whole numbers.
 * Every draw comes from a stream seeded with (scenario.seed, asset id, purpose): never shared between assets,
 * so that the number of shards changes nothing. `state` passes all that changes while it simulates, streams included, so that
 * a simulator of the same context goes on from there to the byte; what is pure in time and place is found again by itself.
 */
export interface Simulator extends HasState {
  /**
   * Time of the asset's first event. Commissioned by `start`: its last periodic event before `start` (the opening
   * census; exactly one event). Commissioned later: its first event after that. Infinity: none in this run.
   */
  first(i: number): number
  /**
   * Emits what happens at `time` (at least one event at census) and returns the next wake: > time, and ≥ start
   * after the census. Infinity = never again.
   */
  wake(i: number, time: number, emit: Emit): number
  /**
   * Applies an operator's command to an asset at sim time `time`, between wakes; returns the asset's new next wake,
   * or a text that says why the command is refused (then nothing changed). Where the command reaches a group, every asset
   * of it is asked, in as many shards as it lies in: refuse by what all of them have in common, never by one's own state.
   */
  command?(i: number, name: string, args: Record<string, unknown>, time: number): number | string
  /**
   * Conditions at the asset may be others from sim time `time` on: an incident began, went a step further or ended there.
   * Called between wakes, for each asset of the incident's place; returns the asset's new next wake, `time` at the earliest.
   * Once the asset reported; never before the start.
   */
  react?(i: number, time: number): number
}

/** One folder per domain exports one of these; `producers/domains.ts` lists them. */
export type Domain = {
  declaration: Declaration
  /** Schema of seeds/<city>/<domain>.json, checked when the city is loaded. */
  parameters: TSchema
  createSimulator(context: SimulationContext): Simulator
  /** By name: events so rare that a short run may have none; forty assets have one within this time (ms). */
  rareEvents?: Record<string, number>
  /** Words that the city's file has for codes in event fields, by field and code; laid over the declaration's. */
  words?(parameters: unknown): Record<string, Record<string, Text>>
}
