// The middle of the page: the live map, its legend and layer switches; a simpler drawing where WebGL2 is missing.
import { useEffect, useRef, useState } from 'preact/hooks'
import { compact, quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import type { Hover } from '../../map/city-map.ts'
import type { EntityStore } from '../../store/assets/entities.ts'
import { NO_STATE, STALE_STATE } from '../../store/assets/tones.ts'
import { districtShades } from '../../store/kpi/districts.ts'
import type { DomainDeclaration } from '../../store/kpi/measures.ts'
import { Form } from '../parts/icons.tsx'
import { useApp } from '../shell/context.ts'
import { layerDomains, toggleLayer } from '../shell/keyboard.ts'
import { SvgMap } from './svg-map.tsx'

export function MapPanel({ onIdle, webgl }: { onIdle(): void; webgl: boolean }) {
  const app = useApp()
  const { store, state, map, still } = app
  const holder = useRef<HTMLDivElement>(null)
  const [hover, setHover] = useState<Hover>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const run = store.run.value
  const city = store.city.value
  const ready = run !== null && city !== null

  useEffect(() => {
    if (!webgl || !run || !city || !holder.current) return
    const container = holder.current
    let closed = false
    // The map library is most of the page's bytes: it is fetched after the shell stands.
    import('../../map/city-map.ts')
      .then(({ CityMap }) => {
        if (closed) return
        const choices = { state, still, onHover: setHover, onIdle }
        map.value = new CityMap({ container, store, run, city, ...choices })
      })
      .catch((error: Error) => setFailed(error.message))
    return () => {
      closed = true
      map.value?.destroy()
      map.value = null
    }
  }, [ready, run?.epoch])

  const label = t('map.label', {
    city: city ? tx(city.name) : '',
    n: compact(run?.assets ?? 0, lang.value),
  })
  const simple = !webgl || failed !== null
  const stale = store.connection.value.state !== 'live'
  return (
    <section id="map" class={`panel map-panel ${stale ? 'is-stale' : ''}`} aria-label={label}>
      {simple ? <SvgMap /> : <div ref={holder} class="map-holder" />}
      <Legend />
      {failed && <p class="map-note problem">{t('map.failed', { error: failed })}</p>}
      {!webgl && <p class="map-note">{t('map.nowebgl')}</p>}
      <div class="map-chips">
        <button
          type="button"
          class="rail-toggle"
          aria-expanded={state.leftRail.value}
          onClick={() => {
            state.leftRail.value = !state.leftRail.value
          }}
        >
          ☰ {t('districts.title')}
        </button>
        <DistrictChip />
      </div>
      <p class="map-credit" title={city ? tx(city.notice) : ''}>
        {t('map.schematic')}
      </p>
      {hover && <Tip hover={hover} />}
    </section>
  )
}

function DistrictChip() {
  const { store, state } = useApp()
  const scope = store.run.value?.scopes.find((s) => s.code === state.district.value)
  if (!scope) return null
  return (
    <button
      type="button"
      class="district-chip"
      aria-label={`${tx(scope.name)}: ${t('ui.close')}`}
      onClick={() => {
        state.district.value = null
      }}
    >
      {tx(scope.name)} ✕
    </button>
  )
}

const NARROW_PX = 800

function Legend() {
  const app = useApp()
  const { store, state, tick } = app
  void tick.value
  const run = store.run.value
  const entities = store.entities.value
  if (!run) return null
  return (
    <details class="legend" open={innerWidth > NARROW_PX}>
      <summary>{t('map.layers')}</summary>
      <ul>
        {layerDomains(app).map((domain, i) => (
          <LayerRow
            key={domain}
            order={i + 1}
            declaration={run.declarations[domain]}
            entities={entities}
            hidden={state.hiddenLayers.value.has(domain)}
            onToggle={() => toggleLayer(app, i + 1)}
          />
        ))}
      </ul>
      <Shading />
    </details>
  )
}

function LayerRow(props: {
  order: number
  declaration: DomainDeclaration
  entities: EntityStore | null
  hidden: boolean
  onToggle(): void
}) {
  const { order, declaration, entities, hidden, onToggle } = props
  const { store, state } = useApp()
  const { layer } = declaration
  const index = entities?.catalogue.domains.indexOf(declaration.domain) ?? -1
  const at = store.run.value?.scopes.findIndex((s) => s.code === state.district.value) ?? -1
  const scope = Math.max(0, at)
  const count = (code: number) => (entities && index >= 0 ? entities.count(index, code, scope) : 0)
  const states = layer.states.map((s, i) => ({ ...s, count: count(i + 1) }))
  const silent = count(NO_STATE)
  const total = states.reduce((sum, s) => sum + s.count, 0) + silent + count(STALE_STATE)
  const shown = states.filter((s, i) => i === 0 || s.count > 0)
  return (
    <li class={hidden ? 'is-hidden' : ''}>
      <button
        type="button"
        aria-pressed={!hidden}
        aria-keyshortcuts={String(order)}
        onClick={onToggle}
      >
        <kbd>{order}</kbd>
        <Form shape={layer.shape} tone="normal" />
        <b>{tx(declaration.asset)}</b>
        <span class="legend-total">{compact(total, lang.value)}</span>
      </button>
      <ul>
        {shown.map((s) => (
          <StateRow
            key={s.code}
            shape={layer.shape}
            tone={s.tone}
            label={tx(s.label)}
            count={s.count}
          />
        ))}
        {count(STALE_STATE) > 0 && (
          <StateRow
            shape={layer.shape}
            tone="offline"
            label={t('map.stale')}
            count={count(STALE_STATE)}
          />
        )}
      </ul>
    </li>
  )
}

const StateRow = (props: { shape: string; tone: string; label: string; count: number }) => (
  <li class={`legend-state tone-text-${props.tone}`}>
    <Form shape={props.shape} tone={props.tone} />
    <span>{props.label}</span>
    <span class="legend-count">{compact(props.count, lang.value)}</span>
  </li>
)

function Shading() {
  const { store, state } = useApp()
  const { kpi, low, high } = districtShades(store, state)
  if (!kpi) return null
  return (
    <div class="shading">
      <span>
        {t('map.shade')} <b>{tx(kpi.measure.short)}</b>
      </span>
      <span class="shading-scale">
        {quantityText(low, kpi.measure.unit, lang.value)}
        <i aria-hidden="true" />
        {quantityText(high, kpi.measure.unit, lang.value)}
      </span>
      <small>{t('map.pulse')}</small>
      <small>{t('map.brightness')}</small>
    </div>
  )
}

/** What lies under the pointer. */
function Tip({ hover }: { hover: NonNullable<Hover> }) {
  const { store } = useApp()
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Set through the DOM: the content security policy allows no style attributes in markup.
    if (ref.current) ref.current.style.transform = `translate(${hover.x + 12}px, ${hover.y + 12}px)`
  }, [hover])
  const entities = store.entities.value
  const run = store.run.value
  if (!entities || !run) return null
  const domain = entities.catalogue.domains[entities.catalogue.domain[hover.number]]
  const { layer, asset } = run.declarations[domain]
  const code = entities.state[hover.number]
  const known = layer.states[code - 1]
  const value = entities.valueOf(hover.number) / layer.valueScale
  return (
    <div ref={ref} class="tip" role="tooltip">
      <Form shape={layer.shape} tone={entities.toneOf(hover.number)} /> <b>{tx(asset)}</b>{' '}
      {tx(run.scopes[entities.catalogue.scope[hover.number]]?.name)}
      <br />
      {known ? tx(known.label) : t(code === STALE_STATE ? 'map.stale' : 'map.none')}
      {known && ` · ${tx(layer.valueLabel)} ${quantityText(value, layer.valueUnit, lang.value)}`}
    </div>
  )
}
