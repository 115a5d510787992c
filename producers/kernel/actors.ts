// Who acts in one shard: per domain its simulator, encoder and faults, with the lanes and truths of the partitions it owns.
import type { Catalogue, City, Scenario } from '../../seeds/contract.ts'
import type { Descriptor } from '../contract/records.ts'
import type { CityIncidents } from '../incidents/city-incidents.ts'
import type { IncidentKind } from '../incidents/incident.ts'
import { createWeather } from '../simulation/days/weather.ts'
import { createDemand } from '../simulation/demand.ts'
import type { Domain, Simulator } from '../simulation/simulator.ts'
import { cadenceOf, parametersOf, scenarioDomains } from './descriptor.ts'
import { createEventEncoder, type EncodeEvent, type RunMark } from './encode.ts'
import { createFaults, type FaultDraws } from './faults.ts'
import { EventLane } from './lane/lane.ts'
import { TruthRows } from './truth/scope-sums.ts'
import { Truth } from './truth/truth.ts'
import { EventWriter } from './write/event-writer.ts'

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
  /** Default: every kind. */
  incidents?: readonly IncidentKind[]
  /** Sees every event before faults, in (time, domain, subject, seq) order. `value` is a view: copy it to keep it. */
  observe?: (value: Buffer, lane: EventLane) => void
}

export type Actor = {
  domain: string
  /** Asset numbers that this shard owns, ascending. */
  assets: Uint32Array
  simulator: Simulator
  writer: EventWriter
  /** What the writer does not know is written as text. */
  encode: EncodeEvent
  faults: FaultDraws | null
  /** By partition, undefined where another shard owns it. */
  lanes: (EventLane | undefined)[]
  /** The same, and empty in a run without truth. */
  truths: (Truth | undefined)[]
  /** An asset's row in its truth, by its index in `assets`. */
  rows: Uint32Array
}

/** Lets asset `number` wake at `time` (ms) if it would have slept longer. */
export type WakeBy = (number: number, time: number) => void

/** One per domain of the scenario, for the partitions p with p mod shards = shard; each is work for some tenths of a second. */
export function* makeActors(
  options: KernelOptions,
  mark: Readonly<RunMark>,
  incidents: CityIncidents,
  wakeBy: WakeBy,
): Generator<Actor> {
  const { catalogue, scenario, descriptor, shard, shards, city } = options
  const P = scenario.partitions
  const demand = createDemand(city, scenario)
  const weather = createWeather(city, scenario)
  for (const domain of scenarioDomains(options.domains, scenario)) {
    const name = domain.declaration.domain
    const declaration = descriptor.declarations[name]
    const assets = ownAssets(options, name)
    const lanes: Actor['lanes'] = []
    const truths: Actor['truths'] = []
    const { rows, ofPartition } = truthRows(options, assets)
    for (let partition = shard; partition < P; partition += shards) {
      lanes[partition] = new EventLane(name, partition, options.ticks ?? true, incidents)
      if (!descriptor.truth) continue
      truths[partition] = new Truth({
        ...{ declaration, mark, partition, start: scenario.start },
        rows: ofPartition(partition),
      })
    }
    yield {
      domain: name,
      assets,
      simulator: domain.createSimulator({
        city,
        catalogue,
        scenario,
        cadence: cadenceOf(domain.declaration, scenario),
        demand,
        weather,
        conditions: incidents.at(assets),
        assets,
        parameters: parametersOf(city, scenario, name),
        wakeBy: (i, time) => wakeBy(assets[i], time),
      }),
      writer: new EventWriter(declaration, mark),
      encode: createEventEncoder(declaration, mark),
      faults: options.faults === false ? null : createFaults(scenario, name),
      lanes,
      truths,
      rows,
    }
  }
}

/** Is this asset one of the shard's? */
export function isOwn({ catalogue, scenario, shard, shards }: KernelOptions, number: number) {
  return (catalogue.cell[number] % scenario.partitions) % shards === shard
}

/** The shard's own assets that a command to asset `n` is given to: the target, or all that share its group. */
export function reachedBy(
  options: KernelOptions,
  { domain, assets }: Actor,
  n: number,
  name: string,
): Iterable<number> {
  const { commands } = options.descriptor.declarations[domain]
  const group = commands.find((command) => command.name === name)?.group
  const { attributes } = options.catalogue
  const value = group === undefined ? undefined : attributes[n][group]
  if (group === undefined || value === undefined) return isOwn(options, n) ? [n] : []
  return assets.filter((number) => attributes[number][group] === value)
}

function ownAssets(options: KernelOptions, domain: string): Uint32Array {
  const { from, to } = options.catalogue.ranges[domain]
  const own: number[] = []
  for (let n = from; n < to; n++) if (isOwn(options, n)) own.push(n)
  return Uint32Array.from(own)
}

/** The rows of all assets, each counted within its own partition, and who has them there. */
function truthRows({ catalogue, city, scenario }: KernelOptions, assets: Uint32Array) {
  const members = Array.from({ length: scenario.partitions }, (): number[] => [])
  const rows = Uint32Array.from(
    assets,
    (n) => members[catalogue.cell[n] % scenario.partitions].push(n) - 1,
  )
  const ofPartition = (partition: number) =>
    new TruthRows(
      members[partition].map((n) => catalogue.ids[n]),
      members[partition].map((n) => city.scopes[catalogue.district[n]].code),
    )
  return { rows, ofPartition }
}
