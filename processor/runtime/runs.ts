// The runs of a log: tails `run` for descriptors and compiles what tasks and merge need of each.
import type { EventLog, Subscription } from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { createRunReader } from '../../producers/contract/run/run-reader.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import type { Catalogue, City } from '../../seeds/contract.ts'
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
  catalogueOf(descriptor: Descriptor): Catalogue | Promise<Catalogue>
  ignored: Pick<IgnoredRecords, 'report'>
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
  const { log, topics } = options
  const descriptors = new Map<number, Descriptor>()
  const runs = new Map<number, Promise<CompiledRun>>()
  /** Next offset of `run` to read. */
  let position = 0
  let newest: number | null = null
  let waiters: { epoch: number; resolve(): void }[] = []
  const reader = createRunReader({ topic: topics.run, report: options.ignored.report })

  const subscription = await log.tail({
    topic: topics.run,
    from: 'earliest',
    batch({ records, next, end }) {
      for (const record of records) {
        const fact = reader.read(record)
        if (fact?.kind === 'descriptor') descriptors.set(fact.epoch, fact.descriptor)
      }
      position = Number(next)
      // Of a log that is read from its beginning nobody needs the old runs.
      const last = Math.max(-1, ...descriptors.keys())
      if (next >= end && last > (newest ?? -1)) {
        newest = last
        options.onNewest(last, descriptors.get(last)!)
      }
      for (const w of waiters) if (position > w.epoch) w.resolve()
      waiters = waiters.filter((w) => position <= w.epoch)
    },
  })

  async function compile(epoch: number, descriptor: Descriptor): Promise<CompiledRun> {
    const city = await options.cityOf(descriptor)
    const catalogue = await options.catalogueOf(descriptor)
    return { epoch, descriptor, city, domains: compileRun(descriptor, catalogue, city) }
  }

  return {
    subscription,
    newest: () => newest,
    async find(epoch) {
      if (position <= epoch) {
        const [{ latest }] = await log.offsets(topics.run)
        if (BigInt(epoch) >= latest) return null
        if (position <= epoch) {
          await new Promise<void>((resolve) => waiters.push({ epoch, resolve }))
        }
      }
      const descriptor = descriptors.get(epoch)
      if (!descriptor) return null
      let run = runs.get(epoch)
      if (!run) {
        run = compile(epoch, descriptor)
        runs.set(epoch, run)
        // Only the newest few are ever asked for again.
        for (const old of runs.keys()) if (runs.size > 2 && old < epoch) runs.delete(old)
      }
      return run
    },
  }
}
