// The presenter's own screen: what to say now, what comes next, how much time is left, and the buttons of a clicker.
import { hourMinute, seconds } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { useApp } from '../shell/context.ts'
import { reachedCue } from './reached-cue.ts'

export function Presenter() {
  const { store } = useApp()
  const run = store.run.value
  const cues = run?.cues ?? []
  if (!run) return <p class="presenter">{t('app.loading')}</p>
  const { cue } = store.presentation.view.value
  const current = cue === null ? undefined : cues[cue]
  const next = cues[cue === null ? Math.max(0, reachedCue(store)) : cue + 1]
  return (
    <div class="presenter">
      <header>
        <h1>{t('stage.title')}</h1>
        <b class="badge">{t('badge.simulated')}</b>
        <span>{tx(run.title)}</span>
        <Clock />
      </header>
      {cues.length === 0 && <p>{t('stage.no-cues')}</p>}
      <section class="presenter-now" aria-live="polite">
        <h2>
          {t('stage.current')}
          {cue !== null && <small> {t('stage.cue', { n: cue + 1, all: cues.length })}</small>}
        </h2>
        {current ? <Notes cue={current} /> : <p>{t('stage.none')}</p>}
      </section>
      <section class="presenter-next">
        <h2>{t('stage.next')}</h2>
        {next ? (
          <>
            <h3>
              {titleWithTime(next)}
              {next.hold && ` · ${t('stage.stops-here')}`}
            </h3>
            <p>{tx(next.say)}</p>
          </>
        ) : (
          <p>{t('stage.last')}</p>
        )}
      </section>
      <Buttons />
    </div>
  )
}

/** A title that begins with its time has it once. */
function titleWithTime({ at, title }: { at: string; title: Both }): string {
  const time = hourMinute(Date.parse(at))
  return tx(title).startsWith(time) ? tx(title) : `${time} ${tx(title)}`
}

/** What to say in the page's language, large, and in the other one. */
function Notes({ cue }: { cue: { title: Both; say?: Both } }) {
  const other = lang.value === 'zh' ? 'en' : 'zh'
  return (
    <>
      <h3>{tx(cue.title)}</h3>
      <p class="presenter-say">{tx(cue.say)}</p>
      <p class="presenter-other" lang={other === 'zh' ? 'zh-CN' : 'en'}>
        {cue.title[other]} {cue.say?.[other]}
      </p>
    </>
  )
}

type Both = { zh: string; en: string }

function Clock() {
  const { store, tick } = useApp()
  void tick.value
  const now = store.simNow()
  const clock = store.clock.value
  if (now === null || !clock) return null
  const { since } = store.presentation.view.value
  const elapsed = since === null ? null : store.serverNow() - since
  const left = clock.speed > 0 ? (clock.end - now) / clock.speed : null
  return (
    <p class="presenter-clock">
      <b>
        {hourMinute(now)}:{seconds(now)}
      </b>{' '}
      {clock.status === 'paused' && t('clock.paused')} {t('stage.elapsed')}{' '}
      <b>{elapsed === null ? '–' : minutes(elapsed)}</b> {t('stage.remaining')}{' '}
      <b>{left === null ? '–' : minutes(left)}</b>
    </p>
  )
}

function minutes(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

function Buttons() {
  const { store } = useApp()
  const { presentation } = store
  const cues = store.run.value?.cues.length ?? 0
  const { blank } = presentation.view.value
  const step = (by: 1 | -1) => () => presentation.step(by, cues, reachedCue(store))
  return (
    <>
      <p class="presenter-buttons">
        <button type="button" onClick={step(-1)}>
          {t('stage.previous.button')} <kbd>PgUp</kbd>
        </button>
        <button type="button" class="primary" onClick={step(1)}>
          {t('stage.next.button')} <kbd>PgDn</kbd>
        </button>
        <button type="button" aria-pressed={blank} onClick={() => presentation.blank()}>
          {t(blank ? 'stage.unblank.button' : 'stage.blank.button')} <kbd>B</kbd>
        </button>
        <button type="button" onClick={() => presentation.reset()}>
          {t('stage.reset.button')} <kbd>R R</kbd>
        </button>
        <button type="button" onClick={() => presentation.ask({ cue: null })}>
          {t('stage.end.button')}
        </button>
      </p>
      <p>{t(blank ? 'stage.audience.dark' : 'stage.audience.lit')}</p>
    </>
  )
}
