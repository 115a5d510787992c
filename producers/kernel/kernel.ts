// The event kernel of one shard: pops asset wakes in (time, asset) order and turns them into the records of its
// topic-partitions. In: scenario, catalogue, simulators. Out: per lane, events, ticks and truth, in log order.
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import { Problem } from '../../infra/problem.ts'
import { restoreState, saveState, savingState } from '../../infra/state/saved-state.ts'
import type { StateWalk } from '../../infra/state/state-walk.ts'
import { isoTime, parseDuration } from '../../infra/time.ts'
import type { Command, IncidentRecord } from '../contract/records.ts'
import {
  type IncidentStart,
  isIncidentCommand,
  STOP_INCIDENT,
} from '../contract/run/incident-commands.ts'
import { CityIncidents } from '../incidents/city-incidents.ts'
import { incidentKinds } from '../incidents/kinds.ts'
import { type Actor, isOwn, type KernelOptions, makeActors, reachedBy } from './actors.ts'
import { Emitter } from './emitter.ts'
import { encodeRunStarted, type RunMark } from './encode.ts'
import type { EventLane } from './lane/lane.ts'
import { stateOwnerOf } from './state-owner.ts'
import { TickClock, type TruthRecord } from './tick-clock.ts'
import { Wakes } from './wakes.ts'

/** Truth to append, and why it comes first: a window's truth must be in the log before the tick that ends it. */
/** `at`: sim time (ms) at which it began or ended; `timestamp`: intended wall-clock time. */
export type IncidentNews = { record: IncidentRecord; at: number; timestamp: number }

export type KernelOutput = {
  truth: TruthRecord[]
  /** What really happened: every shard finds the same. */
  incidents: IncidentNews[]
  lanes: { domain: string; partition: number; records: NewRecord[] }[]
}

export type { KernelOptions } from './actors.ts'

/** To close one topic-partition's window takes about as long as so many events: its truth scans every asset. */
const EVENTS_PER_TRUTH = 50

export function createKernel(options: KernelOptions): Kernel {
  const making = makeKernel(options)
  for (;;) {
    const { done, value } = making.next()
    if (done) return value
  }
}

/** The same piece by piece: whoever makes one while a city goes on lets others have a turn in between. */
export function* makeKernel(options: KernelOptions): Generator<undefined, Kernel> {
  const mark: RunMark = { run: options.descriptor.run, epoch: options.epoch }
  const incidents = incidentsOf(options)
  // Not saved: set once.
  const city: { kernel: Kernel | null } = { kernel: null }
  const wakeBy = (number: number, time: number) => city.kernel!.wakeBy(number, time)
  const actors: Actor[] = []
  for (const actor of makeActors(options, mark, incidents, wakeBy)) {
    actors.push(actor)
    yield
  }
  city.kernel = new Kernel(options, { mark, incidents, actors })
  return city.kernel
}

type KernelParts = { mark: RunMark; incidents: CityIncidents; actors: Actor[] }

export class Kernel {
  readonly lanes: readonly EventLane[]
  readonly #options: KernelOptions
  /** Not saved: whose state it is, in its header. */
  readonly #mark: RunMark
  /** By index of the catalogue's domain. */
  readonly #actorOf: (Actor | undefined)[]
  /** Index of an asset in its actor's `assets`, by asset number. */
  readonly #localOf: Uint32Array
  readonly #wakes: Wakes
  readonly #ticks: TickClock
  readonly #emitter: Emitter
  readonly #incidents: CityIncidents
  #news: IncidentNews[] = []
  readonly #end: number
  #simulatedTo = Number.NEGATIVE_INFINITY
  /** Number of the asset that acts just now; -1 = none does. Not saved: none does between two calls. */
  #acting = -1
  /** Its time. Not saved: likewise. */
  #actingAt = 0

  constructor(options: KernelOptions, { mark, incidents, actors }: KernelParts) {
    const { catalogue, scenario } = options
    this.#incidents = incidents
    this.#mark = mark
    this.#options = options
    this.#actorOf = catalogue.domains.map((name) => actors.find((a) => a.domain === name))
    this.#localOf = new Uint32Array(catalogue.size)
    for (const { assets } of actors) {
      assets.forEach((n, i) => {
        this.#localOf[n] = i
      })
    }
    // Where another shard owns the partition there is none.
    this.lanes = actors.flatMap((a) => a.lanes.filter((lane) => lane !== undefined))
    const truths = actors.flatMap((a) => a.truths.filter((truth) => truth !== undefined))
    this.#end = scenario.start + scenario.durationMs
    this.#wakes = new Wakes(actors, catalogue.size, this.#end)
    this.#ticks = new TickClock(options, mark, this.lanes, truths)
    this.#emitter = new Emitter(options, this.#incidents)
  }

  /** Everything older than this sim time has happened. */
  get simulatedTo(): number {
    return this.#simulatedTo
  }

  get events(): number {
    return this.#emitter.events
  }

  /** What was done so far, as so many events. */
  get #work(): number {
    return this.events + EVENTS_PER_TRUTH * this.#ticks.closed
  }

  /** It was made before its run had begun, for one that differs in nothing else: this is the one. Before `begin`. */
  belongTo({ run, epoch }: RunMark): void {
    this.#mark.run = run
    this.#mark.epoch = epoch
  }

  /** Heads the lanes with the run-started marker; call once, before the first advance. */
  begin(timestamp: number): void {
    const { scenario } = this.#options
    const { run, epoch } = this.#mark
    const { seed, digest: scenarioDigest, start } = scenario
    for (const lane of this.lanes) {
      const data = { epoch, seed, scenarioDigest, start }
      lane.marker(encodeRunStarted(run, lane.domain, lane.partition, data), timestamp)
    }
  }

  /**
   * Lets everything older than `to` happen, ticks at `to` included, at most `budget` events or as much other work;
   * `timestampOf` gives the intended wall-clock time of a sim time. Returns simulatedTo, which is < `to` only when the
   * budget ran out.
   */
  advance(
    to: number,
    timestampOf: (time: number) => number,
    budget = Number.POSITIVE_INFINITY,
  ): number {
    const ticks = this.#ticks
    const limit = Math.min(to, this.#end)
    const stopAt = this.#work + budget
    for (;;) {
      const changes = this.#incidents.next
      const top = Math.min(this.#wakes.time(), changes)
      while (ticks.next <= top && ticks.next <= limit) {
        const timestamp = timestampOf(ticks.next)
        // Up to this tick nothing more happens, and it has not come yet.
        while (ticks.close(timestamp)) if (this.#work >= stopAt) return this.#simulatedTo
        ticks.tick(timestamp)
      }
      if (top >= limit) return this.#reach(limit)
      if (this.#work >= stopAt) return this.#reach(top)
      if (top === changes) this.#react(top, timestampOf(top))
      else if (!this.#wakes.dropMoved()) this.#wake(timestampOf(top))
    }
  }

  /**
   * Applies a command at simulatedTo; null = done, a text = refused, undefined = not this shard's asset. One that reaches
   * a group is for all of its assets here, whoever owns the target, and the target's owner answers.
   */
  command(target: string, name: string, args: Record<string, unknown>): string | null | undefined {
    const { catalogue } = this.#options
    const n = catalogue.numberOf(target)
    const actor = n < 0 ? undefined : this.#actorOf[catalogue.domain[n]]
    if (!actor) return undefined
    let answer: string | null | undefined
    for (const number of reachedBy(this.#options, actor, n, name)) {
      const ofAsset = this.#order(actor, number, name, args)
      if (number === n) answer = ofAsset
    }
    return answer
  }

  #order(actor: Actor, n: number, name: string, args: Record<string, unknown>): string | null {
    const { catalogue } = this.#options
    if (!actor.simulator.command) return `${catalogue.ids[n]}: takes no commands`
    this.#acting = n
    this.#actingAt = this.#simulatedTo
    const next = actor.simulator.command(this.#localOf[n], name, args, this.#simulatedTo)
    this.#acting = -1
    if (typeof next === 'string') return next
    this.#wakes.move(n, next)
    return null
  }

  /** Does at simulatedTo what an accepted command says, be it for an asset or for all shards; answers as `command` does. */
  obey(command: Command): string | null | undefined {
    if (isIncidentCommand(command)) return this.#incident(command)
    const { target, name, args } = command
    return target === undefined ? undefined : this.command(target, name, args)
  }

  /** Takes an incident in, or stops one. */
  #incident({ id, name, args, by }: Omit<Command, 'target'>): string | null {
    const from = Math.max(this.#simulatedTo, this.#options.scenario.start)
    if (name === STOP_INCIDENT) return this.#incidents.stop(String(args.id), from)
    const { kind, place, severity, for: planned, parameters } = args as IncidentStart
    const plannedMs = parseDuration(planned, 'for')
    return this.#incidents.add({
      ...{ id, kind, place, by, from, until: from + plannedMs, planned: plannedMs },
      severity: severity ?? 'orange',
      parameters: parameters ?? {},
    })
  }

  /** Whether an incident that is known so far has taken down the gateway behind which `target` stands at `time`. */
  isBehindOutage(target: string, time: number): boolean {
    const { catalogue } = this.#options
    return !this.#incidents.none && this.#incidents.heldUntil(time, catalogue.numberOf(target)) > 0
  }

  drain(): KernelOutput {
    const lanes: KernelOutput['lanes'] = []
    for (const lane of this.lanes) {
      const records = lane.drain()
      if (records.length > 0) {
        lanes.push({ domain: lane.domain, partition: lane.partition, records })
      }
    }
    const incidents = this.#news
    this.#news = []
    return { truth: this.#ticks.drainTruth(), incidents, lanes }
  }

  /**
   * All that this kernel remembers, what was not drained yet included. Throws a Problem where very much has happened since the
   * last tick (lane/chain.ts): right after one it never does.
   */
  save(): Uint8Array {
    return saveState(stateOwnerOf(this.#options, this.#mark), this)
  }

  /** The same bytes, piece by piece: others may have a turn in between, if this kernel does nothing until it is over. */
  saving(): Generator<undefined, Uint8Array> {
    return savingState(stateOwnerOf(this.#options, this.#mark), this)
  }

  /**
   * Goes on as the kernel went on that was saved, to the byte: this one may be new (then instead of `begin`) or have run. It
   * must have been made of the same options; throws a Problem for bytes that are damaged, another run's or of other code.
   */
  restore(saved: Uint8Array): void {
    restoreState(stateOwnerOf(this.#options, this.#mark), this, saved)
  }

  state(walk: StateWalk): void {
    for (const piece of this.stateInPieces(walk)) void piece
  }

  *stateInPieces(walk: StateWalk): Generator<undefined> {
    this.#simulatedTo = walk.number(this.#simulatedTo)
    for (const part of [this.#wakes, this.#ticks, this.#emitter, this.#incidents]) {
      walk.part(part)
      yield
    }
    for (const actor of this.#actorOf) {
      if (!actor) continue
      walk.part(actor.simulator)
      yield
      if (actor.faults) walk.part(actor.faults)
      walk.parts(actor.truths.filter((truth) => truth !== undefined))
      yield
    }
    walk.parts(this.lanes)
    this.#news = walk.plain(this.#news)
  }

  /** Lets the earliest asset do what it does at its time. */
  #wake(timestamp: number): void {
    const { catalogue } = this.#options
    const number = this.#wakes.number()
    const time = this.#wakes.time()
    const actor = this.#actorOf[catalogue.domain[number]]!
    this.#acting = number
    this.#actingAt = time
    const next = this.#emitter.wake(actor, this.#localOf[number], number, time, timestamp)
    this.#acting = -1
    if (!(next > time)) {
      throw new Error(`${catalogue.ids[number]}: next wake ${next} is not after ${time}`)
    }
    this.#wakes.sleepUntil(next)
  }

  /** Conditions change: everyone whom it concerns and who reports by then says when to wake. */
  #react(time: number, timestamp: number): void {
    const { catalogue } = this.#options
    const touched = this.#incidents.step(time)
    this.#tellIncidents(time, timestamp)
    for (const number of touched) {
      const { react } = this.#actorOf[catalogue.domain[number]]?.simulator ?? {}
      if (!react || !isOwn(this.#options, number)) continue
      if (catalogue.commissionedAt[number] > time) continue
      const { simulator } = this.#actorOf[catalogue.domain[number]]!
      this.#acting = number
      this.#actingAt = time
      const next = react.call(simulator, this.#localOf[number], time)
      this.#acting = -1
      if (!(next >= time)) {
        throw new Error(`${catalogue.ids[number]}: next wake ${next} is before ${time}`)
      }
      this.#wakes.move(number, next)
    }
  }

  /** An asset that acts lets a neighbour wake: in its own cell, so that both are the same shard's whatever the shards. */
  wakeBy(number: number, time: number): void {
    const { catalogue, scenario } = this.#options
    const acting = this.#acting
    const refuse = (why: string) => {
      const by = acting < 0 ? 'no asset that acts' : catalogue.ids[acting]
      throw new Error(`${catalogue.ids[number]} cannot be woken at ${time} by ${by}: ${why}`)
    }
    if (acting < 0) refuse('call wakeBy within wake or command')
    if (number === acting) refuse('return its own next wake instead')
    if (catalogue.cell[number] !== catalogue.cell[acting]) refuse('it stands in another cell')
    if (!(time > this.#actingAt)) refuse(`it is ${this.#actingAt} already`)
    if (time < scenario.start) refuse('before the start only the census comes')
    if (time < catalogue.commissionedAt[number]) refuse('it is not in service yet')
    this.#wakes.wakeBy(number, time)
  }

  /** What began or ended. */
  #tellIncidents(at: number, timestamp: number): void {
    const { epoch } = this.#mark
    for (const { planned: _, from, until, ...incident } of this.#incidents.drain()) {
      const span = { from: isoTime(from), until: isoTime(until) }
      this.#news.push({ record: { epoch, ...incident, ...span }, at, timestamp })
    }
  }

  #reach(time: number): number {
    this.#simulatedTo = Math.max(this.#simulatedTo, time)
    return this.#simulatedTo
  }
}

/** Those of the scenario; operators may start more. */
function incidentsOf({ city, catalogue, scenario, incidents }: KernelOptions): CityIncidents {
  const { seed, start } = scenario
  const made = new CityIncidents({ city, catalogue, seed, kinds: incidents ?? incidentKinds })
  for (const { id, kind, fromMs, forMs, place, severity, parameters } of scenario.incidents) {
    const from = start + fromMs
    const span = { from, until: from + forMs, planned: forMs }
    const problem = made.add({ id, kind, ...span, place, severity, parameters, by: 'scenario' })
    if (problem) throw new Problem(`scenario ${scenario.name} incident ${id}: ${problem}`)
  }
  return made
}
