// The one picture of the newest run that all clients share, kept by tailing the log's downstream topics.
import type { FastifyBaseLogger } from 'fastify'
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import type { AcceptedCommand, Descriptor } from '../../../producers/contract/records.ts'
import { isForConductor } from '../../../producers/contract/run/run-commands.ts'
import { createRunReader, type RunFact } from '../../../producers/contract/run/run-reader.ts'
import type { RunSummary } from '../../messages.ts'
import type { ConsoleMetrics } from '../metrics.ts'
import type { ConsoleOptions } from '../options.ts'
import type { SnapshotListener, SnapshotSource } from './listener.ts'
import { createRun, type ShownRun } from './run.ts'
import { createTakers } from './takers.ts'

/** Records of a run whose descriptor was not read yet (tails are not ordered among each other). */
const MAX_AHEAD = 20_000
const MAX_AHEAD_BYTES = 64 * 1024 * 1024
const MAX_RUNS = 1_000

export type Snapshot = ReturnType<typeof createSnapshot>

type KnownRun = Omit<RunSummary, 'current'>
type Ahead = { epoch: number; take: (run: ShownRun) => void; bytes: number }
type Dependencies = Pick<ConsoleOptions, 'cityOf' | 'catalogueOf' | 'topics' | 'clock'> & {
  logger: FastifyBaseLogger
  metrics: ConsoleMetrics
  ignored: Pick<IgnoredRecords, 'report'>
}

export function createSnapshot(dependencies: Dependencies) {
  const { logger, metrics, topics, clock, ignored } = dependencies
  const listeners: SnapshotListener[] = []
  const known: KnownRun[] = []
  const runs = createRunReader({ topic: topics.run, report: dependencies.ignored.report })
  let current: ShownRun | null = null
  let newestEpoch = -1
  let problem: string | null = null
  let ahead: Ahead[] = []
  let aheadBytes = 0

  function tell(call: (listener: SnapshotListener) => void): void {
    for (const listener of listeners) call(listener)
  }

  /** Runs `take` on the run of this epoch: now, or when its descriptor arrives; never on a lower one. */
  function on(epoch: number, take: (run: ShownRun) => void, bytes = 0): void {
    if (current?.epoch === epoch) take(current)
    else if (epoch > newestEpoch) {
      ahead.push({ epoch, take, bytes })
      aheadBytes += bytes
      // A stranger's run may never come.
      while (ahead.length > MAX_AHEAD || aheadBytes > MAX_AHEAD_BYTES) {
        aheadBytes -= ahead.shift()!.bytes
      }
    }
  }

  function describe(epoch: number, descriptor: Descriptor): void {
    const { run, scenario, seed, start } = descriptor
    if (!known.some((k) => k.epoch === epoch)) known.push({ run, epoch, scenario, seed, start })
    if (known.length > MAX_RUNS) known.shift()
    if (epoch <= newestEpoch) return
    newestEpoch = epoch
    try {
      current = createRun(epoch, descriptor, dependencies)
      problem = null
    } catch (error) {
      current = null
      problem = error instanceof Error ? error.message : String(error)
      logger.error({ epoch, err: error }, 'this run cannot be shown')
    }
    const waiting = ahead.filter((a) => a.epoch === epoch)
    ahead = ahead.filter((a) => a.epoch > epoch)
    aheadBytes = ahead.reduce((sum, a) => sum + a.bytes, 0)
    tell((l) => l.run?.())
    if (current) for (const { take } of waiting) take(current)
  }

  function takeFact(run: ShownRun, fact: RunFact, at: number): void {
    if (fact.kind === 'horizon') {
      if (run.clock.onHorizon(fact.horizon, at)) tell((l) => l.clock?.())
    } else if (fact.kind === 'progress') run.clock.onProgress(fact.progress, at)
    else if (fact.kind === 'end') {
      run.clock.onEnd(fact.end)
      tell((l) => l.clock?.())
    } else if (fact.kind === 'command') intervene(run, fact.command)
  }

  const takers: Record<SnapshotSource, (record: LogRecord, partition: number) => void> = {
    ...createTakers({ ignored, topics, tell, on, isWanted: (epoch) => epoch >= newestEpoch }),
    run(record) {
      const fact = runs.read(record)
      if (fact?.kind === 'descriptor') describe(fact.epoch, fact.descriptor)
      else if (fact && current && fact.epoch === current.epoch) {
        takeFact(current, fact, record.timestamp)
      }
    },
  }

  return {
    /** Takes one record; one that fits nothing is reported and passed over. */
    take(source: SnapshotSource, record: LogRecord, partition = 0): void {
      if (record.value === null) return // a tombstone
      const topic = topics[source]
      metrics.records.inc({ topic })
      try {
        takers[source](record, partition)
      } catch (error) {
        // The readers let nothing through that could throw: a fault of ours, which must not take the page away.
        const detail = error instanceof Error ? error.message : String(error)
        ignored.report({ topic, partition, offset: record.offset, reason: 'schema', detail })
        logger.error({ topic, offset: String(record.offset), err: error }, 'record passed over')
      }
    },
    current: () => current,
    /** Why nothing can be shown, or null. */
    problem(): string | null {
      if (current) return null
      return problem ?? `run: none on ${topics.run}, expected a run; start the producers`
    },
    /** Newest first. */
    runs(): RunSummary[] {
      return known
        .map((run) => ({ ...run, current: run.epoch === newestEpoch }))
        .sort((a, b) => b.epoch - a.epoch)
    },
    listen(listener: SnapshotListener): void {
      listeners.push(listener)
    },
    now: () => clock.now(),
  }
}

/** Speed, pause and jump change no event; everything else that was accepted does. */
function intervene({ interventions }: ShownRun, { name, effectiveAt }: AcceptedCommand): void {
  if (isForConductor({ name })) return
  interventions.count++
  if (interventions.first === null || effectiveAt < interventions.first) {
    interventions.first = effectiveAt
  }
}
