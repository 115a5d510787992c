// A stretch of one partition of the city on a workday, to be played as often as wanted: as it is, and with orders.
import { MINUTE_MS } from '../../infra/time.ts'
import type { CommandDeclaration } from '../../producers/contract/declaration.ts'
import type { Kernel } from '../../producers/kernel/kernel.ts'
import { type Heard, heardOf } from './heard.ts'
import { kernelOpener, onWorkday, type StretchWorld } from './stretch-kernel.ts'
import type { GivenOrder, SeenAsset, Trial } from './trials.ts'

/** At most so many assets get the command in one run, each in a place of its own. */
const MOST_TARGETS = 24
const TAIL_MS = MINUTE_MS

type CityStretchOptions = {
  domain: string
  trial: Trial
  seed: number
  /** How long it goes on after the command. */
  longestMs: number
  whole?: true
}

type Given = { targets: string[]; command: GivenOrder | null }

export class CityStretch {
  readonly start: number
  readonly at: number
  readonly #world: StretchWorld
  readonly #trial: Trial
  readonly #openKernel: (observe: (value: Buffer) => void) => Kernel
  readonly #isOwn: (number: number) => boolean
  readonly #domain: string
  readonly #end: number

  constructor(world: StretchWorld, { domain, trial, seed, longestMs, whole }: CityStretchOptions) {
    const { catalogue, scenario } = world
    const shards = whole ? 1 : world.scenario.partitions
    this.#world = world
    this.#trial = trial
    this.#domain = domain
    this.start = onWorkday(trial.start)
    this.at = this.start + trial.atMs
    this.#end = this.at + longestMs
    const known = world.city.domainParameters[domain] as Record<string, unknown>
    const parameters = {
      ...world.city.domainParameters,
      [domain]: { ...known, ...trial.parameters },
    }
    const city = { ...world.city, domainParameters: parameters }
    const shard = seed % shards
    this.#isOwn = (number) => (catalogue.cell[number] % scenario.partitions) % shards === shard
    const span = { start: this.start, durationMs: this.#end + TAIL_MS - this.start }
    const what = { domains: [domain], incidents: trial.incidents ?? [], faults: false }
    this.#openKernel = kernelOpener({ ...world, city }, { seed, ...span, ...what, shard, shards })
  }

  /** Everything that happens, with orders to targets where there are some; `obeyed` are the targets that took them. */
  play(given: Given | null): { heard: Heard[]; obeyed: string[] } {
    const heard: Heard[] = []
    const kernel = this.#openKernel((value) => heard.push(heardOf(value)))
    const { before } = this.#trial
    let obeyed = given?.targets ?? []
    if (given && before) {
      kernel.advance(this.at - before.ms, (time) => time)
      obeyed = order(kernel, obeyed, before)
    }
    kernel.advance(this.at, (time) => time)
    if (given?.command) obeyed = order(kernel, obeyed, given.command)
    kernel.advance(this.#end, (time) => time)
    kernel.drain()
    return { heard, obeyed }
  }

  /** Assets that fit, one to a place that the command can reach. */
  candidates(heard: Heard[], command: CommandDeclaration): string[] {
    const { catalogue } = this.#world
    const latest = new Map<string, Heard['data']>()
    const orderedAt = this.at - (this.#trial.before?.ms ?? 0)
    for (const { id, time, data } of heard) if (time < orderedAt) latest.set(id, data)
    const members = command.group === undefined ? undefined : this.#membersOf(command.group)
    const taken = new Set<string>()
    const chosen: string[] = []
    for (const [id, data] of [...latest].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const number = catalogue.numberOf(id)
      const { [command.group ?? '']: value } = catalogue.attributes[number]
      const companions = (members?.get(`${catalogue.cell[number]} ${value}`) ?? 1) - 1
      const candidate: SeenAsset = { latest: data, companions }
      const places = this.#placesOf(number, command)
      if (places.some((place) => taken.has(place))) continue
      if (!this.#trial.fits(candidate)) continue
      for (const place of places) taken.add(place)
      chosen.push(id)
    }
    return chosen
  }

  /** Ids of what the command may change when the targets get it. */
  reachOf(targets: string[], command: CommandDeclaration): Set<string> {
    const { catalogue } = this.#world
    const places = new Set(targets.flatMap((id) => this.#placesOf(catalogue.numberOf(id), command)))
    const reach = new Set<string>()
    const { from, to } = catalogue.ranges[this.#domain]
    for (let n = from; n < to; n++) {
      if (this.#isOwn(n) && this.#placesOf(n, command).some((place) => places.has(place))) {
        reach.add(catalogue.ids[n])
      }
    }
    return reach
  }

  /** By cell and value of the attribute, how many assets there are. */
  #membersOf(group: string): Map<string, number> {
    const { attributes, cell, ranges } = this.#world.catalogue
    const { from, to } = ranges[this.#domain]
    const members = new Map<string, number>()
    for (let n = from; n < to; n++) {
      const key = `${cell[n]} ${attributes[n][group]}`
      if (attributes[n][group] !== undefined) members.set(key, (members.get(key) ?? 0) + 1)
    }
    return members
  }

  #placesOf(number: number, { reach, group }: CommandDeclaration): string[] {
    const { attributes, cell, ids } = this.#world.catalogue
    if (reach === 'asset') return [ids[number]]
    return reach === 'cell' ? [String(cell[number])] : [String(attributes[number][group!])]
  }
}

/** Gives the order to targets until enough of them have taken it. */
function order(kernel: Kernel, targets: string[], { name, args }: GivenOrder): string[] {
  const obeyed: string[] = []
  for (const target of targets) {
    if (obeyed.length >= MOST_TARGETS) break
    if (kernel.command(target, name, args) === null) obeyed.push(target)
  }
  return obeyed
}
