// The city beside its twins: which KPIs differ by what was done or happened, in the chosen district, and where.
import type { TwinView } from '../../../messages.ts'
import { hourMinute, quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { Columns } from '../parts/columns.tsx'
import { usePolled } from '../parts/polled.ts'
import { Scroll } from '../parts/scroll.tsx'
import { useApp } from '../shell/context.ts'

/** Every page asks, and hundreds may come from one address: none of their loads waits for it. */
const POLLING = { everyMs: 5_000, atOnce: false }

/** The twin without incidents and commands; the others are named by the command they leave out. */
const USUAL = 'usual'

export function Twins() {
  const { store } = useApp()
  const twins = usePolled('twin', store.api.twins, POLLING) ?? []
  // Nobody has acted yet.
  if (twins.length === 0) return null
  return (
    <section class="panel twins" aria-labelledby="twins-title">
      <h2 id="twins-title">{t('twin.title')}</h2>
      <Scroll label={t('twin.title')}>
        {twins.map((twin) => (
          <TwinTable key={twin.twin} twin={twin} />
        ))}
      </Scroll>
    </section>
  )
}

/** Of a KPI that has no districts. */
const NOTHING = { value: null, twin: null, difference: null }

type Compared = TwinView['kpis'][number]

/** Scopes in which the city is another than its twin. */
const differing = ({ scopes }: Compared): string[] =>
  Object.keys(scopes).filter((code) => (scopes[code].difference ?? 0) !== 0)

function TwinTable({ twin: { twin, watermark, kpis } }: { twin: TwinView }) {
  const different = kpis.filter((kpi) => differing(kpi).length > 0)
  const name = twin === USUAL ? t('twin.usual') : t('twin.without', { id: twin })
  return (
    <>
      <h3>
        {name}{' '}
        <small>{t('twin.until', { time: hourMinute(Date.parse(watermark), lang.value) })}</small>
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
    </>
  )
}

function TwinRow({ compared }: { compared: Compared }) {
  const { store, state } = useApp()
  const run = store.run.value
  const kpi = store.kpis.value.get(compared.kpi)
  if (!run || !kpi) return null
  const [city, ...districts] = run.scopes
  const { value, twin, difference } = compared.scopes[state.district.value ?? city.code] ?? NOTHING
  const codes = differing(compared)
  const places = districts.filter(({ code }) => codes.includes(code)).map(({ name }) => tx(name))
  const text = (of: number | null) => quantityText(of, compared.unit, lang.value)
  return (
    <tr>
      <th scope="row">
        {tx(kpi.measure.label)}
        <small>{t('twin.both', { city: text(value), twin: text(twin) })}</small>
        {places.length > 0 && <small>{places.join(' · ')}</small>}
      </th>
      <td class="num">
        {(difference ?? 0) > 0 ? '+' : ''}
        {text(difference)}
      </td>
    </tr>
  )
}
