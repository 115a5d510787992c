// The legend's words on shading: the fixed scale with the highest and lowest district, or what is not as usual.
import { quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { districtShades, type Shades } from '../../store/kpi/districts.ts'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'
import { useApp } from '../shell/context.ts'
import { differenceText } from '../twin/deviations.ts'

/** Districts that are named as not being as usual, at most. */
const NAMED = 3

export function Shading() {
  const { store, state } = useApp()
  // What is held back is shown when it is due, whatever is read meanwhile.
  void store.clock.value
  const shades = districtShades(store, state)
  const { kpi, basis } = shades
  if (!kpi) return null
  const isUsual = basis === 'usual'
  return (
    <div class="shading">
      <span>
        {t(isUsual ? 'map.shade.usual' : 'map.shade')} <b>{tx(kpi.measure.short)}</b>
      </span>
      {isUsual ? <Usual shades={shades} kpi={kpi} /> : <Scale shades={shades} kpi={kpi} />}
      <small>{t('map.pulse')}</small>
      <small>{t('map.brightness')}</small>
    </div>
  )
}

type Parts = { shades: Shades; kpi: DeclaredKpi }

/** The ends never move; beside them stand the numbers of the district table. */
function Scale({ shades, kpi }: Parts) {
  const { range, values } = shades
  const { unit } = kpi.measure
  const ordered = [...values].sort((a, b) => b[1] - a[1])
  const [most, least] = [ordered.at(0), ordered.at(-1)]
  return (
    <>
      {range && (
        <span class="shading-scale">
          {quantityText(range.from, unit, lang.value)}
          <i aria-hidden="true" />
          {quantityText(range.to, unit, lang.value)}
        </span>
      )}
      {/* Two lines from the first picture on: a legend that grows pushes what people read. */}
      {!most && <span class="shading-row shading-unknown">{t('map.shade.none')}</span>}
      {most && <Extreme word="map.shade.most" of={most} unit={unit} />}
      {least && ordered.length > 1 && <Extreme word="map.shade.least" of={least} unit={unit} />}
    </>
  )
}

function Extreme(props: {
  word: 'map.shade.most' | 'map.shade.least'
  of: [string, number]
  unit: string
}) {
  const [code, value] = props.of
  return (
    <span class="shading-row">
      {t(props.word)} <b>{useName(code)}</b>
      <span class="legend-count">{quantityText(value, props.unit, lang.value)}</span>
    </span>
  )
}

function Usual({ shades, kpi }: Parts) {
  const { byScope, differences } = shades
  const off = [...byScope].filter(([, by]) => by !== 0)
  if (off.length === 0) return <span>● {t('map.shade.calm')}</span>
  off.sort((a, b) => b[1] - a[1])
  return (
    <>
      <span class="shading-key shading-worse">
        <i aria-hidden="true" />
        {t('map.shade.worse')}
      </span>
      <span class="shading-key shading-better">
        <i aria-hidden="true" />
        {t('map.shade.better')}
      </span>
      {off.slice(0, NAMED).map(([code]) => (
        <Off key={code} code={code} by={differences.get(code) ?? 0} unit={kpi.measure.unit} />
      ))}
    </>
  )
}

function Off({ code, by, unit }: { code: string; by: number; unit: string }) {
  return (
    <span class="shading-row">
      <b>{useName(code)}</b>
      <span class="legend-count">{differenceText(by, unit, lang.value, t('twin.points'))}</span>
    </span>
  )
}

function useName(code: string): string {
  const { store } = useApp()
  return tx(store.run.value?.scopes.find((scope) => scope.code === code)?.name)
}
