// The run from start to end: nights, the shading KPI's line, events a minute, what happened, cues to go to, and now.
import { useComputed } from '@preact/signals'
import { useCallback, useMemo } from 'preact/hooks'
import type { Cue } from '../../../messages.ts'
import { hourMinute, quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'
import { isPresenting, toCue } from '../presenting/follow-stage.ts'
import { useApp, useSame, useTime } from '../shell/context.ts'
import { curvePath } from './curve.ts'
import { nights, timeMarks } from './marks.ts'
import { RateBars } from './rate-bars.tsx'
import { useCurve } from './use-curve.ts'

/** The drawing is stretched over the track: 1000 × 40. */
const HEIGHT = 40
const LINE_HEIGHT = 30

export function Track() {
  const { store, tick } = useApp()
  const curve = useCurve()
  const { start, end } = useSame(() => {
    const clock = store.clock.value
    return { start: clock?.start ?? 0, end: clock?.end ?? 0 }
  })
  const part = useCallback<PlaceOf>(
    (time) => Math.max(0, Math.min(1, (time - start) / (end - start))) * 1000,
    [start, end],
  )
  // A day's line, which a new window alone changes.
  const line = useMemo(
    () => curve && curvePath(curve.points, part, LINE_HEIGHT),
    [curve?.points, part],
  )
  const label = useComputed(() => {
    void tick.value
    return `${t('clock.progress')}: ${hourMinute(store.simNow() ?? 0)}`
  })
  if (end === 0) return <div class="progress" />
  return (
    <div class="progress">
      <div class="progress-plot">
        <svg
          viewBox={`0 0 1000 ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={label}
        >
          {nights(start, end).map(({ from, to }) => (
            <rect
              key={from}
              class="progress-night"
              x={part(from)}
              width={part(to) - part(from)}
              height={HEIGHT}
            />
          ))}
          <RateBars part={part} spanMs={end - start} height={HEIGHT} />
          {line && (
            <path
              class="progress-curve"
              d={line.path}
              transform={`translate(0 ${(HEIGHT - LINE_HEIGHT) / 2})`}
              vector-effect="non-scaling-stroke"
            />
          )}
          <Now part={part} />
        </svg>
        {curve && line && <CurveNote kpi={curve.kpi} low={line.low} high={line.high} />}
        <Flags part={part} />
      </div>
      <Marks start={start} end={end} />
    </div>
  )
}

/** Where a time stands, 0 to 1000. */
type PlaceOf = (time: number) => number

function Now({ part }: { part: PlaceOf }) {
  const x = useTime((now) => part(now).toFixed(1)) ?? 0
  return (
    <line
      class="progress-now"
      x1={x}
      x2={x}
      y1="0"
      y2={HEIGHT}
      vector-effect="non-scaling-stroke"
    />
  )
}

/** What the line is, and between which values it runs. */
function CurveNote({ kpi, low, high }: { kpi: DeclaredKpi; low: number; high: number }) {
  const name = tx(kpi.measure.short)
  const text = (value: number) => quantityText(value, kpi.measure.unit, lang.value)
  return (
    <span class="progress-note">
      {t('timeline.curve', { name, low: text(low), high: text(high) })}
    </span>
  )
}

function Flags({ part }: { part: PlaceOf }) {
  const { store } = useApp()
  const run = store.run.value
  const left = (time: number) => ({ left: `${part(time) / 10}%` })
  // A flag at an end stands inside the frame.
  const inside = (time: number) => ({ left: `clamp(12px, ${part(time) / 10}%, 100% - 12px)` })
  const name = (code: string) => tx(run?.scopes.find((s) => s.code === code)?.name)
  return (
    <>
      {store.incidents.value.map((it) => (
        <span
          key={it.id}
          class="progress-incident"
          style={left(Date.parse(it.from))}
          title={`${hourMinute(Date.parse(it.from))} ${tx(run?.incidents.find(({ kind }) => kind === it.kind)?.label)}`}
        />
      ))}
      {store.alerts.value.map((alert) => (
        <span
          key={alert.id}
          class={`progress-alert tone-${alert.closedAt === null ? alert.severity : 'muted'}`}
          style={left(Date.parse(alert.openedAt))}
          title={`${hourMinute(Date.parse(alert.openedAt))} ${name(alert.scope)} ${tx(store.kpis.value.get(alert.kpi)?.measure.short)}`}
        />
      ))}
      {(run?.cues ?? []).map((cue, index) => (
        <CueFlag key={cue.at} cue={cue} index={index} style={inside(Date.parse(cue.at))} />
      ))}
    </>
  )
}

/** A click or Enter goes there where somebody presents, else it looks where the cue looks. */
function CueFlag({ cue, index, style }: { cue: Cue; index: number; style: { left: string } }) {
  const app = useApp()
  const text = `${index + 1} · ${hourMinute(Date.parse(cue.at))} ${tx(cue.title)}`
  const title = t(isPresenting(app) ? 'timeline.cue.go' : 'timeline.cue', { title: text })
  return (
    <button
      type="button"
      class="progress-cue"
      style={style}
      title={title}
      aria-label={title}
      onClick={() => toCue(app, index)}
    >
      {index + 1}
    </button>
  )
}

/** Nearer to an end than this (%) a label would run out of the frame: it is set to the end's inside. */
const EDGE = 3
/** So much of the track the day at the left takes. */
const FIRST = 10

export function Marks({ start, end }: { start: number; end: number }) {
  const marks = timeMarks(start, end, lang.value)
  const at = (time: number) => ((time - start) / (end - start)) * 100
  const first = marks[0]
  return (
    <div class="progress-marks" aria-hidden="true">
      {marks
        // The day at the left stands over what would stand too close to it.
        .filter((mark) => mark === first || at(mark.at) - at(first.at) > FIRST)
        .map(({ at: time, text, isDay }) => {
          const place = at(time)
          const side = place < EDGE ? 'is-first' : place > 100 - EDGE ? 'is-last' : ''
          return (
            <span
              key={time}
              class={`${side} ${isDay ? 'is-day' : ''}`}
              style={side === 'is-last' ? undefined : { left: `${place}%` }}
            >
              {text}
            </span>
          )
        })}
    </div>
  )
}
