// What incidents make of a junction, read as each of its cycles begins: power, capacity, crowd, centre; and whose doing a report is.
import { MINUTE_MS } from '../../../../infra/time.ts'
import type { SimulationContext, StateWalk } from '../../../simulation/simulator.ts'
import type { SignalParameters } from '../parameters.ts'

export type Power = 'mains' | 'battery' | 'none'

export class Disturbances {
  /** Part of the saturation flow that is left; 0 = the road is closed. */
  readonly capacity: Float64Array
  /** Factor on the flow from side roads. */
  readonly crowd: Float64Array
  readonly #conditions: SimulationContext['conditions']
  readonly #parameters: SignalParameters['conditions']
  readonly #lostMainsAt: Float64Array
  /** Whose doing each is; undefined = as usual. */
  readonly #ofMains: (string | undefined)[]
  readonly #ofRoad: (string | undefined)[]
  readonly #ofCentre: (string | undefined)[]
  readonly #ofCrowd: (string | undefined)[]
  /** What bears on the running cycle, and what bore on one before it until its queue is gone. */
  readonly #cause: (string | undefined)[]
  readonly #past: (string | undefined)[]
  readonly #cyclesAfter: Uint16Array
  /** Vehicles that waited when all was as usual last. */
  readonly #usualQueue: Uint32Array

  constructor({ assets, conditions, parameters }: SimulationContext) {
    const { length } = assets
    this.#conditions = conditions
    this.#parameters = (parameters as SignalParameters).conditions
    this.capacity = new Float64Array(length).fill(1)
    this.crowd = new Float64Array(length).fill(1)
    this.#lostMainsAt = new Float64Array(length)
    this.#ofMains = new Array(length)
    this.#ofRoad = new Array(length)
    this.#ofCentre = new Array(length)
    this.#ofCrowd = new Array(length)
    this.#cause = new Array(length)
    this.#past = new Array(length)
    this.#cyclesAfter = new Uint16Array(length)
    this.#usualQueue = new Uint32Array(length)
  }

  state(walk: StateWalk): void {
    walk.numbers(this.capacity)
    walk.numbers(this.crowd)
    walk.numbers(this.#lostMainsAt)
    walk.texts(this.#ofMains)
    walk.texts(this.#ofRoad)
    walk.texts(this.#ofCentre)
    walk.texts(this.#ofCrowd)
    walk.texts(this.#cause)
    walk.texts(this.#past)
    walk.numbers(this.#cyclesAfter)
    walk.numbers(this.#usualQueue)
  }

  /** A cycle of junction `j` begins; it runs under the conditions of `time` to its end. */
  read(j: number, time: number): void {
    if (this.#conditions.none) return
    // What is read is reused by the next reading.
    const road = this.#conditions.at('road-capacity', time, j)
    this.capacity[j] = road === null ? 1 : Math.max(0, 1 - road.value)
    this.#ofRoad[j] = road?.cause
    const crowd = this.#conditions.at('crowd', time, j)
    this.crowd[j] = crowd === null ? 1 : 1 + crowd.value * this.#parameters.crowdByRoad
    this.#ofCrowd[j] = crowd?.cause
    this.#ofCentre[j] = this.#conditions.at('control-centre', time, j)?.cause
    const mains = this.#conditions.at('mains', time, j)?.cause
    if (mains !== undefined && this.#ofMains[j] === undefined) this.#lostMainsAt[j] = time
    this.#ofMains[j] = mains
    this.#cause[j] = mains ?? this.#ofRoad[j] ?? this.#ofCrowd[j]
  }

  powerOf(j: number, time: number): Power {
    if (this.#ofMains[j] === undefined) return 'mains'
    const lasts = this.#parameters.batteryMin * MINUTE_MS
    return time - this.#lostMainsAt[j] < lasts ? 'battery' : 'none'
  }

  isOnItsOwn(j: number): boolean {
    return this.#ofCentre[j] !== undefined
  }

  /** The running cycle would have been another one with the centre. */
  fellBack(j: number): void {
    this.#cause[j] ??= this.#ofCentre[j]
  }

  /** The interval that begins says nothing of what bears on the junction. */
  isUnseen(j: number): void {
    this.#cause[j] = undefined
  }

  /** `cause` of the report of a cycle that ends with that many vehicles waiting. */
  causeOf(j: number, queue: number): string | undefined {
    const cause = this.#cause[j]
    if (cause !== undefined) {
      this.#past[j] = cause
      this.#cyclesAfter[j] = 0
      return cause
    }
    const past = this.#past[j]
    const { cyclesAfter } = this.#parameters
    if (past !== undefined && queue > this.#usualQueue[j] && this.#cyclesAfter[j] < cyclesAfter) {
      this.#cyclesAfter[j]++
      return past
    }
    this.#past[j] = undefined
    this.#usualQueue[j] = queue
    return undefined
  }
}
