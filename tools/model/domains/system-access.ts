// Holds the hub's calls to what is expected: a believable order of industries, a day's rhythm, a steady share served.
import { HOUR_MS, parseCityDate } from '../../../infra/time.ts'
import { HEARTBEAT, type Heartbeat } from '../../../producers/domains/system-access/event.ts'
import type { AccessParameters } from '../../../producers/domains/system-access/parameters.ts'
import { Buckets } from '../buckets.ts'
import { type OpenCheck, within } from '../check.ts'
import { mean } from '../statistics.ts'

const ASSUMED = 'demo assumption'

export const openAccessCheck: OpenCheck = ({ context, start, days }) => {
  const served = new Buckets(start, HOUR_MS, days * 24)
  const perHour = new Buckets(start, HOUR_MS, days * 24)
  const byIndustry = new Float64Array(context.assets.length)
  const connected = new Uint8Array(context.assets.length)

  function callsOf(slug: string): number {
    const { catalogue, assets } = context
    return byIndustry[assets.findIndex((n) => catalogue.attributes[n].slug === slug)]
  }

  return {
    on({ event, i, time, data }) {
      if (event !== HEARTBEAT) return
      const beat = data as Heartbeat
      served.add(time, beat.served)
      perHour.add(time, beat.calls)
      byIndustry[i] += beat.calls
      connected[i] = beat.connected > 0 ? 1 : 0
    },
    rows() {
      const { callsPerMinute, joined, curve: name } = context.parameters as AccessParameters
      const hours = perHour.sums()
      const shares = served.sums().map((s, k) => s / hours[k])
      const at = (hour: number) => mean(hours.filter((_, k) => k % 24 === hour && k < 5 * 24))
      const expected = (hour: number) => context.demand.curve(name, start + (hour + 0.5) * HOUR_MS)
      const curve = expected(10) / expected(3)
      const there = connected.reduce((a, b) => a + b, 0) / connected.length
      const [most] = Object.entries(callsPerMinute).sort((a, b) => b[1] - a[1])[0]
      const first = callsOf(most) / Math.max(...byIndustry)
      const late = Object.values(joined).filter((date) => parseCityDate(date, most) > start)
      const known = 1 - late.length / connected.length
      return [
        within('calls served, least hour', 'steady', 100 * Math.min(...shares), 94, 100, ' %'),
        within('calls served, mean', ASSUMED, 100 * mean(shares), 98, 99.7, ' %'),
        within(`calls of ${most} over the most`, 'practice', first, 1, 1),
        within(
          'calls, 10 h over 03 h on workdays',
          'the curve',
          at(10) / at(3),
          0.8 * curve,
          1.2 * curve,
        ),
        within(
          'industries connected',
          'by date of joining',
          100 * there,
          100 * known,
          100 * known + 5,
          ' %',
        ),
      ]
    },
    plots() {
      const points = perHour.points(perHour.sums().map((n) => n / 1000))
      return [
        {
          name: 'system-access',
          title: { zh: '一周的平台调用', en: 'A week of calls of the hub' },
          unit: { zh: '千次/小时', en: 'thousands per hour' },
          lines: [{ name: { zh: '全部行业', en: 'all industries' }, points }],
        },
      ]
    },
  }
}
