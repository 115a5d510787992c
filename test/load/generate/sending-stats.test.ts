// Coordinated omission: one stall of two seconds must cost every event that it held up, not one.
import { describe, expect, it } from 'vitest'
import { SendingStats } from '../../../load/generate/sending-stats.ts'
import { LatencyHistogram } from '../../../load/measure/latency-histogram.ts'

/** A server with one pair of hands: 1,000 events a second come, each takes 0.2 ms, and once it stands for 2 s. */
const EVENTS = 20_000
const SERVICE_MS = 0.2
const STALLS_AT = 5_000
const STALL_MS = 2_000

/** Ms at which each was done, if all come when they are meant. */
function* served(): Generator<{ meant: number; begun: number; done: number }> {
  let free = 0
  for (let meant = 0; meant < EVENTS; meant++) {
    let begun = Math.max(free, meant)
    if (meant === STALLS_AT) begun += STALL_MS
    free = begun + SERVICE_MS
    yield { meant, begun, done: free }
  }
}

const whole = (ms: number | null) => Math.round(ms!).toLocaleString('en')

describe('what a worker counts', () => {
  it('is the latency from the intended time: p99 1,841 ms and p99.9 1,985 ms', () => {
    const stats = new SendingStats()
    const fromSend = new LatencyHistogram()
    for (const { meant, begun, done } of served()) {
      stats.sent(meant, meant, 300, true)
      stats.acked(meant, done, true)
      // Who sends only when the answer is there sees the stall once.
      fromSend.record(meant === STALLS_AT ? STALL_MS + SERVICE_MS : done - begun)
    }
    const { ack, sent, acked } = stats.take(EVENTS)
    stats.close()
    const total = new LatencyHistogram()
    total.add(ack.measured)
    expect([sent, acked]).toEqual([EVENTS, EVENTS])
    expect([whole(total.quantile(0.99)), whole(total.quantile(0.999))]).toEqual(['1,841', '1,985'])
    expect([fromSend.quantile(0.99), fromSend.quantile(0.999)]).toEqual([0.2, 0.2])
  })

  it('leaves the warm-up out of what counts', () => {
    const stats = new SendingStats()
    stats.sent(0, 1, 100, false)
    stats.sent(1000, 1001, 100, true)
    stats.failed(2, 1)
    expect(stats.take(2000)).toMatchObject({
      sent: 2,
      failed: 2,
      measured: { sent: 1, failed: 1, bytes: 100 },
    })
    stats.close()
  })
})
