// The transport bar of a replay: play, steps, the track, the next incident or alert, a loop, speeds, and a link to this moment.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { hourMinuteSecond, speedText } from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'
import {
  CLOCK_PAUSE,
  CLOCK_RESUME,
  CLOCK_SPEED,
  OFFLINE,
  RUN_RESTART,
  UNKNOWN,
} from '../../store/commands.ts'
import { errorText } from '../parts/error-text.ts'
import { useApp, useSame } from '../shell/context.ts'
import { ROWS } from '../shell/help.tsx'
import { askedTime, iso, KEY_ROWS, linkTo, type Move, move, moveOfKey } from './moves.ts'
import { ReplayTrack } from './replay-track.tsx'

// Only a replay has these keys.
ROWS.push(...KEY_ROWS)

/** As fast as the processor keeps up. */
const MAX = 1_000_000

const EVENT = 'M4 4l7 8-7 8zM15 10h4v4h-4z'
const WINDOW = 'M5 4l10 8-10 8zM17 4h2v16h-2z'
const NEXT = 'M3 4l9 8-9 8zM17 3h3v12h-3zM17 18h3v3h-3z'
const LOOP = 'M7 6h10v3l5-4.500-5-4.500v3H4v9h3zM17 18H7v-3l-5 4.500 5 4.500v-3h13v-9h-3z'
const LINK =
  'M10 13a4 4 0 0 0 6 0l4-4a4 4 0 0 0-6-6l-2 2M14 11a4 4 0 0 0-6 0l-4 4a4 4 0 0 0 6 6l2-2'

/** Of a page over two recordings: marks over the track, and ways to them. */
type TransportProps = { marks?: ComponentChildren; buttons?: ComponentChildren }

export function ReplayTransport({ marks, buttons }: TransportProps) {
  const app = useApp()
  const { store, kiosk } = app
  const run = store.run.value
  const [said, setSaid] = useState('')
  const isLive = store.connection.value.state === 'live'
  const status = useSame(() => store.clock.value?.status)
  // What is asked for while another world takes the place of the one before waits for it.
  const waiting = useRef<Move | null>(null)
  const go = (wanted: Move) => {
    setSaid('')
    if (!run?.commands) return
    if (isLive) store.commands.issue(wanted.name, wanted.args)
    else waiting.current = wanted
  }
  useEffect(() => {
    if (!isLive || !waiting.current) return
    go(waiting.current)
    waiting.current = null
  }, [isLive])
  const loop = () => {
    const { from, to, loop } = run!.replay!
    go(move('replay.loop', loop ? {} : { from: iso(from), to: iso(to) }))
  }
  const link = () => copyLink(store.simNow(), setSaid)
  useKeys(!kiosk, go, { KeyO: loop, KeyY: link })
  useAddress(status)
  if (!run?.replay || !status) return <div class="progress" />
  const isPlaying = status === 'running'
  const play = () => {
    if (status === 'ended') go(move(RUN_RESTART))
    else go(move(isPlaying ? CLOCK_PAUSE : CLOCK_RESUME))
  }
  const step = (by: string, back = false) => go(move('replay.step', { by, ...(back && { back }) }))
  return (
    <>
      <div class="transport replay-buttons">
        <button
          type="button"
          class="play"
          aria-label={t(isPlaying ? 'clock.pause' : 'clock.resume')}
          aria-keyshortcuts="Space"
          title={`${t(isPlaying ? 'clock.pause' : 'clock.resume')} (Space)`}
          onClick={play}
        >
          {isPlaying ? '❚❚' : '▶'}
        </button>
        <Icon
          name={t('replay.window.back')}
          keys="Z"
          d={WINDOW}
          isBack
          onClick={() => step('window', true)}
        />
        <Icon name={t('replay.event')} keys="," d={EVENT} onClick={() => step('event')} />
        <Icon name={t('replay.window')} keys="C" d={WINDOW} onClick={() => step('window')} />
        {buttons}
      </div>
      <ReplayTrack replay={run.replay} leastMs={2 * run.tickMs} go={go} marks={marks} />
      <Others go={go} loop={loop} link={link} said={said} />
    </>
  )
}

/** What happens next, the loop, the link, and how fast it goes. */
function Others(props: { go(move: Move): void; loop(): void; link(): void; said: string }) {
  const { store } = useApp()
  const { go, loop, link, said } = props
  const run = store.run.value!
  const asked = useSame(() => store.clock.value?.asked)
  const last = store.commands.sent.value.at(-1)
  const isRefused = last?.phase === 'refused' && ![UNKNOWN, OFFLINE].includes(last.error ?? '')
  const next = (back = false) => go(move('replay.next', back ? { back } : {}))
  return (
    <div class="speeds replay-buttons">
      <Icon name={t('replay.previous')} keys="Shift+H" d={NEXT} isBack onClick={() => next(true)} />
      <Icon name={t('replay.next')} keys="H" d={NEXT} onClick={() => next()} />
      <Icon
        name={t('replay.loop')}
        keys="O"
        d={LOOP}
        isOn={run.replay?.loop != null}
        onClick={loop}
      />
      <Icon name={t('replay.link')} keys="Y" d={LINK} isLine onClick={link} />
      <select
        aria-label={t('clock.speed')}
        title={t('clock.speed')}
        value={asked}
        onChange={(event) => go(move(CLOCK_SPEED, { speed: Number(event.currentTarget.value) }))}
      >
        {[...new Set([...run.speeds, asked ?? 1])]
          .sort((a, b) => a - b)
          .map((speed) => (
            <option key={speed} value={speed}>
              {speed < MAX ? speedText(speed, lang.value) : 'max'}
            </option>
          ))}
      </select>
      <span class="speeds-note" role="status">
        {isRefused ? t('clock.refused', { error: errorText(last.error) }) : said}
      </span>
    </div>
  )
}

/** Into the address, and onto the clipboard where there is one. */
function copyLink(now: number | null, say: (text: string) => void): void {
  if (now === null) return
  const href = linkTo(location.href, Math.floor(now / 1000) * 1000)
  history.replaceState(history.state, '', href)
  const time = hourMinuteSecond(now)
  const copied = navigator.clipboard?.writeText(href) ?? Promise.reject(new Error('none'))
  copied.then(
    () => say(t('replay.link.copied', { time })),
    () => say(t('replay.link.there', { time })),
  )
}

function Icon(props: {
  name: string
  keys: string
  d: string
  isBack?: boolean
  isLine?: boolean
  isOn?: boolean
  onClick(): void
}) {
  const { name, keys, d, isBack, isLine, isOn, onClick } = props
  return (
    <button
      type="button"
      aria-label={name}
      aria-keyshortcuts={keys}
      aria-pressed={isOn}
      title={`${name} (${keys})`}
      onClick={onClick}
    >
      <svg
        viewBox="0 0 24 24"
        aria-hidden="true"
        class={`replay-icon ${isLine ? 'is-line' : ''} ${isBack ? 'is-back' : ''}`}
      >
        <path d={d} />
      </svg>
    </button>
  )
}

function useKeys(isOn: boolean, go: (move: Move) => void, others: Record<string, () => void>) {
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      const { code, ctrlKey, metaKey, altKey, shiftKey, repeat, target } = event
      const isTyping = (target as Element).closest?.('input,select,textarea,[role=combobox]')
      if (!isOn || ctrlKey || metaKey || altKey || repeat || isTyping) return
      const wanted = moveOfKey(code, shiftKey)
      const other = others[code]
      if (!wanted && !other) return
      event.preventDefault()
      if (wanted) go(wanted)
      else other()
    }
    addEventListener('keydown', down)
    return () => removeEventListener('keydown', down)
  })
}

/** The address has the time while the clock stands; a page that is opened with one goes there. */
function useAddress(status: string | undefined) {
  const { store } = useApp()
  useEffect(() => {
    const run = store.run.value
    const asked = run?.replay ? askedTime(location.search, run.replay) : null
    const now = store.simNow()
    const isThere = status === 'paused' && Math.abs((now ?? 0) - (asked ?? 0)) < run!.tickMs
    if (asked !== null && !isThere) {
      store.commands.issue('clock.jump', { to: iso(asked), hold: true })
    }
  }, [])
  const standsAt = useSame(() => (status === 'paused' ? store.clock.value?.simAnchor : null))
  useEffect(() => {
    if (standsAt === undefined) return
    const href = linkTo(location.href, standsAt)
    if (href !== location.href) history.replaceState(history.state, '', href)
  }, [standsAt])
}
