// Events per simulated minute as small bars at the foot of the timeline, from the server's memory and the stream.
import { useApp } from '../shell/context.ts'

const MINUTE_MS = 60_000
/** Bars across the whole run. */
const BARS = 240

export function RateBars(props: {
  part: (time: number) => number
  spanMs: number
  height: number
}) {
  const { part, spanMs, height: floor } = props
  const { store } = useApp()
  const bucketMinutes = Math.max(1, Math.round(spanMs / MINUTE_MS / BARS))
  const sums = new Map<number, { events: number; minutes: number }>()
  for (const { minute, events } of store.rates.bars.value) {
    const bucket = Math.floor(minute / bucketMinutes)
    const sum = sums.get(bucket) ?? { events: 0, minutes: 0 }
    sums.set(bucket, { events: sum.events + events, minutes: sum.minutes + 1 })
  }
  const past = store.rates.past.value
  const bucketMs = bucketMinutes * MINUTE_MS
  const before = (past?.counts ?? []).map((events, i) => {
    const from = past!.from + i * past!.stepMs
    return { from, to: from + past!.stepMs, rate: (events * MINUTE_MS) / past!.stepMs }
  })
  const since = [...sums].map(([bucket, { events, minutes }]) => {
    const [from, to] = [bucket * bucketMs, (bucket + 1) * bucketMs]
    return { from: Math.max(from, before.at(-1)?.to ?? from), to, rate: events / minutes }
  })
  const bars = [...before, ...since]
  const top = Math.max(1, ...bars.map((b) => b.rate))
  return (
    <g class="progress-bars">
      {bars.map(({ from, to, rate }) => {
        const [left, right] = [part(from), part(to)]
        const height = (rate / top) * 0.5 * floor
        return (
          <rect
            key={from}
            x={left}
            width={Math.max(0.6, right - left - 0.4)}
            y={floor - height}
            height={height}
          />
        )
      })}
    </g>
  )
}
