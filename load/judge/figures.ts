// What a load came to, as far as anything is judged by it.
import type { LatencyHistogram } from '../measure/latency-histogram.ts'
import type { LagFigures } from '../pipeline/lag-watch.ts'
import type { SinkCounts } from '../pipeline/sink.ts'

/** A generator whose events leave later than that did not offer the load that was asked for. */
export const MOST_SEND_DELAY_MS = 10

/** Of what counts: meant after the warm-up. */
export type LoadFigures = {
  /** Events/s that the plan means on average. */
  offered: number
  sent: number
  acked: number
  errors: number
  seconds: number
  send: LatencyHistogram
  ack: LatencyHistogram
  /** Null without a sink. */
  e2e: LatencyHistogram | null
  sink: SinkCounts | null
  /** Null without a group. */
  lag: LagFigures | null
}

/** Why the run proves nothing; empty = it does. `most`: ms that 99 of 100 events may leave late. */
export function invalidity(
  { send, sent }: Pick<LoadFigures, 'send' | 'sent'>,
  most = MOST_SEND_DELAY_MS,
): string[] {
  if (sent === 0) return ['no event was sent after the warm-up']
  const delay = send.quantile(0.99) ?? 0
  if (delay <= most) return []
  return [
    `send delay p99 ${delay.toFixed(1)} ms, expected at most ${most} ms: the generator was late, so this is ` +
      'not the load that was asked for; take more --workers, a higher --linger, or a lower rate',
  ]
}
