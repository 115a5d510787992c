// A kernel that was kept at some time of its run, in place of simulating up to there again: taken only where it agrees with the log.
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import { inParallel } from '../../../infra/in-parallel.ts'
import { isoTime } from '../../../infra/time.ts'
import type { Descriptor, Tick } from '../../contract/records.ts'
import { tickTimesOf } from '../../contract/ticks.ts'
import type { Topics } from '../../contract/topics.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { readLaneTail } from './resume.ts'

const READERS = 8
/** What is looked for is the last record. */
const FIRST_STEP = 4n

/** Keeps a shard's kernel at some times of a run, and has one for a shard that begins at such a time. */
export interface KernelKeeper {
  /** The first sim time (ms) after `after` at which it wants the kernel of the run with this epoch; Infinity = never. */
  next(epoch: number, after: number): number
  /**
   * The kernel stands at such a time: all that happened before is on the log and nothing of what follows, commands for this
   * very time included. It goes on when this resolves.
   */
  keep(epoch: number, kernel: Kernel): Promise<void>
  /** A kernel that goes on from where the run with this epoch stands on the log; null = it has none. */
  take(epoch: number): Kernel | null
  /** What it had is not what the log holds; the shard simulates from the beginning instead. */
  refused(why: string): void
}

/** The run as it stands on the log. */
export type StandingRun = { log: EventLog; topics: Topics; epoch: number; descriptor: Descriptor }

/** The keeper's kernel for this run, if it has one that ends where the log does: the last record of each lane is its last tick. */
export async function takeKept(
  keeper: KernelKeeper | undefined,
  run: StandingRun,
): Promise<Kernel | null> {
  const kernel = keeper?.take(run.epoch) ?? null
  if (!kernel) return null
  const why = await disagreement(kernel, run)
  if (why === null) return kernel
  keeper!.refused(why)
  return null
}

async function disagreement(
  { lanes, simulatedTo }: Kernel,
  { log, topics, epoch, descriptor }: StandingRun,
): Promise<string | null> {
  const times = tickTimesOf(descriptor)
  const run = { id: descriptor.run, epoch, times }
  const found: string[] = []
  await inParallel([...lanes], READERS, async ({ domain, partition, count, chain }) => {
    const topic = topics.domain(domain)
    const { tick, after } = await readLaneTail(log, topic, partition, run, FIRST_STEP)
    const there = tick && (JSON.parse(tick.toString()) as Tick)
    const said = there && `${there.data.count} ${there.data.chain} ${there.time}`
    if (said === `${count} ${chain} ${isoTime(simulatedTo)}` && after?.length === 0) return
    const got = there ? `count ${there.data.count} at ${there.time}` : 'no tick'
    const more = after && after.length > 0 ? `, and ${after.length} records behind it` : ''
    found.push(
      `${domain}/${partition}: the log has ${got}${more}, expected count ${count}, the same chain and nothing behind it at ${isoTime(simulatedTo)}`,
    )
  })
  return found.length > 0 ? `${found[0]} (${found.length} of ${lanes.length} lanes)` : null
}
