// The row of leading numbers: value, trust, age, and where it stands against the plan.

import { quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { type DeclaredKpi, headlines } from '../../store/kpi/measures.ts'
import { Bullet, Sparkline } from '../parts/charts.tsx'
import { statusGlyph, statusTone } from '../parts/icons.tsx'
import { ageText, nText, series, shown, shownText, sinceText } from '../parts/reading-view.ts'
import { useApp } from './context.ts'

export function KpiRow() {
  const { store, state } = useApp()
  const run = store.run.value
  const lead = headlines(store.kpis.value)
  const district = state.district.value
  const scope = run?.scopes.find((s) => s.code === district)
  return (
    <section class="kpi-row" aria-label={scope ? tx(scope.name) : t('ui.city')}>
      {lead.map((kpi) => (
        <Tile key={kpi.id} kpi={kpi} />
      ))}
      {lead.length === 0 &&
        Array.from({ length: 8 }, (_, i) => <div key={i} class="tile tile-empty" />)}
    </section>
  )
}

function Tile({ kpi }: { kpi: DeclaredKpi }) {
  const { store, state } = useApp()
  const run = store.run.value
  if (!run) return null
  const city = run.scopes[0].code
  const wide = kpi.declaration.cityWide
  const scope = wide ? city : (state.district.value ?? city)
  const view = shown(store, kpi, scope, city)
  const text = shownText(view)
  const status =
    scope === city ? (store.readings.latest(kpi.id, 'day').value?.status ?? null) : null
  const expected = store.readings.latest(kpi.id, 'day').value?.expected ?? null
  const label = tx(kpi.measure.short)
  const grey = view.confidence !== 'good'
  const local = state.district.value !== null && wide
  return (
    <button
      type="button"
      class={`tile ${grey ? 'is-grey' : ''}`}
      aria-label={t('tile.open', { label: `${label} ${text.value}${text.unit}` })}
      onClick={() => {
        state.lineage.value = kpi.id
      }}
    >
      <span class="tile-head">
        <span class="tile-label">{label}</span>
        {status && (
          <span class={`tile-status tone-${statusTone(status)}`}>
            {statusGlyph(status)}
            <span class="tile-status-word"> {t(`status.${status}`)}</span>
          </span>
        )}
      </span>
      <span class="tile-body">
        <span class={`tile-value ${text.word ? 'is-word' : ''}`}>
          {text.value}
          <small>{text.unit}</small>
        </span>
        <Sparkline values={series(store, kpi, scope, city)} label={label} />
      </span>
      {view.target ? (
        <Bullet
          value={view.confidence === 'warming-up' ? null : view.value}
          target={view.target.value}
          expected={expected === null || view.unit !== view.target.unit ? null : expected}
          tone={statusTone(status)}
        />
      ) : (
        <span class="bullet-none" />
      )}
      <span class="tile-foot">
        <span>
          {local ? `${t('ui.city')} · ` : ''}
          {view.confidence === 'few' ? `${t('tile.few')} · ` : ''}
          {sinceText(kpi, view.reading) || nText(view.n)}
        </span>
        {view.target && (
          <span class="tile-target">
            {t('tile.target', {
              value: quantityText(view.target.value, view.target.unit, lang.value),
            })}
          </span>
        )}
        <span>{ageText(store, view.reading)}</span>
      </span>
    </button>
  )
}
