// Turns what a waking asset emits into its topic-partition's next event: number, text, fault, lane, truth.
import type { StateWalk } from '../../infra/state/state-walk.ts'
import type { Catalogue, City, Scenario } from '../../seeds/contract.ts'
import type { CityIncidents } from '../incidents/city-incidents.ts'
import type { Emit } from '../simulation/simulator.ts'
import type { Actor, KernelOptions } from './actors.ts'
import type { Injection } from './faults.ts'

/** One for all assets of a shard: the simulators get its `emit`, and who is awake is said before. */
export class Emitter {
  readonly #catalogue: Catalogue
  readonly #scopes: City['scopes']
  readonly #partitions: Scenario['partitions']
  /** Not saved: the kernel saves them. */
  readonly #incidents: CityIncidents
  readonly #injects: boolean
  readonly #observe: KernelOptions['observe']
  /** Highest sequence number so far, by asset number. */
  readonly #seqs: Uint32Array
  #events = 0
  /** Who is awake, and when. Not saved: said anew before each wake. */
  #actor!: Actor
  /** Not saved: likewise. */
  #number = 0
  /** Its index among the actor's assets. Not saved: likewise. */
  #local = 0
  /** Not saved: likewise. */
  #time = 0
  /** Not saved: likewise. */
  #timestamp = 0

  constructor(options: KernelOptions, incidents: CityIncidents) {
    const { catalogue, city, scenario, observe, faults = true } = options
    this.#incidents = incidents
    this.#injects = faults
    this.#catalogue = catalogue
    this.#scopes = city.scopes
    this.#partitions = scenario.partitions
    this.#observe = observe
    this.#seqs = new Uint32Array(catalogue.size)
  }

  get events(): number {
    return this.#events
  }

  state(walk: StateWalk): void {
    walk.numbers(this.#seqs)
    this.#events = walk.number(this.#events)
  }

  /** Lets asset `number` do what it does at `time`; `timestamp` is that of its records. Returns its next wake. */
  wake(actor: Actor, i: number, number: number, time: number, timestamp: number): number {
    this.#actor = actor
    this.#number = number
    this.#local = i
    this.#time = time
    this.#timestamp = timestamp
    return actor.simulator.wake(i, time, this.#emit)
  }

  /** What happens behind a gateway that is down is written when it is back. */
  #held(): Injection | null {
    if (this.#incidents.none || !this.#injects) return null
    const until = this.#incidents.heldUntil(this.#time, this.#number)
    return until <= this.#time ? null : { kind: 'gateway-outage', until, behind: this.#number }
  }

  readonly #emit: Emit = (event, data, cause) => {
    const actor = this.#actor
    const number = this.#number
    const time = this.#time
    const catalogue = this.#catalogue
    const id = catalogue.ids[number]
    const partition = catalogue.cell[number] % this.#partitions
    const district = this.#scopes[catalogue.district[number]].code
    const seq = ++this.#seqs[number]
    const fault = actor.faults?.draw(id, time) ?? this.#held()
    const lane = actor.lanes[partition]!
    const from = lane.room(actor.writer.most)
    const end = actor.writer.write(lane.bytes, from, event, id, seq, district, time, data, cause)
    let value: Buffer
    if (end >= 0) value = lane.written(end, id.length, this.#timestamp, time, fault)
    else {
      const text = actor.encode(event, id, seq, district, time, data, cause)
      value = lane.event(text, id.length, this.#timestamp, time, fault)
    }
    actor.truths[partition]?.event(actor.rows[this.#local], event, time, data)
    this.#events++
    this.#observe?.(value, lane)
  }
}
