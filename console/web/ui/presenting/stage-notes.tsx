// What an audience sees of presenting: where the city is going, how long that took, why it stands, and the dark page.
import { useEffect } from 'preact/hooks'
import { hourMinute, seconds, span } from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'
import type { PageStore } from '../../store/store.ts'
import { useApp, useSame, useTime } from '../shell/context.ts'

/** How long it is said that the city has arrived. */
const SAID_MS = 6_000

export function StageNotes() {
  const { store, tick } = useApp()
  useEffect(() => tick.subscribe(() => store.presentation.forget()), [])
  const text = useSame(() => noteText(store))
  const { blank } = store.presentation.view.value
  return (
    <>
      {text && (
        <p class="stage-note" role="status">
          {text}
        </p>
      )}
      {blank && !location.pathname.endsWith('/presenter') && <Dark />}
    </>
  )
}

function noteText(store: PageStore): string | null {
  const clock = store.clock.value
  const { problem } = store.presentation.view.value
  if (store.presentation.isAsking.value) return t('stage.reset.again')
  if (problem !== null) return t('stage.problem', { text: problem })
  if (!clock) return null
  if (clock.slept !== null) return t('stage.slept', { span: span(clock.slept, lang.value) })
  const { jump } = clock
  if (jump === null) return null
  const time = hourMinute(jump.to)
  if (jump.tookMs === null) {
    const part = (clock.horizon - jump.from) / Math.max(1, jump.to - jump.from)
    const percent = Math.floor(100 * Math.min(1, Math.max(0, part)))
    return `${t('stage.forward', { time })} ${percent} %`
  }
  const isNews = store.serverNow() - jump.since - jump.tookMs < SAID_MS
  return isNews ? t('stage.arrived', { time, seconds: (jump.tookMs / 1000).toFixed(1) }) : null
}

/** Nothing but what must never be missing: that it is simulated, and what time it is there. */
function Dark() {
  const time = useTime((now) => `${hourMinute(now)}:${seconds(now)}`)
  return (
    <div class="stage-dark" role="img" aria-label={t('stage.blank')}>
      <p>
        <b class="badge">{t('badge.simulated')}</b> {time}
      </p>
    </div>
  )
}
