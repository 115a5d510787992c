// The cue at which the city is by its clock.
import type { PageStore } from '../../store/store.ts'

/** Index in the run's cues; -1 = before the first. */
export function reachedCue(store: PageStore): number {
  const now = store.simNow() ?? Number.NEGATIVE_INFINITY
  return (store.run.value?.cues ?? []).filter(({ at }) => Date.parse(at) <= now).length - 1
}
