// Producers and processor of a whole city in one process, on any log: what the demo shows and the tests hold to account.

import type { Recovery } from '../../console/messages.ts'
import type { Clock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createIgnoredRecords, type IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import type { Logger } from '../../infra/logger.ts'
import type { MemoryConnection } from '../../infra/memory/connection.ts'
import type { Metrics } from '../../infra/metrics.ts'
import type { compileRun } from '../../processor/program/program.ts'
import { runProcessor } from '../../processor/run.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { type Topics, topicSpecs } from '../../producers/contract/topics.ts'
import { startConductor } from '../../producers/run/conductor/conductor.ts'
import type { KernelKeeper } from '../../producers/run/shard/kept-kernel.ts'
import { startShard } from '../../producers/run/shard/shard.ts'
import { runId } from '../../seeds/scenario/scenario.ts'
import { startKillableProcessor } from '../demo/killable-processor.ts'
import type { World } from './world.ts'

const LEAD_MS = 250
const OWNER = 'processor-1'

export type OneProcessOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  world: World
  logger: Logger
  metrics?: Metrics
  /** Where records that fit nothing are reported; default one for the producers and the processor. */
  ignored?: IgnoredRecords
  /** The producers' way to the log, where it is not the same. */
  producersLog?: EventLog
  /** Begins a run anew sooner, for the memory of a second simulation. */
  keepsSpare?: boolean
  /** Keeps the kernel at some times, and may have the one to go on with. */
  keeper?: KernelKeeper
  /** Who begins again and again with the same run need not compile it each time. */
  compile?: typeof compileRun
  /** A connection for each life of the processor; without it the processor cannot be killed. */
  connect?: () => MemoryConnection
  /** Somebody else reads along, and the run must not leave him behind. */
  isHeldUp?: () => boolean
  /** And the log keeps each of them until everybody has it: compaction would leave the newest. */
  checkpointsEveryWindow?: boolean
}

/** Creates the topics and starts one shard, the conductor and the processor; resolves once all of them run. */
export async function startOneProcess(options: OneProcessOptions) {
  const { log, clock, topics, world, logger, metrics } = options
  const { city, catalogue, domains } = world
  await log.ensureTopics(specsOf(options))
  const { ignored = createIgnoredRecords({ clock, logger, metrics }) } = options
  const shared = { log, clock, topics, ignored }
  const { connect, compile } = options
  const cityOf = () => city
  const catalogueOf = () => catalogue
  const parts = { clock, topics, cityOf, catalogueOf, compile, logger, metrics, ignored }
  const killable = connect ? await startKillableProcessor({ ...parts, connect }) : null
  const processor =
    killable ??
    (await runProcessor({
      ...parts,
      log,
      owner: OWNER,
      checkpointsEveryWindow: options.checkpointsEveryWindow,
    }))
  const shard = await startShard({
    ...shared,
    log: options.producersLog ?? log,
    shard: 0,
    shards: 1,
    domains,
    keepsSpare: options.keepsSpare,
    keeper: options.keeper,
    worldOf: () => world,
  })
  const conductor = await startConductor({
    ...shared,
    descriptorOf: (restart) => restartOf(world.descriptor, restart),
    domainOf(target) {
      const number = catalogue.numberOf(target)
      return number < 0 ? undefined : catalogue.domains[catalogue.domain[number]]
    },
    leadMs: LEAD_MS,
    processed: () => (options.isHeldUp?.() ? null : processor.watermark()),
    onProblem: (text) => logger.warn(text),
  })
  return {
    processor,
    conductor,
    shard,
    /** Kills the processor and resolves when another has recovered its tasks; null without `connect`. */
    kill: killable ? (tell: (soFar: Recovery) => void) => killable.kill(tell) : null,
    /** Rejects when a part died. */
    failed: Promise.race([processor.done, shard.done, conductor.done]),
    /** Nothing is simulated any more, and the processor dies: nobody needs what it would still write. */
    async drop() {
      await Promise.all([conductor.stop(), shard.stop()])
      killable?.end()
    },
    /** Upstream first, so that nothing is left half-way. */
    async stop() {
      await conductor.stop()
      await shard.stop()
      await processor.stop()
    },
  }
}

/** The descriptor of the n-th start of the same scenario: another run, so another id (design.md §4). */
export function restartOf(descriptor: Descriptor, restart: number): Descriptor {
  if (restart === 0) return descriptor
  const { seed, digest, start } = descriptor
  return { ...descriptor, run: runId(seed, digest, Date.parse(start), restart) }
}

function specsOf({ topics, world, checkpointsEveryWindow = false }: OneProcessOptions) {
  const { domains, partitions } = world.scenario
  return topicSpecs(topics, domains, partitions).map((spec) =>
    checkpointsEveryWindow && spec.name === topics.checkpoint
      ? { ...spec, cleanup: 'delete' as const }
      : spec,
  )
}
