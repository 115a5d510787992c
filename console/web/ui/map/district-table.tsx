// The districts as a table: the same data as the map, sortable, a row selects; the city stands first.

import { quantityText, unitWord } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { alertSeverity, shadingKpi, tableKpis } from '../../store/districts.ts'
import type { Kpi } from '../../store/measures.ts'
import { glyph } from '../parts/icons.tsx'
import { type Shown, shown, shownText } from '../parts/reading-view.ts'
import { useApp } from '../shell/context.ts'

export function DistrictTable() {
  const { store, state } = useApp()
  const run = store.run.value
  if (!run) return null
  const [city, ...districts] = run.scopes
  const columns = tableKpis(store.kpis.value)
  const shading = shadingKpi(store, state)
  const severity = alertSeverity(store.alerts.value)
  const cells = new Map<string, Shown[]>()
  for (const { code } of run.scopes) {
    cells.set(
      code,
      columns.map((kpi) => shown(store, kpi, code, '')),
    )
  }
  const sortBy = state.metric.value === null ? -1 : columns.findIndex((k) => k.id === shading?.id)
  const ordered = [...districts]
  if (sortBy >= 0) {
    const value = (code: string) => cells.get(code)?.[sortBy].value ?? Number.NEGATIVE_INFINITY
    const direction = columns[sortBy].measure.good === 'up' ? 1 : -1
    ordered.sort((a, b) => direction * (value(a.code) - value(b.code)))
  }
  const tops = columns.map((_, c) =>
    Math.max(...districts.map((d) => cells.get(d.code)?.[c].value ?? 0)),
  )

  return (
    <section class="panel districts" aria-labelledby="districts-title">
      <h2 id="districts-title">
        {t('districts.title')} <small>{t('districts.note')}</small>
      </h2>
      <table title={t('districts.hint')}>
        <thead>
          <tr>
            <th scope="col">
              <button
                type="button"
                onClick={() => {
                  state.metric.value = null
                }}
              >
                {t('districts.name')}
              </button>
            </th>
            {columns.map((kpi) => (
              <Column
                key={kpi.id}
                kpi={kpi}
                shading={shading?.id === kpi.id}
                sorted={sortBy >= 0}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {[city, ...ordered].map(({ code, name }) => (
            <tr
              key={code}
              class={`${code === city.code ? 'is-city' : ''} ${state.district.value === code ? 'is-selected' : ''}`}
              onClick={() => {
                state.district.value = code === city.code ? null : code
              }}
            >
              <th scope="row">
                <button type="button" aria-pressed={state.district.value === code}>
                  {severity.has(code) && (
                    <span class={`tone-${severity.get(code) === 2 ? 'critical' : 'warning'}`}>
                      {glyph(severity.get(code) === 2 ? 'critical' : 'warning')}{' '}
                    </span>
                  )}
                  {tx(name)}
                </button>
              </th>
              {cells.get(code)!.map((cell, c) => (
                <Cell key={columns[c].id} cell={cell} top={code === city.code ? 0 : tops[c]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Column({ kpi, shading, sorted }: { kpi: Kpi; shading: boolean; sorted: boolean }) {
  const { state } = useApp()
  return (
    <th
      scope="col"
      class={shading ? 'is-shading' : ''}
      aria-sort={
        shading && sorted ? (kpi.measure.good === 'up' ? 'ascending' : 'descending') : undefined
      }
    >
      <button
        type="button"
        title={tx(kpi.measure.label)}
        onClick={() => {
          state.metric.value = kpi.id
        }}
      >
        {tx(kpi.measure.short)}
        <small>{unitWord(kpi.measure.unit, lang.value)}</small>
      </button>
    </th>
  )
}

function Cell({ cell, top }: { cell: Shown; top: number }) {
  const text = shownText(cell)
  const share = cell.value === null || top <= 0 ? 0 : Math.max(0, Math.min(1, cell.value / top))
  const n = cell.n === null ? '' : `n = ${cell.n}`
  return (
    <td class={cell.confidence === 'good' ? '' : 'is-grey'} title={n}>
      {text.word ? (
        <span class="cell-word">{text.value}</span>
      ) : (
        quantityText(cell.value, cell.unit === '1' ? '1' : '', lang.value)
      )}
      {top > 0 && (
        <svg class="cell-bar" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">
          <rect width={share * 100} height="2" />
        </svg>
      )}
    </td>
  )
}
