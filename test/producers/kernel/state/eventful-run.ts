// A run in which everything happens that can: commands to every domain, incidents of every kind, one of them stopped; and what
// it wrote, stop by stop.
import { openKernel, type World } from '../../../../commands/wiring/world.ts'
import { isoTime } from '../../../../infra/time.ts'
import type { CommandDeclaration } from '../../../../producers/contract/declaration.ts'
import type { Command } from '../../../../producers/contract/records.ts'
import { incidentKinds } from '../../../../producers/incidents/kinds.ts'
import type { Kernel } from '../../../../producers/kernel/kernel.ts'

/** The run is looked at so many times between its start and its end. */
export const STOPS = 8
/** Most assets of a domain that one command goes to. */
const MOST_TARGETS = 25
/** Stops end somewhere within a second, between two ticks; one falls on a tick. */
const ODD_MS = 345
const ON_A_TICK = 5

type Ordered = { stop: number; command: Command }

export class EventfulRun {
  readonly #world: World
  readonly #shard: number
  readonly #shards: number
  readonly #orders: Ordered[]

  constructor(world: World, shard = 0, shards = 1) {
    this.#world = world
    this.#shard = shard
    this.#shards = shards
    this.#orders = [...commandsOf(world), ...incidentsOf(world)]
  }

  /** Not yet at its first stop. */
  open(): Kernel {
    return openKernel(this.#world, this.#shard, this.#shards)
  }

  /** Goes on to a stop; what is ordered there happens, and nothing is drained. Returns how many orders were taken. */
  reach(kernel: Kernel, stop: number): number {
    kernel.advance(this.#timeOf(stop), (time) => time)
    const here = this.#orders.filter((order) => order.stop === stop)
    return here.filter(({ command }) => kernel.obey(command) === null).length
  }

  #timeOf(stop: number): number {
    const { start, durationMs, tickMs } = this.#world.scenario
    const time = start + Math.floor((durationMs * stop) / STOPS)
    return stop === ON_A_TICK ? time - ((time - start) % tickMs) : time + ODD_MS
  }
}

/** All that is drained, a line for each record. */
export function written(kernel: Kernel): string[] {
  const { truth, incidents, lanes } = kernel.drain()
  const records = lanes.flatMap(({ domain, partition, records: list }) =>
    list.map(({ key, value, timestamp }) =>
      [domain, partition, isoTime(timestamp), key, value].map(String).join(' '),
    ),
  )
  const chains = kernel.lanes.map(
    ({ domain, partition, chain }) => `${domain} ${partition} ${chain}`,
  )
  return [...records, ...[...truth, ...incidents].map((one) => JSON.stringify(one)), ...chains]
}

/** Each command of each domain, to some of its assets, at the second stop or later. */
function commandsOf({ domains, catalogue, descriptor }: World): Ordered[] {
  const declared = domains
    .filter(({ declaration: { domain } }) => domain in descriptor.declarations)
    .flatMap(({ declaration: { commands, domain } }) =>
      commands.map((command) => ({ command, range: catalogue.ranges[domain] })),
    )
  return declared.flatMap(({ command, range: { from, to } }, k) => {
    const step = Math.max(1, Math.floor((to - from) / MOST_TARGETS))
    const targets = catalogue.ids.slice(from, to).filter((_, n) => n % step === k % step)
    return targets.map((target) => ({
      stop: 2 + (k % (STOPS - 4)),
      command: {
        ...{ id: `${command.name}-${target}`, name: command.name, args: proposed(command), target },
        by: 'test',
      },
    }))
  })
}

const proposed = ({ args }: CommandDeclaration): Record<string, unknown> => {
  const { properties = {} } = args as { properties?: Record<string, { default?: unknown }> }
  const known = Object.entries(properties).filter(([, of]) => of.default !== undefined)
  return Object.fromEntries(known.map(([name, of]) => [name, of.default]))
}

/** One of each kind over the whole city from the third stop on, one of which somebody stops. */
function incidentsOf({ city, scenario }: World): Ordered[] {
  const [{ code }] = city.scopes
  const [{ lon, lat }] = city.landmarks
  const minutes = Math.max(10, Math.floor(scenario.durationMs / 2 / 60_000))
  const started = incidentKinds.map(({ kind, route }): Ordered => {
    const to = [lon + 0.02, lat + 0.02]
    const line = { route: [[lon, lat], to], km: 3 }
    const args = { kind, place: route ? line : { district: code }, for: `PT${minutes}M` }
    return { stop: 3, command: { id: `i-${kind}`, name: 'incident.start', args, by: 'test' } }
  })
  const args = { id: 'i-gateway-outage' }
  const stopped = { id: 'i-stop', name: 'incident.stop', args, by: 'test' }
  return [...started, { stop: 6, command: stopped }]
}
