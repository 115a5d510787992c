// The districts as a table: the same data as the map, sortable, a row selects; the city stands first.
import type { ComponentChildren } from 'preact'
import type { RunView } from '../../../messages.ts'
import { quantityText, unitWord } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { alertSeverity, shadingKpi, tableKpis } from '../../store/kpi/districts.ts'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'
import { glyph } from '../parts/icons.tsx'
import { type Shown, shown, shownText } from '../parts/reading-view.ts'
import { useApp } from '../shell/context.ts'

export function DistrictTable() {
  const { store, state } = useApp()
  const run = store.run.value
  if (!run) return null
  const [city, ...districts] = run.scopes
  const columns = tableKpis(store.kpis.value)
  const cells = new Map(
    run.scopes.map(({ code }) => [code, columns.map((kpi) => shown(store, kpi, code, ''))]),
  )
  const shading = shadingKpi(store, state)
  const sortBy = state.metric.value === null ? -1 : columns.findIndex((k) => k.id === shading?.id)
  const ordered = sortBy < 0 ? districts : sorted(districts, cells, columns, sortBy)
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
            <NameColumn />
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
          {[city, ...ordered].map((scope) => {
            const isCity = scope.code === city.code
            return (
              <Row key={scope.code} scope={scope} isCity={isCity}>
                {cells.get(scope.code)!.map((cell, c) => (
                  <Cell key={columns[c].id} cell={cell} top={isCity ? 0 : tops[c]} />
                ))}
              </Row>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

type NamedScope = RunView['scopes'][number]

/** Worst first by one column. */
function sorted(
  districts: NamedScope[],
  cells: Map<string, Shown[]>,
  columns: DeclaredKpi[],
  by: number,
): NamedScope[] {
  const value = (code: string) => cells.get(code)?.[by].value ?? Number.NEGATIVE_INFINITY
  const direction = columns[by].measure.good === 'up' ? 1 : -1
  return [...districts].sort((a, b) => direction * (value(a.code) - value(b.code)))
}

function NameColumn() {
  const { state } = useApp()
  return (
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
  )
}

function Row(props: { scope: NamedScope; isCity: boolean; children: ComponentChildren }) {
  const { scope, isCity, children } = props
  const { store, state } = useApp()
  const worst = alertSeverity(store.alerts.value).get(scope.code)
  const tone = worst === 2 ? 'critical' : 'warning'
  const isSelected = state.district.value === scope.code
  return (
    <tr
      class={`${isCity ? 'is-city' : ''} ${isSelected ? 'is-selected' : ''}`}
      onClick={() => {
        state.district.value = isCity ? null : scope.code
      }}
    >
      <th scope="row">
        <button type="button" aria-pressed={isSelected}>
          {worst !== undefined && <span class={`tone-${tone}`}>{glyph(tone)} </span>}
          {tx(scope.name)}
        </button>
      </th>
      {children}
    </tr>
  )
}

function Column({ kpi, shading, sorted }: { kpi: DeclaredKpi; shading: boolean; sorted: boolean }) {
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
