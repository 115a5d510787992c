// Whose state a kernel's is: what must be the same where it is restored, and a digest of everything else that a run is made of.
import { createHash } from 'node:crypto'
import type { StateOwner } from '../../infra/state/saved-state.ts'
import type { KernelOptions } from './actors.ts'
import type { RunMark } from './encode.ts'

/** A run's speed, words and cues may differ: the simulation knows none of them. */
export function stateOwnerOf(
  options: KernelOptions,
  { run, epoch }: Readonly<RunMark>,
): StateOwner {
  const { scenario, descriptor, shard, shards } = options
  return {
    scenario: `${scenario.name} ${scenario.digest}`,
    run: `${run} at ${epoch}`,
    shard: `${shard} of ${shards}`,
    catalogue: options.catalogue.hash,
    declarations: digestOf([descriptor.declarations, descriptor.truth]),
    settings: digestOf(settingsOf(options)),
  }
}

/** What a scenario's digest leaves out, and what belongs to no scenario. */
function settingsOf({ scenario, ticks = true, faults = true, incidents }: KernelOptions) {
  const { durationMs, tickMs, windowMs } = scenario
  const kinds = incidents?.map(({ kind }) => kind)
  return { durationMs, tickMs, windowMs, faults: faults ? scenario.faults : null, ticks, kinds }
}

const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
