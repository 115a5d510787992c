// The event kernel of one shard: pops asset wakes in (time, asset) order and turns them into the records of its
// topic-partitions. In: scenario, catalogue, simulators. Out: per lane, events, ticks and truth, in log order.
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import type { Catalogue, City, Scenario } from '../../seeds/contract.ts'
import { windowKey } from '../contract/keys.ts'
import type { Descriptor, Partial } from '../contract/records.ts'
import { createDemand } from '../simulation/demand.ts'
import type { Domain, Emit, Simulator } from '../simulation/simulator.ts'
import { cadenceOf, scenarioDomains } from './descriptor.ts'
import { createEventEncoder, type EncodeEvent, encodeRunStarted, encodeTick } from './encode.ts'
import { createFaults, type DrawFault } from './faults.ts'
import { createWakeHeap } from './heap.ts'
import { createLane, type Lane } from './lane.ts'
import { createTruth, type Truth } from './truth.ts'

export type KernelOptions = {
  city: City
  catalogue: Catalogue
  scenario: Scenario
  descriptor: Descriptor
  domains: Domain[]
  epoch: number
  shard: number
  shards: number
  /** Default true; false leaves ticks out of the topics for foreign pipelines. */
  ticks?: boolean
  /** Default true; false ignores the scenario's faults. */
  faults?: boolean
  /** Sees every event before faults, in (time, domain, subject, seq) order. `value` is a view: copy it to keep it. */
  observe?: (value: Buffer, lane: Lane) => void
}

/** Truth to append, and why it comes first: a window's truth must be in the log before the tick that ends it. */
export type KernelOutput = {
  truth: { key: string; partial: Partial; timestamp: number }[]
  lanes: { domain: string; partition: number; records: NewRecord[] }[]
}

export interface Kernel {
  /** Everything older than this sim time has happened. */
  readonly simulatedTo: number
  readonly lanes: readonly Lane[]
  readonly events: number
  /** Heads the lanes with the run-started marker; call once, before the first advance. */
  begin(timestamp: number): void
  /**
   * Lets everything older than `to` happen, ticks at `to` included, at most `budget` events; `timestampOf` gives the
   * intended wall-clock time of a sim time. Returns simulatedTo, which is < `to` only when the budget ran out.
   */
  advance(to: number, timestampOf: (time: number) => number, budget?: number): number
  /** Applies a command at simulatedTo; null = done, a text = refused, undefined = not this shard's asset. */
  command(target: string, name: string, args: Record<string, unknown>): string | null | undefined
  drain(): KernelOutput
}

type Actor = {
  simulator: Simulator
  encode: EncodeEvent
  fault: DrawFault | null
  /** Truth and lane per partition, undefined where another shard owns it. */
  truths: (Truth | null)[]
  lanes: (Lane | undefined)[]
}

export function createKernel(options: KernelOptions): Kernel {
  const { catalogue, scenario, descriptor, epoch, city } = options
  const P = scenario.partitions
  const end = scenario.start + scenario.durationMs
  const { actors, lanes, truths } = createActors(options)
  const actorOf = new Uint8Array(catalogue.domains.length)
  const seqs = new Uint32Array(catalogue.size)
  const localOf = new Uint32Array(catalogue.size)
  const nextWake = new Float64Array(catalogue.size).fill(Number.POSITIVE_INFINITY)
  const heap = createWakeHeap(catalogue.size)

  let simulatedTo = Number.NEGATIVE_INFINITY
  let nextTick = scenario.start
  let windowStart = scenario.start
  let events = 0
  let pendingTruth: KernelOutput['truth'] = []

  // The asset that is awake; one emit closure serves all of them.
  let actor: Actor
  let number = 0
  let time = 0
  let stamp: (time: number) => number = () => 0

  const emit: Emit = (event, data, cause) => {
    const id = catalogue.ids[number]
    const partition = catalogue.cell[number] % P
    const district = city.scopes[catalogue.district[number]].code
    const seq = ++seqs[number]
    const text = actor.encode(event, id, seq, district, time, data, cause)
    const fault = actor.fault === null ? null : actor.fault(id, time)
    const lane = actor.lanes[partition]!
    const value = lane.event(text, id.length, stamp(time), time, fault)
    actor.truths[partition]?.event(id, district, event, time, data)
    events++
    options.observe?.(value, lane)
  }

  function schedule(): void {
    actors.forEach((a, index) => {
      const domainIndex = catalogue.domains.indexOf(a.domain)
      actorOf[domainIndex] = index
      a.assets.forEach((n, i) => {
        localOf[n] = i
        const first = a.simulator.first(i)
        nextWake[n] = first
        if (first < end) heap.push(first, n)
      })
    })
  }

  function tickAt(at: number): void {
    const timestamp = stamp(at)
    if (at > scenario.start && (at - scenario.start) % scenario.windowMs === 0) {
      for (const { domain, partition, truth } of truths) {
        const partial = truth.close(windowStart, at)
        pendingTruth.push({
          key: windowKey.build({ epoch, domain, partition, start: partial.start }),
          partial,
          timestamp,
        })
      }
      windowStart = at
    }
    for (const lane of lanes) {
      lane.release(at, timestamp)
      lane.tick(timestamp, (chain) =>
        encodeTick(descriptor.run, lane.domain, lane.partition, at, {
          epoch,
          count: lane.count,
          injected: lane.injected,
          chain,
        }),
      )
    }
    nextTick = at >= end ? Number.POSITIVE_INFINITY : Math.min(at + scenario.tickMs, end)
  }

  /** Lets the earliest asset do what it does at its time. */
  function wakeTop(): void {
    number = heap.number()
    time = heap.time()
    if (nextWake[number] !== time) {
      heap.pop() // a command moved this asset's wake; the newer entry counts
      return
    }
    actor = actors[actorOf[catalogue.domain[number]]]
    const next = actor.simulator.wake(localOf[number], time, emit)
    if (!(next > time)) {
      throw new Error(`${catalogue.ids[number]}: next wake ${next} is not after ${time}`)
    }
    nextWake[number] = next
    if (next < end) heap.replaceTop(next)
    else heap.pop()
  }

  schedule()
  return {
    get simulatedTo() {
      return simulatedTo
    },
    get events() {
      return events
    },
    lanes,
    begin(timestamp) {
      for (const lane of lanes) {
        const data = {
          epoch,
          seed: scenario.seed,
          scenarioDigest: scenario.digest,
          start: scenario.start,
        }
        lane.marker(encodeRunStarted(descriptor.run, lane.domain, lane.partition, data), timestamp)
      }
    },
    advance(to, timestampOf, budget = Number.POSITIVE_INFINITY) {
      stamp = timestampOf
      const limit = Math.min(to, end)
      const stopAt = events + budget
      for (;;) {
        const top = heap.time()
        while (nextTick <= top && nextTick <= limit) tickAt(nextTick)
        if (top >= limit) break
        if (events >= stopAt) {
          simulatedTo = Math.max(simulatedTo, top)
          return simulatedTo
        }
        wakeTop()
      }
      simulatedTo = Math.max(simulatedTo, limit)
      return simulatedTo
    },
    command(target, name, args) {
      const n = catalogue.numberOf(target)
      const owner =
        n < 0 ? undefined : actors.find((a) => a.domain === catalogue.domains[catalogue.domain[n]])
      if (!owner || (catalogue.cell[n] % P) % options.shards !== options.shard) return undefined
      if (!owner.simulator.command) return `${target}: takes no commands`
      const next = owner.simulator.command(localOf[n], name, args, simulatedTo)
      if (typeof next === 'string') return next
      if (next !== nextWake[n]) {
        nextWake[n] = next
        if (next < end) heap.push(next, n)
      }
      return null
    },
    drain() {
      const truth = pendingTruth
      pendingTruth = []
      const taken: KernelOutput['lanes'] = []
      for (const lane of lanes) {
        const records = lane.drain()
        if (records.length > 0)
          taken.push({ domain: lane.domain, partition: lane.partition, records })
      }
      return { truth, lanes: taken }
    },
  }
}

type OwnedActor = Actor & { domain: string; assets: Uint32Array }

/** Simulator, encoder, lanes and truths of every domain for the partitions p with p mod shards = shard. */
function createActors(options: KernelOptions) {
  const { catalogue, scenario, descriptor, shard, shards, city } = options
  const P = scenario.partitions
  const demand = createDemand(city, scenario)
  const actors: OwnedActor[] = []
  const lanes: Lane[] = []
  const truths: { domain: string; partition: number; truth: Truth }[] = []
  for (const domain of scenarioDomains(options.domains, scenario)) {
    const name = domain.declaration.domain
    const declaration = descriptor.declarations[name]
    const { from, to } = catalogue.ranges[name]
    const mine: number[] = []
    for (let n = from; n < to; n++) if ((catalogue.cell[n] % P) % shards === shard) mine.push(n)
    const assets = Uint32Array.from(mine)
    const actor: OwnedActor = {
      domain: name,
      assets,
      simulator: domain.createSimulator({
        city,
        catalogue,
        scenario,
        cadence: cadenceOf(domain.declaration, scenario),
        demand,
        assets,
        parameters: city.domainParameters[name],
      }),
      encode: createEventEncoder(declaration, descriptor.run),
      fault: options.faults === false ? null : createFaults(scenario, name),
      truths: [],
      lanes: [],
    }
    for (let partition = shard; partition < P; partition += shards) {
      const lane = createLane(name, partition, options.ticks ?? true)
      actor.lanes[partition] = lane
      lanes.push(lane)
      if (!descriptor.truth) continue
      const truth = createTruth({
        declaration,
        epoch: options.epoch,
        partition,
        start: scenario.start,
        windowMs: scenario.windowMs,
      })
      actor.truths[partition] = truth
      truths.push({ domain: name, partition, truth })
    }
    actors.push(actor)
  }
  return { actors, lanes, truths }
}
