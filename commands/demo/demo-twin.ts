// The demo's twins: one begins with the first thing that anybody does to the city, and one more, without one command, when it is asked for.
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { USUAL } from '../../processor/contract/types.ts'
import { createRunReader } from '../../producers/contract/run/run-reader.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import { type Followed, follow } from '../../producers/run/shard/follow.ts'
import type { Scenario } from '../../seeds/contract.ts'
import { differs, isLeftOut } from '../../twin/left-out.ts'
import type { TwinProgress } from '../../twin/twin.ts'
import type { TwinAudit } from '../../twin/twin-city.ts'
import type { WatchedTwin } from '../twin/twin-metrics.ts'
import { finalsOnly } from './finals-only.ts'
import { TwinThread, type TwinThreadOptions } from './twin-thread.ts'

export type DemoTwinOptions = Omit<TwinThreadOptions, 'twin' | 'log'> & {
  log: EventLog
  scenario: Scenario
  topics: Pick<Topics, 'run' | 'kpi'>
}

export async function startDemoTwin(options: DemoTwinOptions): Promise<DemoTwin> {
  const twin = new DemoTwin(options)
  await twin.watch()
  return twin
}

export class DemoTwin implements WatchedTwin {
  readonly #options: DemoTwinOptions
  #runs: Followed | null = null
  #usual: TwinThread | null = null
  /** Without one command: a whole city in memory, so never more than one. */
  #other: TwinThread | null = null

  constructor(options: DemoTwinOptions) {
    this.#options = options
  }

  /** Begins when it is time: at once where the scenario has incidents. */
  async watch(): Promise<void> {
    const { log, topics, scenario } = this.#options
    const topic = topics.run
    if (differs(USUAL, scenario, [])) return this.#begin()
    const reader = createRunReader({ topic, report() {} }) // others report what fits nothing
    this.#runs = await follow(log, topic, (record) => {
      const fact = reader.read(record)
      if (fact?.kind === 'command' && isLeftOut(USUAL, fact.command)) this.#begin()
    })
  }

  /** Begins a twin without this command or incident; resolves with the one that was ended for it. */
  async without(id: string): Promise<string | null> {
    const last = this.#other
    if (last?.twin === id) return null
    this.#other = this.#threadOf(id)
    await last?.stop()
    return last?.twin ?? null
  }

  /** Of the one that is furthest behind. */
  view(): TwinProgress | null {
    const views = this.#threads().flatMap((thread) => thread.view() ?? [])
    views.sort((a, b) => b.behindMs - a.behindMs)
    return views[0] ?? null
  }

  audit(): TwinAudit | null {
    const audits = this.#threads().flatMap((thread) => thread.audit() ?? [])
    if (audits.length === 0) return null
    const sum = (field: keyof TwinAudit) => audits.reduce((all, audit) => all + audit[field], 0)
    return { finals: sum('finals'), differing: sum('differing'), unexplained: sum('unexplained') }
  }

  takeLongest(): number {
    return Math.max(0, ...this.#threads().map((thread) => thread.takeLongest()))
  }

  async stop(): Promise<void> {
    await this.#runs?.close()
    await Promise.all(this.#threads().map((thread) => thread.stop()))
  }

  #threads(): TwinThread[] {
    return [this.#usual, this.#other].filter((thread) => thread !== null)
  }

  #begin(): void {
    this.#usual ??= this.#threadOf(USUAL)
  }

  #threadOf(twin: string): TwinThread {
    const { log, topics, values, truth, seeds, logger } = this.#options
    const read = finalsOnly(log, topics.kpi)
    return new TwinThread({ log: read, values, truth, seeds, logger, twin })
  }
}
