// The header: what this is, that it is simulated, what time it is there, and whether the books balance.
import type { ComponentChildren } from 'preact'
import {
  date,
  hourMinute,
  rateText,
  seconds,
  span,
  speedText,
  weekday,
  whole,
} from '../../i18n/format.ts'
import { lang, t, tx, type WordKey } from '../../i18n/i18n.ts'
import { accountedFor, isBalanced } from '../../store/ledger.ts'
import { isBehind } from '../../store/sim-clock.ts'
import type { View } from '../../view-state.ts'
import { Mark } from '../parts/icons.tsx'
import { brokenText } from '../proof/missing.ts'
import { useApp, useSame, useTime } from './context.ts'

const MINUTE_MS = 60_000
const VIEWS: { view: View; key: string; word: WordKey }[] = [
  { view: 'map', key: 'M', word: 'nav.map' },
  { view: 'plan', key: 'P', word: 'nav.plan' },
  { view: 'proof', key: 'V', word: 'nav.proof' },
  { view: 'engine', key: 'E', word: 'nav.engine' },
]

export function Header() {
  const { store } = useApp()
  const run = store.run.value
  const city = store.city.value
  return (
    <header class="header">
      <div class="brand">
        <Mark />
        <h1>
          <b>{t('app.name')}</b>
          <span class="brand-city">{city ? tx(city.name) : ''}</span>
          <span class="brand-title">{run ? tx(run.title) : t('app.loading')}</span>
        </h1>
      </div>
      <div class={run?.replay ? 'badge is-still' : 'badge'} title={t('badge.hint')}>
        <b>{t('badge.simulated')}</b> <span>{t('badge.simulated.other')}</span>
      </div>
      <Tabs />
      <SimClock />
      <LiveChip />
      <LedgerChip />
      <Rates />
      <HeaderButtons />
    </header>
  )
}

function Tabs() {
  const { state } = useApp()
  return (
    <nav class="tabs" aria-label={t('nav.views')}>
      {VIEWS.map(({ view, key, word }) => (
        <button
          key={view}
          type="button"
          aria-current={state.view.value === view ? 'page' : undefined}
          aria-keyshortcuts={key}
          onClick={() => {
            state.view.value = view
          }}
        >
          {t(word)} <kbd>{key}</kbd>
        </button>
      ))}
    </nav>
  )
}

function SimClock() {
  const now = useTime((time) => time - (time % MINUTE_MS))
  if (now === null) return <div class="sim-clock" />
  return (
    <div class="sim-clock" role="timer" aria-label={t('clock.label')}>
      <span class="sim-date">
        {date(now)} {weekday(now, lang.value)}
      </span>
      <span class="sim-time">
        {hourMinute(now)}
        <small>
          :<Seconds />
        </small>
      </span>
    </div>
  )
}

const Seconds = () => <>{useTime(seconds)}</>

/** Whether what is shown is live, how fast the city runs, and how fast it was asked to. */
function LiveChip() {
  const { store } = useApp()
  const clock = useSame(() => {
    const { status, slept, speed, achieved } = store.clock.value ?? {}
    const reached = isBehind(achieved ?? 0, speed ?? 0) ? speedText(achieved!, lang.value) : ''
    return status && { status, slept, speed: speed!, reached: reached.slice(0, -1) }
  })
  const { state, retryAt } = store.connection.value
  if (state !== 'live') {
    return (
      <div class="chip chip-alarm">
        <span role="status">○ {t(`conn.${state}`)}</span>
        {retryAt !== null && <Countdown to={retryAt} />}
      </div>
    )
  }
  if (!clock) return <div class="chip chip-live">{t('conn.connecting')}</div>
  const words: Record<string, WordKey> = {
    running: store.run.value?.replay ? 'replay.running' : 'clock.live',
    paused: 'clock.paused',
    ended: 'clock.ended',
    waiting: 'clock.waiting',
  }
  const running = clock.status === 'running'
  return (
    <div class={`chip chip-live ${running ? 'is-live' : 'is-still'}`}>
      {/* Only this is read out when it changes: the speed beside it changes all the time. */}
      <b role="status">{t(clock.slept === null ? words[clock.status] : 'stage.slept.chip')}</b>
      {running && (
        <>
          {' '}
          {speedText(clock.speed, lang.value)}{' '}
          {clock.reached && <small>{t('clock.achieved', { speed: clock.reached })}</small>}
        </>
      )}
    </div>
  )
}

/** Until the next try; read by eye alone, since it changes every second. */
function Countdown({ to }: { to: number }) {
  const { tick } = useApp()
  const seconds = useSame(() => {
    void tick.value
    return Math.max(0, Math.ceil((to - Date.now()) / 1000))
  })
  return <span aria-hidden="true"> {t('conn.retry', { seconds })}</span>
}

/** The way to the proof, where there is a way back. */
function ProofChip(props: { class?: string; title?: string; children: ComponentChildren }) {
  const { state, kiosk } = useApp()
  const its = { class: `chip chip-ledger ${props.class ?? ''}`, title: props.title }
  if (kiosk) return <div {...its}>{props.children}</div>
  const open = () => {
    state.view.value = 'proof'
  }
  return (
    <button type="button" {...its} onClick={open}>
      {props.children}
    </button>
  )
}

function LedgerChip() {
  const { store } = useApp()
  const ledger = store.ledger.value
  if (!ledger || ledger.tasks === 0) {
    return <ProofChip>{t('ledger.none')}</ProofChip>
  }
  if (isBalanced(ledger)) {
    const n = whole(ledger.produced, lang.value)
    const accounted = whole(accountedFor(ledger), lang.value)
    return (
      <ProofChip title={t('ledger.hint')}>
        {t('ledger.balanced', { a: n, b: accounted })}
        {(ledger.returned ?? 0) > 0 && (
          <small title={t('ledger.returned.hint')}>
            {' '}
            · {t('ledger.returned', { n: ledger.returned ?? 0 })}
          </small>
        )}
      </ProofChip>
    )
  }
  const [place] = ledger.broken
  const run = store.run.value
  const { what, where } =
    place && run
      ? brokenText(place, run)
      : { what: t('ledger.unexplained', { n: ledger.produced - accountedFor(ledger) }), where: '' }
  return (
    <ProofChip class="chip-alarm chip-broken" title={t('ledger.hint')}>
      <span role="alert">
        <b>▲ {what}</b>
        <small>{where}</small>
      </span>
    </ProofChip>
  )
}

/** In seconds of the people who look; while the city stands still there are none to count in, so in its own. */
function lagText(simMs: number, speed: number): string {
  if (!(speed > 0)) return span(simMs, lang.value)
  return t('stage.seconds', { n: (simMs / speed / 1000).toFixed(1) })
}

function Rates() {
  const { store } = useApp()
  const health = useSame(() => {
    const { eventsPerSecond, lagSimMs } = store.health.value ?? {}
    if (lagSimMs === undefined) return null
    const lag = lagText(lagSimMs, store.clock.value?.speed ?? 0)
    return { rate: rateText(eventsPerSecond, lang.value), lag }
  })
  if (!health) return <div class="rates" />
  return (
    <div class="rates">
      <span>
        <b>{health.rate}</b> {t('health.events')}
      </span>
      <span title={t('health.lag.hint')}>
        {t('health.lag')} <b>{health.lag}</b>
      </span>
    </div>
  )
}

export function HeaderButtons() {
  const { state } = useApp()
  return (
    <div class="header-buttons">
      <button
        type="button"
        aria-label={`${t('ui.lang.short')} · ${t('ui.lang')}`}
        title={`${t('ui.lang')} (G)`}
        onClick={() => {
          lang.value = lang.value === 'zh' ? 'en' : 'zh'
        }}
      >
        {t('ui.lang.short')}
      </button>
      <button
        type="button"
        aria-label={t('ui.theme')}
        title={`${t('ui.theme')} (T)`}
        onClick={() => {
          state.theme.value = state.theme.value === 'dark' ? 'light' : 'dark'
        }}
      >
        ◐
      </button>
      <button
        type="button"
        aria-label={t('ui.help')}
        title={`${t('ui.help')} (?)`}
        onClick={() => {
          state.help.value = true
        }}
      >
        ?
      </button>
    </div>
  )
}
