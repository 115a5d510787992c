// What a scraper sees of a load while it goes on.
import type { Metrics } from '../../infra/metrics.ts'
import type { LoadTest } from './load-run.ts'

const QUANTILES: [name: string, share: number][] = [
  ['p50', 0.5],
  ['p99', 0.99],
]

export function watchLoad(metrics: Metrics, { session, lag }: LoadTest): void {
  const total = (name: string, help: string, read: () => number) =>
    metrics.watchTotal(`huacheng_load_${name}`, help, read)
  const level = (name: string, help: string, read: () => number) =>
    metrics.watchLevel(`huacheng_load_${name}`, help, read)
  total(
    'events_meant_total',
    'Events that the plan means by now; starts anew with a step of a search',
    () => session.meant,
  )
  total(
    'events_sent_total',
    'Events handed to the client; starts anew with a step of a search',
    () => session.measured.all.sent,
  )
  total(
    'events_acked_total',
    'Events acknowledged by the brokers; likewise',
    () => session.measured.all.acked,
  )
  total(
    'errors_total',
    'Events that nobody acknowledged; likewise',
    () => session.measured.all.failed,
  )
  for (const [name, share] of QUANTILES) {
    level(
      `send_delay_${name}_seconds`,
      'From the intended time of an event to its send, warm-up left out',
      () => (session.measured.send.quantile(share) ?? 0) / 1000,
    )
    level(
      `ack_${name}_seconds`,
      'From the intended time of an event to its acknowledgement, warm-up left out',
      () => (session.measured.ack.quantile(share) ?? 0) / 1000,
    )
  }
  level('lag_records', 'Records that the watched group has not read', () => lag?.now ?? 0)
}
