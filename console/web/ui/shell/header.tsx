// The header: what this is, that it is simulated, what time it is there, and whether the books balance.
import { date, hourMinute, seconds, span, speedText, weekday, whole } from '../../i18n/format.ts'
import { lang, t, tx, type WordKey } from '../../i18n/i18n.ts'
import { accountedFor, isBalanced } from '../../store/ledger.ts'
import type { View } from '../../view-state.ts'
import { Mark } from '../parts/icons.tsx'
import { brokenText } from '../proof/missing.ts'
import { useApp } from './context.ts'

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
      <div class="badge" title={t('badge.hint')}>
        <b>{t('badge.simulated')}</b> <span>{t('badge.simulated.other')}</span>
      </div>
      <Tabs />
      <SimClock />
      <LiveChip />
      <LedgerChip />
      <Rates />
      <Buttons />
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
  const { store, tick } = useApp()
  void tick.value
  const now = store.simNow()
  if (now === null) return <div class="sim-clock" />
  return (
    <div class="sim-clock" role="timer" aria-label={t('clock.label')}>
      <span class="sim-date">
        {date(now)} {weekday(now, lang.value)}
      </span>
      <span class="sim-time">
        {hourMinute(now, lang.value)}
        <small>:{seconds(now)}</small>
      </span>
    </div>
  )
}

/** Whether what is shown is live, how fast the city runs, and how fast it was asked to. */
function LiveChip() {
  const { store } = useApp()
  const clock = store.clock.value
  const { state, retryInMs } = store.connection.value
  if (state !== 'live') {
    const retry = Math.ceil((retryInMs ?? 0) / 1000)
    return (
      <div class="chip chip-alarm" role="status">
        ○ {t(`conn.${state}`, { seconds: retry })}
      </div>
    )
  }
  if (!clock) return <div class="chip">{t('conn.connecting')}</div>
  const words: Record<string, WordKey> = {
    running: 'clock.live',
    paused: 'clock.paused',
    ended: 'clock.ended',
    waiting: 'clock.waiting',
  }
  const running = clock.status === 'running'
  return (
    <div class={`chip chip-live ${running ? 'is-live' : 'is-still'}`} role="status">
      <span class="live-dot" aria-hidden="true">
        {running ? '●' : '❚❚'}
      </span>{' '}
      <b>{t(words[clock.status])}</b>
      {running && (
        <>
          {' '}
          {speedText(clock.speed, lang.value)}{' '}
          <small>
            {t('clock.achieved', { speed: speedText(clock.achieved, lang.value).slice(0, -1) })}
          </small>
        </>
      )}
    </div>
  )
}

function LedgerChip() {
  const { store, state } = useApp()
  const ledger = store.ledger.value
  const open = () => {
    state.view.value = 'proof'
  }
  if (!ledger || ledger.tasks === 0) {
    return (
      <button type="button" class="chip chip-ledger" onClick={open}>
        {t('ledger.none')}
      </button>
    )
  }
  if (isBalanced(ledger)) {
    const n = whole(ledger.produced, lang.value)
    const accounted = whole(accountedFor(ledger), lang.value)
    return (
      <button type="button" class="chip chip-ledger" title={t('ledger.hint')} onClick={open}>
        {t('ledger.balanced', { a: n, b: accounted })}
      </button>
    )
  }
  const [place] = ledger.broken
  const run = store.run.value
  const { what, where } =
    place && run
      ? brokenText(place, run)
      : { what: t('ledger.unexplained', { n: ledger.produced - accountedFor(ledger) }), where: '' }
  return (
    <button
      type="button"
      class="chip chip-ledger chip-alarm chip-broken"
      title={t('ledger.hint')}
      onClick={open}
    >
      <span role="alert">
        <b>▲ {what}</b>
        <small>{where}</small>
      </span>
    </button>
  )
}

function Rates() {
  const { store } = useApp()
  const health = store.health.value
  if (!health) return <div class="rates" />
  return (
    <div class="rates">
      <span>
        <b>{whole(health.eventsPerSecond, lang.value)}</b> {t('health.events')}
      </span>
      <span>
        {t('health.lag')} <b>{span(health.lagSimMs, lang.value)}</b>
      </span>
    </div>
  )
}

function Buttons() {
  const { state } = useApp()
  return (
    <div class="header-buttons">
      <button
        type="button"
        aria-label={t('ui.lang')}
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
