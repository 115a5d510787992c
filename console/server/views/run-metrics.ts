// What the console sees of the run, as levels for alert rules: readings' age by domain, speed, what nothing explains.
import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '../../../infra/clock.ts'
import type { ShownRun } from '../state/run.ts'
import type { Snapshot } from '../state/snapshot.ts'

/** A level that is read whenever the metrics are asked for; nothing is exposed where there is no run. */
export function watchRun(
  registry: Registry,
  snapshot: Pick<Snapshot, 'current'>,
  clock: Clock,
  isReady: () => boolean,
): void {
  const registers = [registry]
  const byDomain = (name: string, help: string, of: (run: ShownRun, watermark: number) => number) =>
    new Gauge({
      ...{ name: `huacheng_console_${name}`, help, labelNames: ['domain'], registers },
      collect() {
        this.reset()
        const run = snapshot.current()
        if (!run) return
        for (const [domain, ms] of slowestByDomain(run)) this.set({ domain }, of(run, ms))
      },
    })
  const level = (name: string, help: string, of: (run: ShownRun) => number) =>
    new Gauge({
      ...{ name: `huacheng_console_${name}`, help, registers },
      collect() {
        const run = snapshot.current()
        if (run) this.set(of(run))
        else this.remove()
      },
    })

  byDomain(
    'watermark_timestamp_seconds',
    'Simulated time up to which the readings shown are complete, of the slowest KPI of a domain',
    (_run, watermark) => watermark / 1000,
  )
  byDomain(
    'freshness_seconds',
    'Simulated time by which the slowest KPI of a domain is behind the horizon',
    (run, watermark) => Math.max(0, run.clock.horizonMs() - watermark) / 1000,
  )
  level(
    'unexplained_events',
    'Events that no ledger explains, either way; 0 = every event is accounted for',
    (run) => run.ledger.all().reduce((sum, task) => sum + Math.abs(task.unexplained), 0),
  )
  level(
    'asked_speed',
    'Simulated seconds per second that were asked for; 0 while the run is paused or over',
    (run) => run.clock.view(clock.now()).speed,
  )
  level(
    'achieved_speed',
    'Simulated seconds per second that the slowest shard reached over the last five seconds',
    (run) => run.clock.view(clock.now()).achieved,
  )
  new Gauge({
    ...{ name: 'huacheng_console_ready', help: '1 while /health says ready, else 0', registers },
    collect() {
      this.set(Number(isReady()))
    },
  })
}

function slowestByDomain({ readings, kpis }: ShownRun): Map<string, number> {
  const slowest = new Map<string, number>()
  for (const { reading } of readings.latest()) {
    const domain = kpis.get(reading.kpi)?.domain
    if (domain === undefined || reading.window.kind !== 'window') continue
    const watermark = Date.parse(reading.watermark)
    slowest.set(domain, Math.min(watermark, slowest.get(domain) ?? watermark))
  }
  return slowest
}
