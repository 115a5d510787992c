// Events per simulated minute as small bars at the foot of the timeline, from the server's memory and the stream.
import type { Rates } from '../../store/rates.ts'
import { useApp, useSame } from '../shell/context.ts'

const MINUTE_MS = 60_000
/** Bars across the whole run. */
const BARS = 240

export function RateBars(props: {
  part: (time: number) => number
  spanMs: number
  height: number
}) {
  const { store } = useApp()
  const { part, spanMs, height: floor } = props
  const path = useSame(() => {
    const bars = barsOf(store.rates, spanMs)
    const top = Math.max(1, ...bars.map(({ rate }) => rate))
    return bars.map(({ from, to, rate }) => {
      const [left, right] = [part(from), part(to)]
      const width = Math.max(0.6, right - left - 0.4)
      const height = (rate / top) * 0.5 * floor
      return `M${left.toFixed(1)} ${floor}v-${height.toFixed(1)}h${width.toFixed(1)}V${floor}`
    })
  })
  return <path class="progress-bars" d={path.join('')} />
}

/** What the server remembers, then what this page saw, in events a minute. */
function barsOf({ bars, past }: Rates, spanMs: number) {
  const bucketMs = Math.max(1, Math.round(spanMs / MINUTE_MS / BARS)) * MINUTE_MS
  const { counts = [], from = 0, stepMs = MINUTE_MS } = past.value ?? {}
  const before = counts.map((events, i) => {
    const begin = from + i * stepMs
    return { from: begin, to: begin + stepMs, rate: (events * MINUTE_MS) / stepMs }
  })
  const since = Map.groupBy(bars.value, ({ minute }) => Math.floor((minute * MINUTE_MS) / bucketMs))
  return [
    ...before,
    ...[...since].map(([bucket, minutes]) => {
      const [begin, to] = [bucket * bucketMs, (bucket + 1) * bucketMs]
      const events = minutes.reduce((sum, minute) => sum + minute.events, 0)
      const rate = events / minutes.length
      return { from: Math.max(begin, before.at(-1)?.to ?? begin), to, rate }
    }),
  ]
}
