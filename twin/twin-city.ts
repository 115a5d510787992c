// A city as it would be without something: the run's own kernel, tasks and merge, fed by hand in small steps.
import type { NewRecord } from '../infra/event-log/event-log.ts'
import type { KpiReading, TwinReading } from '../processor/contract/types.ts'
import { createInProcessProcessor, type InProcessProcessor } from '../processor/in-process.ts'
import type { AcceptedCommand, Descriptor } from '../producers/contract/records.ts'
import { isForConductor } from '../producers/contract/run/run-commands.ts'
import { createKernel, type Kernel } from '../producers/kernel/kernel.ts'
import { CommandSchedule } from '../producers/run/shard/command-schedule.ts'
import type { ProducerWorld } from '../producers/run/shard/shard.ts'
import type { Domain } from '../producers/simulation/simulator.ts'
import { isLeftOut, playedBy } from './left-out.ts'

/** Events of one step: about a millisecond of work. */
const STEP_EVENTS = 250

export type TwinCityOptions = {
  /** `usual`, or the id of the command that is left out. */
  twin: string
  /** The run's. */
  epoch: number
  descriptor: Descriptor
  world: ProducerWorld
  domains: Domain[]
}

/** What the twin has found when it held its finals against the truth of its own kernel, and its accounts against its ticks. */
export type TwinAudit = {
  /** Finals so far, window and day. */
  finals: number
  /** Of them, those that are not what the truth says. */
  differing: number
  /** Events of all topic-partitions that nothing explains: missing, or too many. */
  unexplained: number
}

/** Without a wall clock the intended send time is the sim time itself. */
const simTimestamp = (time: number) => time

export class TwinCity {
  readonly #twin: string
  readonly #kernel: Kernel
  readonly #processor: InProcessProcessor
  readonly #commands = new CommandSchedule()
  /** What the kernel has made and the processor has not read yet, in the order in which a log would have it. */
  #unread: (() => void)[] = []
  readonly #end: number
  #reached = Number.NEGATIVE_INFINITY
  /** Next offset by topic-partition. */
  readonly #offsets = new Map<string, bigint>()
  #finals = 0
  #differing = 0

  constructor({ twin, epoch, descriptor, world, domains }: TwinCityOptions) {
    const { city, catalogue } = world
    const scenario = playedBy(twin, world.scenario)
    const whole = { shard: 0, shards: 1 }
    this.#twin = twin
    this.#end = scenario.start + scenario.durationMs
    this.#kernel = createKernel({ city, catalogue, scenario, descriptor, domains, epoch, ...whole })
    this.#processor = createInProcessProcessor(descriptor, catalogue, city, epoch)
    this.#kernel.begin(scenario.start)
  }

  /** Everything older than this sim time has happened and was read. */
  get reached(): number {
    return this.#reached
  }

  get events(): number {
    return this.#kernel.events
  }

  /** Accepted by the run: happens here too, unless it is what the twin is without. In the order of the log. */
  take(command: AcceptedCommand): void {
    if (!isForConductor(command) && !isLeftOut(this.#twin, command)) this.#commands.add(command)
  }

  /** Goes a millisecond's work or so towards sim time `to`, as the run's shards would; false where it stands there already. */
  step(to: number): boolean {
    const read = this.#unread.shift()
    if (read) {
      read()
      return true
    }
    this.#reached = this.#kernel.simulatedTo
    const next = this.#commands.first(to)
    const limit = Math.min(next?.effectiveAt ?? to, this.#end)
    if (this.#reached < limit) {
      this.#kernel.advance(limit, simTimestamp, STEP_EVENTS)
      this.#drain()
      return true
    }
    if (!next) return false
    this.#commands.removeFirst()
    // Whether it was refused the run's own shards have answered.
    this.#kernel.obey(next.command)
    return true
  }

  /** Since the last call, window and day, in the order in which they became final. */
  takeFinals(): TwinReading[] {
    // Nobody is alerted by what does not happen, and what was refused stands in the account.
    this.#processor.takeAlerts()
    this.#processor.takeRejected()
    const readings = this.#processor.takeReadings()
    this.#finals += readings.length
    for (const { truth } of readings) if (truth === 'differs') this.#differing++
    return readings.map((reading) => this.#named(reading))
  }

  /** Of what was taken so far. */
  audit(): TwinAudit {
    const accounts = this.#processor.ledger()
    const unexplained = accounts.reduce((sum, { unexplained: of }) => sum + Math.abs(of), 0)
    return { finals: this.#finals, differing: this.#differing, unexplained }
  }

  /** Of the open windows, where something changed since the last call; their days stand under the same keys, and give way. */
  provisional(): TwinReading[] {
    const readings = this.#processor.provisional().filter(({ window }) => window.kind === 'window')
    return readings.map((reading) => this.#named(reading))
  }

  #named(reading: KpiReading): TwinReading {
    return { ...reading, twin: this.#twin }
  }

  /** A window's truth lies in the log before the tick that ends it. */
  #drain(): void {
    const { truth, lanes } = this.#kernel.drain()
    for (const { partial } of truth) {
      this.#unread.push(() => this.#processor.truth(Buffer.from(JSON.stringify(partial))))
    }
    for (const { domain, partition, records } of lanes) {
      this.#unread.push(() => this.#read(domain, partition, records))
    }
  }

  #read(domain: string, partition: number, records: NewRecord[]): void {
    const lane = `${domain}/${partition}`
    let offset = this.#offsets.get(lane) ?? 0n
    for (const record of records) {
      this.#processor.record(domain, partition, { ...record, offset: offset++ })
    }
    this.#offsets.set(lane, offset)
  }
}
