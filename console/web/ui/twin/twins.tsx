// The city beside its twins: which KPIs differ by what was done or happened, what that comes to, and where most.
import type { TwinView } from '../../../messages.ts'
import { hourMinute, quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { USUAL } from '../../store/kpi/usual.ts'
import { Columns } from '../parts/columns.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { useApp } from '../shell/context.ts'
import {
  type ComparedKpi,
  deviation,
  deviations,
  differenceText,
  furthest,
  type TwinDeviation,
} from './deviations.ts'
import { WithoutForm } from './without-form.tsx'

/** Places that are named: more would hide the rows below. */
const NAMED = 5

export function Twins() {
  const { store } = useApp()
  const twins = store.usual.views.value
  // Nobody has acted yet.
  if (twins.length === 0) return null
  return (
    <section class="panel twins" aria-labelledby="twins-title">
      <h2 id="twins-title">{t('twin.title')}</h2>
      <Scroll label={t('twin.title')}>
        {twins.map((twin) => (
          <TwinTable key={twin.twin} twin={twin} />
        ))}
        <WithoutForm />
      </Scroll>
    </section>
  )
}

const amount = (by: number, unit: string) => differenceText(by, unit, lang.value, t('twin.points'))

/** Names of districts by code. */
function useDistricts(): Map<string, string> {
  const { store } = useApp()
  const [, ...districts] = store.run.value?.scopes ?? []
  return new Map(districts.map(({ code, name }) => [code, tx(name)]))
}

function TwinTable({ twin: { twin, watermark, kpis } }: { twin: TwinView }) {
  const districts = useDistricts()
  const different = kpis.filter((kpi) => deviations(kpi, Object.keys(kpi.scopes)).length > 0)
  const name = twin === USUAL ? t('twin.usual') : t('twin.without', { id: twin })
  return (
    <>
      <h3>
        {name} <small>{t('twin.until', { time: hourMinute(Date.parse(watermark)) })}</small>
      </h3>
      {different.length === 0 ? (
        <p class="is-grey">{t('twin.none')}</p>
      ) : (
        <table class="plain">
          <Columns titles={[t('twin.kpi'), t('twin.difference')]} numbers={1} />
          <tbody>
            {different.map((kpi) => (
              <TwinRow key={kpi.kpi} compared={kpi} />
            ))}
          </tbody>
        </table>
      )}
      <Furthest deviations={furthest(different, [...districts.keys()]).slice(0, NAMED)} />
    </>
  )
}

function TwinRow({ compared }: { compared: ComparedKpi }) {
  const { store, state } = useApp()
  const districts = useDistricts()
  const run = store.run.value
  const kpi = store.kpis.value.get(compared.kpi)
  if (!run || !kpi) return null
  const { unit, counted, scopes } = compared
  const code = state.district.value ?? run.scopes[0].code
  const { value = null, twin = null, difference = null } = scopes[code] ?? {}
  const own = deviation(compared, code)
  const since = counted?.sums ? counted.since : null
  const places = deviations(compared, [...districts.keys()])
  const text = (of: number | null) => quantityText(of, unit, lang.value)
  return (
    <tr>
      <th scope="row">
        {tx(kpi.measure.label)}
        <small>{t('twin.both', { city: text(value), twin: text(twin) })}</small>
        {places.length > 0 && (
          <small>
            {places
              .slice(0, NAMED)
              .map((place) => `${districts.get(place.code)} ${amount(place.by, place.unit)}`)
              .join(' · ')}
            {places.length > NAMED && ` · ${t('twin.more', { n: places.length - NAMED })}`}
          </small>
        )}
      </th>
      <td class="num">
        {amount(own?.by ?? 0, counted?.unit ?? unit)}
        {counted && kpi.measure.difference && <small>{tx(kpi.measure.difference.label)}</small>}
        {since !== null && (
          <small>{t('twin.since', { time: hourMinute(Date.parse(since)) })}</small>
        )}
        {counted && counted.unit !== unit && difference !== null && (
          <small>{amount(difference, unit)}</small>
        )}
      </td>
    </tr>
  )
}

/** Districts by how far they are from what would be. */
function Furthest({ deviations }: { deviations: TwinDeviation[] }) {
  const { store } = useApp()
  const districts = useDistricts()
  if (deviations.length === 0) return null
  return (
    <table class="plain">
      <Columns titles={[t('twin.furthest'), t('twin.difference')]} numbers={1} />
      <tbody>
        {deviations.map(({ kpi, code, by, unit, part }) => (
          <tr key={code}>
            <th scope="row">
              {districts.get(code)}
              <small>{tx(store.kpis.value.get(kpi)?.measure.label)}</small>
            </th>
            <td class="num">
              {amount(by, unit)}
              {part !== null && <small>{differenceText(part, '1', lang.value, '%')}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
