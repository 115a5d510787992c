// The recording from start to end: events as a histogram, incidents and alerts on it, the loop, and now, which can be dragged.
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { ReplayMoment, ReplayTimeline, ReplayView } from '../../../messages.ts'
import { hourMinute, hourMinuteSecond } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { useApp, useTime } from '../shell/context.ts'
import { Marks } from '../timeline/track.tsx'
import { barsPath, iso, type Move, move, moveOfDrag, timeAt } from './moves.ts'

const HEIGHT = 40

type Drag = { from: number; to: number; isSelecting: boolean }

type TrackProps = {
  replay: ReplayView
  leastMs: number
  go(move: Move): void
  /** Over everything but the time. */
  marks?: ComponentChildren
}

export function ReplayTrack({ replay, leastMs, go, marks }: TrackProps) {
  const { store } = useApp()
  const [timeline, setTimeline] = useState<ReplayTimeline | null>(null)
  const [drag, setDrag] = useState<Drag | null>(null)
  useEffect(() => {
    store.api
      .ask('api/replay', (answer) => answer.json() as Promise<ReplayTimeline>)
      .then(setTimeline)
      .catch((error: Error) => store.problem(error.message))
  }, [])
  const now = useTime((time) => Math.round(time / 1000) * 1000) ?? replay.from
  const shown = drag && !drag.isSelecting ? drag.to : now
  const place = (time: number) => (100 * (time - replay.from)) / (replay.to - replay.from)
  const at = (event: Pointed) => timeAt(partUnder(event), replay)
  const release = () => {
    if (drag) go(moveOfDrag(drag.from, drag.to, drag.isSelecting, leastMs))
    setDrag(null)
  }
  const loop = drag?.isSelecting ? drag : replay.loop
  const [begin, end] = loop ? [Math.min(loop.from, loop.to), Math.max(loop.from, loop.to)] : []
  return (
    <div class="progress">
      <div
        class="progress-plot replay-track"
        role="slider"
        tabIndex={0}
        aria-label={t('replay.time')}
        aria-valuemin={0}
        aria-valuemax={Math.round((replay.to - replay.from) / 1000)}
        aria-valuenow={Math.round((shown - replay.from) / 1000)}
        aria-valuetext={hourMinuteSecond(shown)}
        title={t('replay.time.hint')}
        onKeyDown={(event) => {
          const wanted = moveOfTrackKey(event.key, replay)
          if (!wanted) return
          event.preventDefault()
          event.stopPropagation()
          go(wanted)
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          setDrag({ from: at(event), to: at(event), isSelecting: event.shiftKey })
        }}
        onPointerMove={(event) => drag && setDrag({ ...drag, to: at(event) })}
        onPointerUp={release}
        onPointerCancel={() => setDrag(null)}
      >
        {timeline && (
          <svg
            viewBox={`0 0 ${timeline.counts.length} ${HEIGHT}`}
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            <path class="replay-bars" d={barsPath(timeline, HEIGHT)} />
          </svg>
        )}
        {begin !== undefined && (
          <span
            class="replay-loop"
            style={{ left: `${place(begin)}%`, width: `${place(end!) - place(begin)}%` }}
          />
        )}
        {timeline && <Moments of={timeline.moments} place={place} />}
        {marks}
        <span class="replay-now" style={{ left: `${place(shown)}%` }} />
        {drag && (
          <span
            class="replay-draft"
            style={{ left: `clamp(2.5rem, ${place(drag.to)}%, 100% - 2.5rem)` }}
          >
            {hourMinuteSecond(drag.to)}
          </span>
        )}
      </div>
      <Marks start={replay.from} end={replay.to} />
    </div>
  )
}

type Pointed = { currentTarget: HTMLElement; clientX: number }

function partUnder({ currentTarget, clientX }: Pointed): number {
  const box = currentTarget.getBoundingClientRect()
  return (clientX - box.left) / box.width
}

function Moments(props: { of: ReplayMoment[]; place(time: number): number }) {
  return (
    <>
      {props.of.map((moment) => (
        <span
          key={moment.id}
          class={`replay-${moment.kind}`}
          style={{ left: `${props.place(moment.at)}%` }}
          title={useName(moment)}
        />
      ))}
    </>
  )
}

function moveOfTrackKey(key: string, { from, to }: ReplayView): Move | null {
  if (key === 'ArrowRight') return move('replay.step', { by: 'window' })
  if (key === 'ArrowLeft') return move('replay.step', { by: 'window', back: true })
  if (key === 'Home') return move('clock.jump', { to: iso(from) })
  return key === 'End' ? move('clock.jump', { to: iso(to) }) : null
}

function useName({ kind, what, scope, at }: ReplayMoment): string {
  const { store } = useApp()
  const run = store.run.value
  const label =
    kind === 'incident'
      ? tx(run?.incidents.find((it) => it.kind === what)?.label)
      : `${tx(run?.scopes.find(({ code }) => code === scope)?.name)} ${tx(store.kpis.value.get(what)?.measure.short)}`
  return `${hourMinute(at)} ${label}`
}
