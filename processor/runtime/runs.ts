// The runs of a log: tails `run` for descriptors and compiles what tasks and merge need of each.
import type { Batch, EventLog, Subscription } from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { createRunReader, type RunReader } from '../../producers/contract/run/run-reader.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import type { City, PlacedAssets } from '../../seeds/contract.ts'
import { compileRun, type DomainProgram } from '../program/program.ts'

export type CompiledRun = {
  /** Offset of the descriptor in `run` (design.md §3). */
  epoch: number
  descriptor: Descriptor
  city: City
  domains: Map<string, DomainProgram>
}

export type RunsOptions = {
  log: EventLog
  topics: Topics
  cityOf(descriptor: Descriptor): City | Promise<City>
  catalogueOf(descriptor: Descriptor): PlacedAssets | Promise<PlacedAssets>
  ignored: Pick<IgnoredRecords, 'report'>
  /** Default: anew. */
  compile?: typeof compileRun
  /** A run newer than all before is known; must not wait for the runs. */
  onNewest(epoch: number, descriptor: Descriptor): void
}

export interface Runs {
  readonly subscription: Subscription
  /** Epoch of the newest run, null before any. */
  newest(): number | null
  /** The run of an epoch; waits until `run` was read that far; null when there is no such run. Rejects on a bad declaration. */
  find(epoch: number): Promise<CompiledRun | null>
}

export async function watchRuns(options: RunsOptions): Promise<Runs> {
  const runs = new WatchedRuns(options)
  const { log, topics } = options
  runs.subscription = await log.tail({
    topic: topics.run,
    from: 'earliest',
    batch: (batch) => runs.take(batch),
  })
  return runs
}

class WatchedRuns implements Runs {
  /** Set before anybody else gets to see the runs. */
  subscription!: Subscription
  readonly #options: RunsOptions
  readonly #reader: RunReader
  readonly #descriptors = new Map<number, Descriptor>()
  readonly #compiled = new Map<number, Promise<CompiledRun>>()
  /** Next offset of `run` to read. */
  #position = 0
  #newest: number | null = null
  #waiters: { epoch: number; resolve(): void }[] = []

  constructor(options: RunsOptions) {
    this.#options = options
    this.#reader = createRunReader({ topic: options.topics.run, report: options.ignored.report })
  }

  newest(): number | null {
    return this.#newest
  }

  take({ records, next, end }: Batch): void {
    for (const record of records) {
      const fact = this.#reader.read(record)
      if (fact?.kind === 'descriptor') this.#descriptors.set(fact.epoch, fact.descriptor)
    }
    this.#position = Number(next)
    // Of a log that is read from its beginning nobody needs the old runs.
    const last = Math.max(-1, ...this.#descriptors.keys())
    if (next >= end && last > (this.#newest ?? -1)) {
      this.#newest = last
      this.#options.onNewest(last, this.#descriptors.get(last)!)
    }
    for (const w of this.#waiters) if (this.#position > w.epoch) w.resolve()
    this.#waiters = this.#waiters.filter((w) => this.#position <= w.epoch)
  }

  async find(epoch: number): Promise<CompiledRun | null> {
    if (this.#position <= epoch) {
      const { log, topics } = this.#options
      const [{ latest }] = await log.offsets(topics.run)
      if (BigInt(epoch) >= latest) return null
      if (this.#position <= epoch) {
        await new Promise<void>((resolve) => this.#waiters.push({ epoch, resolve }))
      }
    }
    const descriptor = this.#descriptors.get(epoch)
    if (!descriptor) return null
    const compiled = this.#compiled
    let run = compiled.get(epoch)
    if (!run) {
      run = this.#compile(epoch, descriptor)
      compiled.set(epoch, run)
      // Only the newest few are ever asked for again.
      for (const old of compiled.keys()) if (compiled.size > 2 && old < epoch) compiled.delete(old)
    }
    return run
  }

  async #compile(epoch: number, descriptor: Descriptor): Promise<CompiledRun> {
    const city = await this.#options.cityOf(descriptor)
    const catalogue = await this.#options.catalogueOf(descriptor)
    const { compile = compileRun } = this.#options
    return { epoch, descriptor, city, domains: compile(descriptor, catalogue, city) }
  }
}
