// What an operator asks of the producers: how fast the city goes beside what was asked, how far it is, who holds it up.
import type { Metrics } from '../../infra/metrics.ts'
import type { RunningConductor } from '../../producers/run/conductor/conductor.ts'
import type { RunningShard } from '../../producers/run/shard/shard.ts'

export function watchConductor(metrics: Metrics, conductor: RunningConductor): void {
  const level = (name: string, help: string, read: () => number) =>
    metrics.watchLevel(`huacheng_${name}`, help, read)
  level(
    'asked_speed',
    'Simulated seconds per second that were asked for; 0 while the run is paused or over, +Inf at full speed',
    () => conductor.view().asked,
  )
  level(
    'achieved_speed',
    'Simulated seconds per second that the slowest shard reached over the last five seconds',
    () => conductor.view().achieved,
  )
  level(
    'horizon_timestamp_seconds',
    'Simulated time up to which the city may go now',
    () => conductor.view().horizon / 1000,
  )
  level('run_ended', '1 when the run is over', () => Number(conductor.view().ended))
  level('run_paused', '1 while the clock of the run stands', () => Number(conductor.view().paused))
  metrics.watchTotal(
    'huacheng_horizon_stalls_total',
    'Steps at which the horizon waited for a shard or the processor',
    () => conductor.stalls(),
  )
}

export function watchShard(metrics: Metrics, shard: RunningShard): void {
  metrics.watchTotal(
    'huacheng_events_simulated_total',
    'Events of the current run that this shard has simulated, before faults; starts anew with a run',
    () => shard.events(),
  )
  metrics.watchLevel(
    'huacheng_simulated_timestamp_seconds',
    'Simulated time up to which this shard has simulated; NaN before the run has a horizon',
    () => (shard.view()?.simulatedTo ?? Number.NaN) / 1000,
  )
  metrics.watchLevel(
    'huacheng_behind_seconds',
    'Simulated time by which this shard is behind the clock of the run',
    () => {
      const view = shard.view()
      return view ? Math.max(0, view.due - view.simulatedTo) / 1000 : 0
    },
  )
}
