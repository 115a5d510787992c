// A restarted run is another run: its id carries the restart number (design.md §4).
import type { Descriptor } from '../producers/contract/records.ts'
import { runId } from '../seeds/scenario.ts'

/** The descriptor of the n-th start of the same scenario, 0 first. */
export function restartOf(descriptor: Descriptor, restart: number): Descriptor {
  if (restart === 0) return descriptor
  return {
    ...descriptor,
    run: runId(descriptor.seed, descriptor.digest, Date.parse(descriptor.start), restart),
  }
}
