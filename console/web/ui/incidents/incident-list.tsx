// What really goes on in the city and what is over: with its place on the map, an end before its time, and the way to start another.
import type { IncidentRecord } from '../../../messages.ts'
import { hourMinute } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { INCIDENT_STOP, isUnderWay, kindOf } from '../../store/incidents.ts'
import { Scroll } from '../parts/scroll.tsx'
import { sentText } from '../parts/sent-text.ts'
import { useApp, useTime } from '../shell/context.ts'
import { placeText } from './place-text.ts'

const SHOWN_OVER = 6

export function IncidentList() {
  const { store, state } = useApp()
  const run = store.run.value
  const open = useTime((now) => store.incidents.value.map((incident) => isUnderWay(incident, now)))
  if (!run || open === null) return null
  const under = store.incidents.value.filter((_, i) => open[i])
  const over = store.incidents.value.filter((_, i) => !open[i])
  const offered = run.commands && run.incidents.length > 0
  if (!offered && store.incidents.value.length === 0) return null
  return (
    <section class="panel incidents" aria-labelledby="incidents-title">
      <div class="panel-head">
        <h2 id="incidents-title">
          {t('incident.title')}{' '}
          <small title={t('incident.truth.hint')}>{t('incident.truth')}</small>
        </h2>
        {offered && (
          <button
            type="button"
            class="outlined"
            aria-keyshortcuts="I"
            title={`${t('incident.inject')} (I)`}
            onClick={() => {
              state.injecting.value = true
            }}
          >
            {t('incident.inject')}
          </button>
        )}
      </div>
      {under.length === 0 && over.length === 0 ? (
        <p class="note">{t('incident.none')}</p>
      ) : (
        <Scroll label={t('incident.title')}>
          <ul>
            {[...under, ...over.slice(0, SHOWN_OVER)].map((incident) => (
              <IncidentItem
                key={incident.id}
                incident={incident}
                isOpen={under.includes(incident)}
              />
            ))}
          </ul>
        </Scroll>
      )}
    </section>
  )
}

function IncidentItem({ incident, isOpen }: { incident: IncidentRecord; isOpen: boolean }) {
  const { store, map } = useApp()
  const run = store.run.value
  if (!run) return null
  const { id, kind, place, severity, from, until } = incident
  const [begin, end] = [from, until].map((at) => hourMinute(Date.parse(at)))
  const stop = store.commands.sent.value.findLast(
    (sent) => sent.name === INCIDENT_STOP && sent.args.id === id,
  )
  const isAsked = stop?.phase === 'sent' || stop?.phase === 'accepted'
  return (
    <li class={`incident ${isOpen ? '' : 'is-over'}`}>
      <span class={`incident-mark severity-${severity}`} aria-hidden="true" />
      <span class="incident-text">
        <b>{tx(kindOf(run, kind)?.label) || kind}</b> {placeText(place, run, store.city.value)}
        <small>
          {t(`severity.${severity}.short`)} ·{' '}
          {t(isOpen ? 'incident.from' : 'incident.lasted', { from: begin, until: end })}
        </small>
        {stop && (
          <small class={stop.phase === 'refused' ? 'problem' : ''} aria-live="polite">
            {t('incident.stop.state', { state: sentText(stop) })}
          </small>
        )}
      </span>
      <span class="incident-buttons">
        <button type="button" class="outlined" onClick={() => map.value?.showArea(place)}>
          {t('asset.zoom')}
        </button>
        {isOpen && run.commands && (
          <button
            type="button"
            class="outlined"
            disabled={isAsked}
            onClick={() => store.commands.issue(INCIDENT_STOP, { id })}
          >
            {t('incident.stop')}
          </button>
        )}
      </span>
    </li>
  )
}
