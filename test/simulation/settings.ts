// What a seed decides: the size of the cast, the temper of the network, which kinds of trouble there are.
import type { Fault } from '../../seeds/contract.ts'
import { createChance } from './chance.ts'

/** Kinds of trouble; each seed has some of them, so that none hides behind another. */
const TROUBLES = [
  'producers die',
  'processors die',
  'freezes',
  'deafness',
  'rolling restarts',
  'more processors',
  'twin producers',
  'commands',
  'compaction',
  'checkpoints forgotten',
  'retention',
  'input trimmed',
  'new run',
] as const
export type Trouble = (typeof TROUBLES)[number]

export type Settings = {
  shards: number
  processors: number
  /** Sim seconds per wall second. */
  speed: number
  troubles: Trouble[]
  /** The scenario begins so that a city day ends in its middle. */
  midnight: boolean
  allowedLatenessMs: number
  faults: Fault[]
  network: { meanMs: number; spikes: number }
  /** Share of requests that are written twice, and of those that the client gives up. */
  retried: number
  refused: number
  /** Share of requests behind which another program's transaction leaves its marker: an offset without a record. */
  marked: number
  /** Largest request and largest delivered batch. */
  requestRecords: number
  batchRecords: number
  /** Clocks of the processes differ by up to this. */
  skewMs: number
  /** Time passes while code runs. */
  slow: boolean
  /** Delivered memory is overwritten after the handler. */
  lent: boolean
}

export function drawSettings(seed: number): Settings {
  const luck = createChance(seed, 'settings')
  const troubles = TROUBLES.filter((name) => luck.of(SHARE[name] ?? 0.3))
  return {
    shards: luck.of(0.5) ? 2 : 1,
    processors: 1 + luck.below(3),
    speed: luck.pick([20, 30, 40]),
    troubles: compatible(troubles),
    midnight: luck.of(0.2),
    allowedLatenessMs: luck.of(0.25) ? 15_000 : 0,
    faults: luck.of(0.4) ? drawFaults(luck) : [],
    network: { meanMs: luck.pick([0.5, 2, 6]), spikes: luck.pick([0, 0.005, 0.03]) },
    retried: luck.pick([0, 0.01, 0.1]),
    refused: luck.of(0.1) ? 0.002 : 0,
    requestRecords: luck.pick([1, 3, 500]),
    batchRecords: luck.pick([1, 7, 500]),
    skewMs: luck.of(0.2) ? 40 : 0,
    slow: luck.of(0.3),
    lent: luck.of(0.2),
    marked: luck.pick([0, 0, 0.02, 0.3]),
  }
}

/** Rarer than the rest: what changes the rules by which a run is judged. */
const SHARE: { [trouble in Trouble]?: number } = {
  'input trimmed': 0.06,
  'new run': 0.1,
  'twin producers': 0.2,
  'checkpoints forgotten': 0.15,
}

/**
 * Retention that follows the newest checkpoints is safe only while no zombie can write an older one over them: for real
 * it keeps days where a zombie lives for seconds.
 */
function compatible(troubles: Trouble[]): Trouble[] {
  const zombies: Trouble[] = ['freezes', 'deafness', 'checkpoints forgotten']
  const without = troubles.includes('retention') ? zombies : []
  return troubles.filter((t) => !without.includes(t))
}

function drawFaults(luck: ReturnType<typeof createChance>): Fault[] {
  const kinds = ['drop', 'duplicate', 'late', 'corrupt', 'gateway-outage'] as const
  return luck
    .shuffled(kinds)
    .slice(0, 1 + luck.below(3))
    .map((kind) => ({
      kind,
      domain: 'lamp',
      share: luck.between(0.02, 0.2),
      fromMs: luck.below(60_000),
      forMs: 20_000 + luck.below(60_000),
      delayMs: 5_000 + luck.below(30_000),
    }))
}
