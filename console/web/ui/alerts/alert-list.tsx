// What is abnormal now: findings and open alerts by their groups, each with the way there, then what has recovered; one line where nothing is.
import { useState } from 'preact/hooks'
import type { AlertView, FindingView } from '../../../messages.ts'
import { hourMinute, quantityText, span } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { openAlerts } from '../../store/kpi/districts.ts'
import { glyph } from '../parts/icons.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { useApp, useSame } from '../shell/context.ts'
import { findingText } from './finding-text.ts'
import { goTo } from './go.ts'
import { type AlertHandling, countHandlings, HANDLINGS, handlingOf } from './handling.ts'
import { OpenOne } from './open-one.tsx'
import { Acknowledge, knownOf, Seen } from './seen.tsx'

const SHOWN_RECOVERED = 12

export function AlertList() {
  const { store } = useApp()
  const [only, setOnly] = useState<AlertHandling | null>(null)
  const run = store.run.value
  const isShown = ({ id }: { id: string }) =>
    only === null || handlingOf(true, knownOf(store, id)) === only
  const open = openAlerts(store.alerts.value)
  const groups = [...Map.groupBy(open.filter(isShown), ({ group }) => group).values()]
  const all = store.findings.value.filter(({ until }) => until === null)
  const findings = all.filter(isShown)
  const closed = store.alerts.value.filter((a) => a.closedAt !== null).slice(0, SHOWN_RECOVERED)
  const over = store.findings.value.filter(({ until }) => until !== null).slice(0, SHOWN_RECOVERED)
  const isCalm = open.length + all.length === 0
  const counts = countHandlings([
    ...[...open, ...all].map(({ id }) => handlingOf(true, knownOf(store, id))),
    ...[...closed, ...over].map(() => handlingOf(false, undefined)),
  ])
  // Before the first word from the server nothing is known, not even that all is well.
  const lead = !run ? t('app.loading') : isCalm ? t('alerts.calm') : ''
  return (
    <section class={`panel alerts ${isCalm ? 'is-calm' : ''}`} aria-labelledby="alerts-title">
      <h2 id="alerts-title">
        {t('alerts.title')} <small class="alerts-lead">{lead}</small>
      </h2>
      {(!isCalm || closed.length + over.length > 0) && (
        <Scroll label={t('alerts.title')}>
          <Filter counts={counts} only={only} onChange={setOnly} />
          <ul>
            {findings.map((finding) => (
              <FindingItem key={finding.id} finding={finding} />
            ))}
            {groups.map((alerts) => (
              <GroupItem key={alerts[0].group} alerts={alerts} />
            ))}
          </ul>
          {(only === null || only === 'over') && closed.length + over.length > 0 && (
            <details key={`${only}`} class="alert-others" open={only === 'over'}>
              <summary>{t('alerts.recovered', { n: closed.length + over.length })}</summary>
              <ul>
                {over.map((finding) => (
                  <FindingItem key={finding.id} finding={finding} />
                ))}
                {closed.map((alert) => (
                  <AlertItem key={alert.id} alert={alert} />
                ))}
              </ul>
            </details>
          )}
        </Scroll>
      )}
    </section>
  )
}

/** One press shows those at one point alone, a second all of them again. */
function Filter(props: {
  counts: Record<AlertHandling, number>
  only: AlertHandling | null
  onChange(only: AlertHandling | null): void
}) {
  const { counts, only, onChange } = props
  return (
    <fieldset class="alert-filter" aria-label={t('alerts.filter')}>
      {HANDLINGS.map((handling) => (
        <button
          key={handling}
          type="button"
          aria-pressed={only === handling}
          disabled={counts[handling] === 0 && only !== handling}
          onClick={() => onChange(only === handling ? null : handling)}
        >
          {t(`alerts.state.${handling}`)} {counts[handling]}
        </button>
      ))}
    </fieldset>
  )
}

/** The worst of a group, and the others behind it. */
function GroupItem({ alerts: [worst, ...others] }: { alerts: AlertView[] }) {
  return (
    <>
      <AlertItem alert={worst} />
      {others.length > 0 && (
        <li>
          <details class="alert-others">
            <summary>{t('alerts.group', { n: others.length })}</summary>
            <ul>
              {others.map((alert) => (
                <AlertItem key={alert.id} alert={alert} />
              ))}
            </ul>
          </details>
        </li>
      )}
    </>
  )
}

/** In words; null before the city has a time. */
function useAge(since: string): string | null {
  const { store } = useApp()
  return useSame(() => {
    const clock = store.clock.value
    return clock && span(clock.horizon - Date.parse(since), lang.value)
  })
}

function FindingItem({ finding }: { finding: FindingView }) {
  const app = useApp()
  const { store, state } = app
  const run = store.run.value
  const age = useAge(finding.since)
  if (!run || age === null) return null
  const isOpen = finding.until === null
  const text = findingText(finding, run)
  return (
    <li
      id={`alert-${finding.id}`}
      class={`alert ${isOpen ? 'tone-critical' : 'is-closed'}`}
      aria-current={state.attention.value === finding.id ? 'true' : undefined}
    >
      <span class="alert-glyph" aria-hidden="true">
        {isOpen ? glyph('critical') : '✓'}
      </span>
      <span class="alert-text">
        {text}
        <small>
          {t('finding.against', { usual: quantityText(finding.usual, '1', lang.value) })} ·{' '}
          {isOpen ? t('age.ago', { age }) : t('alerts.closed')}
          {isOpen && <Seen id={finding.id} />}
        </small>
      </span>
      <span class="alert-buttons">
        {isOpen && <Acknowledge id={finding.id} />}
        {isOpen && <OpenOne id={finding.id} district={finding.districts[0]?.code} note={text} />}
        <button
          type="button"
          class="alert-view"
          onClick={() => goTo(app, { kind: 'finding', finding })}
        >
          {t('alerts.view')}
        </button>
      </span>
    </li>
  )
}

/** What was held against which threshold: the value, or its distance from usual. */
function judgedText({ value, threshold, windows, against }: AlertView, unit: string): string {
  const shown = (n: number | null, its = unit) => quantityText(n, its, lang.value)
  if (!against)
    return t('alerts.value', { value: shown(value), threshold: shown(threshold), windows })
  const far = shown(threshold, against.unit === 'reading' ? '1' : unit)
  return t('alerts.against-usual', {
    ...{ value: shown(value), usual: shown(against.usual), windows },
    threshold: threshold > 0 ? `+${far}` : far,
  })
}

function AlertItem({ alert }: { alert: AlertView }) {
  const app = useApp()
  const { store, state } = app
  const kpi = store.kpis.value.get(alert.kpi)
  const run = store.run.value
  const age = useAge(alert.openedAt)
  if (!kpi || !run || age === null) return null
  const scope = run.scopes.find((s) => s.code === alert.scope)
  const { unit } = kpi.measure
  const isOpen = alert.closedAt === null
  const note = `${tx(scope?.name)} ${tx(kpi.measure.label)} ${quantityText(alert.value, unit, lang.value)}`
  return (
    <li
      id={`alert-${alert.id}`}
      class={`alert ${isOpen ? `tone-${alert.severity}` : 'is-closed'}`}
      aria-current={state.attention.value === alert.id ? 'true' : undefined}
    >
      <span class="alert-glyph" aria-hidden="true">
        {isOpen ? glyph(alert.severity) : '✓'}
      </span>
      <span class="alert-text">
        <b>{tx(scope?.name)}</b> {tx(kpi.measure.label)}
        <small>{judgedText(alert, unit)}</small>
        <small>
          {hourMinute(Date.parse(alert.openedAt))} ·{' '}
          {isOpen ? t('age.ago', { age }) : t('alerts.closed')}
          {isOpen && <Seen id={alert.id} />}
        </small>
      </span>
      <span class="alert-buttons">
        {isOpen && <Acknowledge id={alert.id} />}
        {isOpen && <OpenOne id={alert.id} district={alert.scope} note={note} />}
        <button
          type="button"
          class="alert-view"
          onClick={() => goTo(app, { kind: 'alert', alert })}
        >
          {t('alerts.view')}
        </button>
      </span>
    </li>
  )
}
