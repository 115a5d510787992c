// A few sim minutes of a small city on the memory log, recorded as they happen.
import { recordSimulated, worldToRecord } from '../../commands/replay/record-simulated.ts'
import { type Clock, realClock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createLogger } from '../../infra/logger.ts'
import type { Codec } from '../../replay/recording/codec.ts'
import type { Catalogue, City } from '../../seeds/contract.ts'

/** Twenty times as fast: a minute of a task's checkpoints within three seconds. */
export function fastClock(): Clock {
  const since = Date.now()
  return {
    now: () => since + 20 * (Date.now() - since),
    schedule: (ms, task) => realClock.schedule(ms / 20, task),
    turn: realClock.turn,
  }
}

/** Resolves with the manifest when the run is over and recorded. */
export async function recordSmallRun(
  folder: string,
  codec: Codec,
  values: Record<string, string> = {},
  /** Of the run: a faster one than the machine's cuts checkpoints at shorter intervals. */
  clock?: Clock,
  /** Done once it runs. */
  during?: (log: EventLog) => Promise<void>,
) {
  const world = worldToRecord({ scale: '0.02', partitions: '2', for: 'PT5M', ...values })
  const manifest = await recordSimulated(world, { folder, codec, clock, during })
  return { manifest, world }
}

/** What a replay of that world's runs is opened with. */
export const replayOptionsOf = (world: { city: City; catalogue: Catalogue }) => ({
  clock: realClock,
  cityOf: () => world.city,
  catalogueOf: () => world.catalogue,
  logger: createLogger({ level: 'error' }),
})
