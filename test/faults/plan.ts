// What is done to the city, in which order and to whom: drawn from a seed, so that a run can be repeated.
import { stream, uniform } from '../../infra/random.ts'

export type Strike =
  | { kind: 'kill-processor'; target: string }
  /** Killed, and away until the others have taken its work over. */
  | { kind: 'lose-processor'; target: string }
  | { kind: 'kill-producer'; target: string }
  /** SIGSTOP for so long, then SIGCONT: the group goes on without it, and it does not know. */
  | { kind: 'zombie'; target: string; ms: number }
  /** A member more or less every few seconds. */
  | { kind: 'rebalance-storm'; ms: number; everyMs: number }
  | { kind: 'broker-restart' }
  | { kind: 'broker-kill' }
  | { kind: 'broker-pause'; ms: number }

/** After each strike the city is left alone for `calmMs` once it has recovered. */
export type Planned = { strike: Strike; calmMs: number }

export type Counts = {
  processorKills: number
  processorLosses: number
  producerKills: number
  zombies: number
  zombieMs: number
  stormMs: number
  brokerRestarts: number
  brokerKills: number
  brokerPauses: number
  pauseMs: number
}

/** What a release has to stand. */
export const FULL: Counts = {
  processorKills: 20,
  processorLosses: 3,
  producerKills: 5,
  zombies: 3,
  zombieMs: 15_000,
  stormMs: 120_000,
  brokerRestarts: 1,
  brokerKills: 1,
  brokerPauses: 1,
  pauseMs: 30_000,
}

/** What every test run has to stand, in about a minute. */
export const SHORT: Counts = {
  processorKills: 2,
  processorLosses: 1,
  producerKills: 1,
  zombies: 1,
  zombieMs: 8_000,
  stormMs: 0,
  brokerRestarts: 0,
  brokerKills: 1,
  brokerPauses: 0,
  pauseMs: 0,
}

const STORM_EVERY_MS = 5_000
const MAX_CALM_MS = 2_500

export const PROCESSORS = ['processor-0', 'processor-1']
export const PRODUCERS = ['producer-0', 'producer-1']

export function planFaults(seed: number, counts: Counts): Planned[] {
  const draws = stream(seed, 'faults', 'plan')
  const pick = <T>(list: T[]): T => list[Math.floor(uniform(draws, 0) * list.length)]
  const many = (count: number, make: () => Strike) => Array.from({ length: count }, make)
  const strikes: Strike[] = [
    ...many(counts.processorKills, () => ({ kind: 'kill-processor', target: pick(PROCESSORS) })),
    ...many(counts.processorLosses, () => ({ kind: 'lose-processor', target: pick(PROCESSORS) })),
    ...many(counts.producerKills, () => ({ kind: 'kill-producer', target: pick(PRODUCERS) })),
    ...many(counts.zombies, () => ({
      kind: 'zombie',
      target: pick(PROCESSORS),
      ms: counts.zombieMs,
    })),
    ...many(counts.stormMs > 0 ? 1 : 0, () => ({
      kind: 'rebalance-storm',
      ms: counts.stormMs,
      everyMs: STORM_EVERY_MS,
    })),
    ...many(counts.brokerRestarts, () => ({ kind: 'broker-restart' })),
    ...many(counts.brokerKills, () => ({ kind: 'broker-kill' })),
    ...many(counts.brokerPauses, () => ({ kind: 'broker-pause', ms: counts.pauseMs })),
  ]
  // Fisher and Yates.
  for (let i = strikes.length - 1; i > 0; i--) {
    const j = Math.floor(uniform(draws, 0) * (i + 1))
    ;[strikes[i], strikes[j]] = [strikes[j], strikes[i]]
  }
  return strikes.map((strike) => ({ strike, calmMs: uniform(draws, 0) * MAX_CALM_MS }))
}

/** `kill-processor processor-1`, for reports. */
export function nameOf(strike: Strike): string {
  const target = 'target' in strike ? ` ${strike.target}` : ''
  const ms = 'ms' in strike ? ` ${strike.ms / 1000} s` : ''
  return `${strike.kind}${target}${ms}`
}
