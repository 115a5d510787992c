// The transport bar: where the run stands between its start and end, events per minute, pause and speeds.
import { hourMinute, speedText } from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'
import { CLOCK_PAUSE, CLOCK_RESUME, CLOCK_SPEED, RUN_RESTART } from '../../store/commands.ts'
import { errorText } from '../parts/error-text.ts'
import { useApp } from './context.ts'

export function Timeline() {
  return (
    <footer class="timeline panel">
      <Transport />
      <Progress />
      <Speeds />
    </footer>
  )
}

function Transport() {
  const { store } = useApp()
  const clock = store.clock.value
  const run = store.run.value
  const pending = store.commands.open(CLOCK_PAUSE, CLOCK_RESUME, RUN_RESTART)
  if (!clock || !run) return <div class="transport" />
  const allowed = run.commands && store.connection.value.state === 'live' && pending === null
  if (clock.status === 'ended') {
    return (
      <div class="transport">
        <button
          type="button"
          class="primary"
          disabled={!allowed}
          onClick={() => store.commands.issue(RUN_RESTART)}
        >
          ↻ {t('clock.restart')}
        </button>
      </div>
    )
  }
  const paused = clock.status === 'paused'
  return (
    <div class="transport">
      <button
        type="button"
        class={`play ${pending ? 'is-pending' : ''}`}
        disabled={!allowed}
        aria-label={t(paused ? 'clock.resume' : 'clock.pause')}
        aria-keyshortcuts="Space"
        title={`${t(paused ? 'clock.resume' : 'clock.pause')} (Space)`}
        onClick={() => store.commands.issue(paused ? CLOCK_RESUME : CLOCK_PAUSE)}
      >
        {paused ? '▶' : '❚❚'}
      </button>
    </div>
  )
}

function Speeds() {
  const { store } = useApp()
  const clock = store.clock.value
  const run = store.run.value
  const pending = store.commands.open(CLOCK_SPEED)
  if (!clock || !run) return <div class="speeds" />
  const refused = store.commands.sent.value.at(-1)
  const allowed =
    run.commands && clock.status !== 'ended' && store.connection.value.state === 'live'
  return (
    <div class="speeds">
      <fieldset aria-label={t('clock.speed')} class="segmented">
        {run.speeds.map((speed) => (
          <button
            key={speed}
            type="button"
            class={pending?.args.speed === speed ? 'is-pending' : ''}
            aria-pressed={clock.speed === speed}
            disabled={!allowed}
            onClick={() => store.commands.issue(CLOCK_SPEED, { speed })}
          >
            {speedText(speed, lang.value)}
          </button>
        ))}
      </fieldset>
      <span class="speeds-note" aria-live="polite">
        {pending
          ? t('clock.pending')
          : refused?.phase === 'refused'
            ? t('clock.refused', { error: errorText(refused.error) })
            : ''}
      </span>
    </div>
  )
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** Bars of the histogram across the whole run. */
const BARS = 240

function Progress() {
  const { store, tick } = useApp()
  void tick.value
  const clock = store.clock.value
  const now = store.simNow()
  if (!clock || now === null) return <div class="progress" />
  const whole = clock.end - clock.start
  const part = (time: number) => Math.max(0, Math.min(1, (time - clock.start) / whole)) * 1000
  return (
    <div class="progress">
      <svg
        viewBox="0 0 1000 40"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${t('clock.progress')}: ${hourMinute(now, lang.value)}`}
      >
        <rect class="progress-track" x="0" y="30" width="1000" height="4" />
        <rect class="progress-done" x="0" y="30" width={part(now)} height="4" />
        <Histogram part={part} spanMs={whole} />
        <AlertTicks part={part} />
        <line
          class="progress-now"
          x1={part(now)}
          x2={part(now)}
          y1="2"
          y2="38"
          vector-effect="non-scaling-stroke"
        />
      </svg>
      <Hours start={clock.start} end={clock.end} />
      <span class="progress-note">{t('clock.rate')}</span>
    </div>
  )
}

function Histogram({ part, spanMs }: { part: (time: number) => number; spanMs: number }) {
  const { store } = useApp()
  const bucketMinutes = Math.max(1, Math.round(spanMs / MINUTE_MS / BARS))
  const sums = new Map<number, { events: number; minutes: number }>()
  for (const { minute, events } of store.rates.bars.value) {
    const bucket = Math.floor(minute / bucketMinutes)
    const sum = sums.get(bucket) ?? { events: 0, minutes: 0 }
    sums.set(bucket, { events: sum.events + events, minutes: sum.minutes + 1 })
  }
  const bars = [...sums].map(([bucket, { events, minutes }]) => ({
    bucket,
    rate: events / minutes,
  }))
  const top = Math.max(1, ...bars.map((b) => b.rate))
  return (
    <g class="progress-bars">
      {bars.map(({ bucket, rate }) => {
        const from = part(bucket * bucketMinutes * MINUTE_MS)
        const to = part((bucket + 1) * bucketMinutes * MINUTE_MS)
        const height = (rate / top) * 26
        return (
          <rect
            key={bucket}
            x={from}
            width={Math.max(0.6, to - from - 0.4)}
            y={29 - height}
            height={height}
          />
        )
      })}
    </g>
  )
}

/** Where alerts opened. */
function AlertTicks({ part }: { part: (time: number) => number }) {
  const { store } = useApp()
  return (
    <>
      {store.alerts.value.map((alert) => {
        const x = part(Date.parse(alert.openedAt))
        const tone = alert.closedAt === null ? alert.severity : 'muted'
        return (
          <line
            key={alert.id}
            class={`progress-alert tone-${tone}`}
            x1={x}
            x2={x}
            y1="29"
            y2="36"
            vector-effect="non-scaling-stroke"
          />
        )
      })}
    </>
  )
}

function Hours({ start, end }: { start: number; end: number }) {
  const hours = (end - start) / HOUR_MS
  const step = (hours > 36 ? 12 : hours > 12 ? 3 : hours > 4 ? 1 : 0.25) * HOUR_MS
  // Multiples of the step in the city's time, which is 8 h ahead.
  const first = Math.ceil((start + 8 * HOUR_MS) / step) * step - 8 * HOUR_MS
  const marks: number[] = []
  for (let at = first; at <= end; at += step) marks.push(at)
  return (
    <svg class="progress-hours" aria-hidden="true">
      {marks.map((at) => (
        <text key={at} x={`${((at - start) / (end - start)) * 100}%`} y="75%">
          {hourMinute(at, lang.value)}
        </text>
      ))}
    </svg>
  )
}
