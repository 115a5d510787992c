// What an operator asks of a twin: how far it is, and whether it keeps up with its run.
import type { Metrics } from '../../infra/metrics.ts'
import type { RunningTwin } from '../../twin/twin.ts'

export type WatchedTwin = Pick<RunningTwin, 'view' | 'audit' | 'takeLongest'>

export function watchTwin(metrics: Metrics, twin: WatchedTwin): void {
  metrics.watchLevel(
    'huacheng_twin_behind_seconds',
    'Wall time by which the twin is behind its run, at the speed of the run; NaN while there is no twin',
    () => (twin.view()?.behindMs ?? Number.NaN) / 1000,
  )
  metrics.watchLevel(
    'huacheng_twin_simulated_timestamp_seconds',
    'Simulated time up to which the twin has happened and was read; NaN while there is no twin',
    () => (twin.view()?.reached ?? Number.NaN) / 1000,
  )
  metrics.watchLevel(
    'huacheng_twin_longest_slice_seconds',
    'Longest work of the twin without a turn for the rest of its process, since this was asked last',
    () => twin.takeLongest() / 1000,
  )
  metrics.watchLevel(
    'huacheng_twin_finals',
    'Finals of the twin of the present run; NaN while there is no twin',
    () => twin.audit()?.finals ?? Number.NaN,
  )
  metrics.watchLevel(
    'huacheng_twin_differing_finals',
    "Finals of the twin that are not what the truth of the twin's own kernel says; expected 0",
    () => twin.audit()?.differing ?? Number.NaN,
  )
  metrics.watchLevel(
    'huacheng_twin_unexplained_events',
    'Events of the twin that its own accounts do not explain; expected 0',
    () => twin.audit()?.unexplained ?? Number.NaN,
  )
}
