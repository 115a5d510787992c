// The numbers of both recordings: each KPI with A, B and the difference, and one of them district by district.
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { RunView } from '../../../messages.ts'
import { hourMinute, quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { shadingKpi } from '../../store/kpi/districts.ts'
import { type DeclaredKpi, headlines, leading, windowKind } from '../../store/kpi/measures.ts'
import type { AppState } from '../shell/context.ts'
import { useSame } from '../shell/context.ts'
import { differenceText } from '../twin/deviations.ts'
import { type AlignedReadings, alignedDays, alignedWindows, comparedCell } from './aligned.ts'
import { say } from './words.ts'

export type Sides = { a: AppState; b: AppState }

export function CompareTable({ a, b }: Sides) {
  const { store, state } = a
  const run = store.run.value
  if (!run) return <div class="panel beside-numbers" />
  const isDense = state.density.value === 'engineering'
  const declared = store.kpis.value
  const kpis = isDense ? headlines(declared) : leading(declared)
  const district = run.scopes.find(({ code }) => code === state.district.value)
  const shading = shadingKpi(store, state)
  const density = () => {
    state.density.value = isDense ? 'explaining' : 'engineering'
  }
  return (
    <section class="panel beside-numbers" aria-labelledby="beside-numbers">
      <div class="panel-head">
        <h2 id="beside-numbers">
          {say('numbers')} <small>{tx(district?.name ?? run.scopes[0].name)}</small>
        </h2>
        <button type="button" aria-keyshortcuts="N" onClick={density}>
          {say(isDense ? 'few' : 'all')}
        </button>
      </div>
      <div class="beside-scroll">
        <table class="beside-kpis">
          <Head first={say('kpi')} />
          <tbody>
            {kpis.map((kpi) => (
              <KpiRowOfBoth key={kpi.id} {...{ a, b, kpi, run }} isShading={kpi === shading} />
            ))}
          </tbody>
        </table>
        {shading && <Districts {...{ a, b, run }} kpi={shading} />}
      </div>
    </section>
  )
}

const Head = ({ first }: { first: string }) => (
  <thead>
    <tr>
      <th scope="col">{first}</th>
      <th scope="col" class="is-A">
        A
      </th>
      <th scope="col" class="is-B">
        B
      </th>
      <th scope="col">{say('difference')}</th>
    </tr>
  </thead>
)

type KpiProps = Sides & { kpi: DeclaredKpi; run: RunView }

function KpiRowOfBoth(props: KpiProps & { isShading: boolean }) {
  const { a, kpi, run, isShading } = props
  const { state } = a
  const pair = useAligned(props)
  const city = run.scopes[0].code
  const scope = kpi.declaration.cityWide ? city : (state.district.value ?? city)
  const isByDistrict = !kpi.declaration.cityWide
  const name = tx(kpi.measure.short)
  return (
    <Row
      {...{ pair, scope }}
      unit={kpi.measure.unit}
      class={isShading ? 'is-shading' : ''}
      title={`${tx(kpi.measure.label)} · ${whenText(pair)}`}
    >
      {isByDistrict ? (
        <button
          type="button"
          aria-pressed={isShading}
          title={say('choose')}
          onClick={() => {
            state.metric.value = kpi.id
          }}
        >
          {name}
        </button>
      ) : (
        name
      )}
    </Row>
  )
}

function Districts(props: KpiProps) {
  const { a, kpi, run } = props
  const { state } = a
  const pair = useAligned(props)
  const [city, ...districts] = run.scopes
  return (
    <table class="beside-districts">
      <caption>
        {say('districts', { kpi: tx(kpi.measure.short) })} <small>{whenText(pair)}</small>
      </caption>
      <Head first={say('place')} />
      <tbody>
        {[city, ...districts].map(({ code, name }) => {
          const chosen = code === city.code ? null : code
          const isSelected = state.district.value === chosen
          return (
            <Row
              key={code}
              {...{ pair }}
              scope={code}
              unit={kpi.measure.unit}
              class={isSelected ? 'is-selected' : ''}
            >
              <button
                type="button"
                aria-pressed={isSelected}
                onClick={() => {
                  state.district.value = chosen
                }}
              >
                {tx(name)}
              </button>
            </Row>
          )
        })}
      </tbody>
    </table>
  )
}

/** Of the same window in both; of a day the last of which both had the same, within one world. */
function useAligned({ a, b, kpi }: Sides & { kpi: DeclaredKpi }): AlignedReadings | null {
  const last = useRef<{ world: number; pair: AlignedReadings | null }>({ world: -1, pair: null })
  return useSame(() => {
    const { readings, run } = a.store
    if (windowKind(kpi) === 'window') {
      return alignedWindows(readings.finals(kpi.id).value, b.store.readings.finals(kpi.id).value)
    }
    const [dayA, dayB] = [a, b].map(({ store }) => store.readings.latest(kpi.id, 'day').value)
    const world = run.value?.world ?? 0
    const pair = alignedDays(dayA, dayB)
    if (pair || last.current.world !== world) last.current = { world, pair }
    return last.current.pair
  })
}

type RowProps = {
  pair: AlignedReadings | null
  scope: string
  unit: string
  class: string
  title?: string
  children: ComponentChildren
}

function Row({ pair, scope, unit, children, ...rest }: RowProps) {
  const cell = pair && comparedCell(pair, scope)
  const isOther = cell !== null && cell.difference !== 0
  const text = (value: number | null | undefined) =>
    value === undefined
      ? say('waiting')
      : value === null
        ? say('absent')
        : quantityText(value, unit, lang.value)
  return (
    <tr class={`${rest.class} ${isOther ? 'is-other' : ''}`} title={rest.title}>
      <th scope="row">{children}</th>
      <td>{text(cell?.a)}</td>
      <td>{text(cell?.b)}</td>
      <td class="beside-difference">{deltaText(cell?.difference, unit)}</td>
    </tr>
  )
}

function deltaText(difference: number | null | undefined, unit: string): string {
  if (difference === undefined || difference === null) return '–'
  if (difference === 0) return say('same')
  return differenceText(difference, unit, lang.value, t('twin.points'))
}

function whenText(pair: AlignedReadings | null): string {
  if (!pair) return say('waiting')
  const { kind, start, end } = pair.a.window
  const [from, to] = [start, end].map((time) => hourMinute(Date.parse(time)))
  return say(kind, { from, to })
}
