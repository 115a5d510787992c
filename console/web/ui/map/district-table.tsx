// The districts as a table: the same data as the map, sortable, a row selects; the city stands first.
import { computed, type ReadonlySignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import type { RunView } from '../../../messages.ts'
import { quantityText, unitWord } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { alertSeverity, shadingKpi, tableKpis } from '../../store/kpi/districts.ts'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'
import { glyph } from '../parts/icons.tsx'
import { shown, shownText } from '../parts/reading-view.ts'
import { useApp, useSame } from '../shell/context.ts'

export function DistrictTable() {
  const run = useApp().store.run.value
  return run && <Table run={run} />
}

function Table({ run }: { run: RunView }) {
  const { store, state } = useApp()
  const [city, ...districts] = run.scopes
  const columns = tableKpis(store.kpis.value)
  const numberOf = (kpi: DeclaredKpi, code: string) => shown(store, kpi, code, '').value
  const shading = shadingKpi(store, state)
  const by = state.metric.value === null ? null : (columns.find((k) => k === shading) ?? null)
  const places = useSame(() => sorted(districts, by, numberOf))
  const tops = useMemo(
    () =>
      columns.map((kpi) =>
        computed(() => Math.max(...districts.map(({ code }) => numberOf(kpi, code) ?? 0))),
      ),
    [run, columns],
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
              <Column key={kpi.id} kpi={kpi} shading={shading === kpi} sorted={by !== null} />
            ))}
          </tr>
        </thead>
        <tbody>
          {[city, ...places.map((i) => districts[i])].map((scope) => {
            const isCity = scope === city
            return (
              <Row key={scope.code} scope={scope} isCity={isCity}>
                {columns.map((kpi, c) => (
                  <Cell key={kpi.id} kpi={kpi} code={scope.code} top={isCity ? null : tops[c]} />
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

/** Places in `districts`: worst first by one column, or as they are. */
function sorted(
  districts: NamedScope[],
  by: DeclaredKpi | null,
  numberOf: (kpi: DeclaredKpi, code: string) => number | null,
): number[] {
  const places = [...districts.keys()]
  if (!by) return places
  const values = districts.map(({ code }) => numberOf(by, code) ?? Number.NEGATIVE_INFINITY)
  const direction = by.measure.good === 'up' ? 1 : -1
  return places.sort((a, b) => direction * (values[a] - values[b]))
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

type CellProps = { kpi: DeclaredKpi; code: string; top: ReadonlySignal<number> | null }

/** `top` = the value of the longest bar. */
function Cell({ kpi, code, top }: CellProps) {
  const { store } = useApp()
  const { text, word, isGood, n, bar } = useSame(() => {
    const cell = shown(store, kpi, code, '')
    const { value, word } = shownText(cell)
    const most = top?.value ?? 0
    const share = Math.max(0, Math.min(1, (cell.value ?? 0) / most))
    return {
      word,
      text: word ? value : quantityText(cell.value, cell.unit === '1' ? '1' : '', lang.value),
      isGood: cell.confidence === 'good',
      n: cell.n === null ? '' : `n = ${cell.n}`,
      bar: most > 0 ? (100 * share).toFixed(1) : null,
    }
  })
  return (
    <td class={isGood ? '' : 'is-grey'} title={n}>
      {word ? <span class="cell-word">{text}</span> : text}
      {bar && (
        <svg class="cell-bar" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">
          <rect width={bar} height="2" />
        </svg>
      )}
    </td>
  )
}
