// What is abnormal now: one sentence, then every open alert with the way there, then what has recovered.
import type { Alert } from '../../../messages.ts'
import { hourMinute, quantityText, span } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { openAlerts } from '../../store/kpi/districts.ts'
import { glyph } from '../parts/icons.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { useApp } from './context.ts'

const SHOWN_RECOVERED = 12

export function AlertList() {
  const { store } = useApp()
  const open = openAlerts(store.alerts.value)
  const closed = store.alerts.value.filter((a) => a.closedAt !== null).slice(0, SHOWN_RECOVERED)
  return (
    <section class="panel alerts" aria-labelledby="alerts-title">
      <h2 id="alerts-title">{t('alerts.title')}</h2>
      <Scroll label={t('alerts.title')}>
        <p class={`alerts-lead ${open.length === 0 ? 'is-quiet' : ''}`}>
          {/* Before the first word from the server nothing is known, not even that all is well. */}
          {store.run.value ? alertSentence(open, scopeName) : t('app.loading')}
        </p>
        <ul>
          {open.map((alert) => (
            <AlertItem key={alert.id} alert={alert} />
          ))}
        </ul>
        {closed.length > 0 && <h3>{t('alerts.history')}</h3>}
        <ul>
          {closed.map((alert) => (
            <AlertItem key={alert.id} alert={alert} />
          ))}
        </ul>
      </Scroll>
    </section>
  )

  function scopeName(code: string): string {
    return tx(store.run.value?.scopes.find((s) => s.code === code)?.name)
  }
}

/** 「2 项未结告警 · 白云区、天河区」, or that there is none. */
export function alertSentence(open: Alert[], name: (code: string) => string): string {
  if (open.length === 0) return t('alerts.none')
  const places = [...new Set(open.map((a) => name(a.scope)))]
  return t('alerts.some', {
    n: open.length,
    scopes: places.join(lang.value === 'zh' ? '、' : ', '),
  })
}

function AlertItem({ alert }: { alert: Alert }) {
  const { store, state } = useApp()
  const kpi = store.kpis.value.get(alert.kpi)
  const run = store.run.value
  const clock = store.clock.value
  if (!kpi || !run || !clock) return null
  const scope = run.scopes.find((s) => s.code === alert.scope)
  const { unit } = kpi.measure
  const open = alert.closedAt === null
  const age = span(clock.horizon - Date.parse(alert.openedAt), lang.value)
  return (
    <li class={`alert ${open ? `tone-${alert.severity}` : 'is-closed'}`}>
      <span class="alert-glyph" aria-hidden="true">
        {open ? glyph(alert.severity) : '✓'}
      </span>
      <span class="alert-text">
        <b>{tx(scope?.name)}</b> {tx(kpi.measure.label)}
        <small>
          {t('alerts.value', {
            value: quantityText(alert.value, unit, lang.value),
            threshold: quantityText(alert.threshold, unit, lang.value),
            windows: alert.windows,
          })}
        </small>
        <small>
          {hourMinute(Date.parse(alert.openedAt), lang.value)} ·{' '}
          {open ? t('age.ago', { age }) : t('alerts.closed')}
        </small>
      </span>
      <button
        type="button"
        onClick={() => {
          state.view.value = 'map'
          state.district.value = alert.scope === run.scopes[0].code ? null : alert.scope
          state.lineage.value = alert.kpi
        }}
      >
        {t('alerts.view')}
      </button>
    </li>
  )
}
