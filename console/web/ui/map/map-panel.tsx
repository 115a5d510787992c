// The middle of the page: the live map, its legend and layer switches; a simpler drawing where WebGL2 is missing.
import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { compact, quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import type { Hover } from '../../map/picking/pointer.ts'
import { isAbnormal, NO_STATE, STALE_STATE, TONES } from '../../store/assets/tones.ts'
import type { DomainDeclaration } from '../../store/kpi/measures.ts'
import { Form } from '../parts/icons.tsx'
import { useApp, useSame } from '../shell/context.ts'
import { layerDomains, toggleLayer } from '../shell/keyboard.ts'
import { Callouts } from './callouts.tsx'
import { NearNames } from './near-names.tsx'
import { Shading } from './shading.tsx'
import { SvgMap } from './svg-map.tsx'
import { usePlaced } from './use-placed.ts'

/** A map that comes sooner needs no word. */
const SLOW_MS = 2_000
/** Graphics that do not come back by themselves are asked for anew after so long. */
const GRAPHICS_MS = 5_000

const mapPart = () => import('../../map/city-map.ts')

export function MapPanel({ onIdle, webgl }: { onIdle(): void; webgl: boolean }) {
  const { store, state, map } = useApp()
  const holder = useRef<HTMLDivElement>(null)
  const [hover, setHover] = useState<Hover>(null)
  const { failed, lost } = useCityMap(holder, webgl, { onIdle, onHover: setHover })
  const run = store.run.value
  const city = store.city.value

  const label = t('map.label', {
    city: city ? tx(city.name) : '',
    n: compact(run?.assets ?? 0, lang.value),
  })
  const simple = !webgl || failed !== null
  useEffect(() => void (simple && store.pictureStands()), [simple])
  const isPrinting = usePrinting()
  // Nobody computes anew: what stands here is the last that is known.
  const stale = store.connection.value.state !== 'live' || store.degraded.value
  return (
    // biome-ignore lint/a11y/useKeyWithMouseEvents: the tip is the pointer's; lists and inspector are the keyboard's
    <section
      id="map"
      class={`panel map-panel ${stale ? 'is-stale' : ''}`}
      aria-label={label}
      onMouseOver={({ target }) => target instanceof HTMLCanvasElement || setHover(null)}
    >
      {!simple && <div ref={holder} class="map-holder" />}
      {/* A canvas is blank on paper, and without its graphics. */}
      {(simple || lost || isPrinting) && <SvgMap />}
      <Legend />
      {!simple && !lost && map.value && <NearNames map={map.value} />}
      {!simple && !lost && map.value && <Callouts map={map.value} />}
      {failed && <p class="map-note problem">{t('map.failed', { error: failed })}</p>}
      {lost && (
        <p class="map-note" role="status">
          {t('map.lost')}
        </p>
      )}
      {!simple && !lost && map.value === null && <Loading />}
      {(!webgl || failed === '') && <p class="map-note">{t('map.nowebgl')}</p>}
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
        <SearchChip />
        <ListChip />
        <DistrictChip />
      </div>
      <p class="map-credit" title={city ? tx(city.notice) : ''}>
        {t('map.schematic')}
      </p>
      {hover && <Tip hover={hover} />}
    </section>
  )
}

type MapEvents = { onIdle(): void; onHover(hover: Hover): void }
/** What the map says when it could not be made ('' = there is no WebGL2), and whether its graphics are gone for the moment. */
type MapHealth = { failed: string | null; lost: boolean }

/** The map of the run in `holder`, once run and city are known; made anew for another run, and when its graphics stay away. */
function useCityMap(
  holder: RefObject<HTMLDivElement | null>,
  webgl: boolean,
  { onIdle, onHover }: MapEvents,
): MapHealth {
  const { store, state, map, still } = useApp()
  const [failed, setFailed] = useState<string | null>(null)
  const [lost, setLost] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const run = store.run.value
  const city = store.city.value
  const ready = run !== null && city !== null

  // The map library is most of the page's bytes: it comes after the shell stands, and while the city is asked for.
  useEffect(() => {
    if (webgl) mapPart().catch(() => {})
  }, [])

  useEffect(() => {
    if (!webgl || !run || !city || !holder.current) return
    const container = holder.current
    let closed = false
    mapPart()
      .then(async ({ CityMap }) => {
        // The map's worker gets its turn to start first: what follows keeps the page busy.
        await new Promise((resolve) => setTimeout(resolve))
        if (closed) return
        const choices = { state, still, onHover, onIdle, onGraphics: setLost }
        map.value = new CityMap({ container, store, run, city, ...choices })
      })
      // "WebGL2 is required …" is what the library says of a browser without it.
      .catch(({ message }: Error) => setFailed(message.startsWith('WebGL2 ') ? '' : message))
    return () => {
      closed = true
      map.value?.destroy()
      map.value = null
      setLost(false)
    }
  }, [ready, run?.epoch, attempt])

  useEffect(() => {
    if (!lost) return
    const timer = setTimeout(() => setAttempt(attempt + 1), GRAPHICS_MS)
    return () => clearTimeout(timer)
  }, [lost])
  return { failed, lost }
}

/** On a slow line the map's own part takes a while. */
function Loading() {
  const [isSlow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    return () => clearTimeout(timer)
  }, [])
  return isSlow ? (
    <p class="map-note" role="status">
      {t('map.loading')}
    </p>
  ) : null
}

function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false)
  useEffect(() => {
    const [begins, ends] = [() => setPrinting(true), () => setPrinting(false)]
    addEventListener('beforeprint', begins)
    addEventListener('afterprint', ends)
    return () => {
      removeEventListener('beforeprint', begins)
      removeEventListener('afterprint', ends)
    }
  }, [])
  return isPrinting
}

function SearchChip() {
  const { state } = useApp()
  return (
    <button
      type="button"
      class="list-chip"
      aria-haspopup="dialog"
      aria-keyshortcuts="/"
      onClick={() => {
        state.searching.value = true
      }}
    >
      {t('search.title')} <kbd>/</kbd>
    </button>
  )
}

/** How many assets are not as they should be, and the way to them. */
function ListChip() {
  const app = useApp()
  const { store, state, tick } = app
  const n = useSame(() => {
    void tick.value
    const entities = store.entities.value
    if (!entities) return null
    const { domains } = entities.catalogue
    return layerDomains(app).reduce((sum, domain) => {
      const byTone = entities.toneCounts(domains.indexOf(domain))
      return sum + byTone.reduce((s, count, tone) => s + (isAbnormal(TONES[tone]) ? count : 0), 0)
    }, 0)
  })
  if (n === null) return null
  return (
    <button
      type="button"
      class="list-chip"
      aria-expanded={state.listing.value}
      aria-keyshortcuts="L"
      onClick={() => {
        state.rightRail.value = true
        state.asset.value = null
        state.listing.value = !state.listing.value
      }}
    >
      {t('list.title')} {compact(n, lang.value)} <kbd>L</kbd>
    </button>
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
/** So wide a page has room for every layer beside the city; else they are one press away. */
const WIDE_PX = 1700
/** Of the page's ticks that many powers of two: a second, and 16. */
const OPEN_TICKS = 2
const FOLDED_TICKS = 6

function Legend() {
  const app = useApp()
  const { store, tick } = app
  const { isNarrow, isWide } = useSame(() => {
    void tick.value
    return { isNarrow: innerWidth <= NARROW_PX, isWide: innerWidth >= WIDE_PX }
  })
  const isOpen = useSignal(isWide)
  // What is folded up is not read: it follows slowly.
  const beat = useComputed(() => tick.value >> (isOpen.value ? OPEN_TICKS : FOLDED_TICKS))
  const run = store.run.value
  if (!run) return null
  return (
    <div class="legend">
      {!isNarrow && <Shading />}
      <details
        open={isWide}
        onToggle={({ currentTarget }) => {
          isOpen.value = currentTarget.open
          app.map.value?.refit?.()
        }}
      >
        <summary>{t('map.layers')}</summary>
        {isNarrow && <Shading />}
        <ul>
          {layerDomains(app).map((domain, i) => (
            <LayerRow
              key={domain}
              order={i + 1}
              declaration={run.declarations[domain]}
              beat={beat}
            />
          ))}
        </ul>
      </details>
    </div>
  )
}

function LayerRow(props: {
  order: number
  declaration: DomainDeclaration
  /** Another number when it is time to count anew. */
  beat: ReadonlySignal<number>
}) {
  const { order, declaration, beat } = props
  const app = useApp()
  const { store, state } = app
  const { layer, domain } = declaration
  const counts = useSame(() => {
    void beat.value
    const entities = store.entities.value
    const index = entities?.catalogue.domains.indexOf(domain) ?? -1
    const at = store.run.value?.scopes.findIndex((s) => s.code === state.district.value) ?? -1
    const codes = [NO_STATE, ...layer.states.map((_, i) => i + 1), STALE_STATE]
    return codes.map((code) =>
      entities && index >= 0 ? entities.count(index, code, Math.max(0, at)) : 0,
    )
  })
  const hidden = state.hiddenLayers.value.has(domain)
  const onToggle = () => toggleLayer(app, order)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const stale = counts.at(-1)!
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
        {layer.states.map(
          ({ code, tone, label }, i) =>
            (i === 0 || counts[i + 1] > 0) && (
              <StateRow
                key={code}
                shape={layer.shape}
                tone={tone}
                label={tx(label)}
                count={counts[i + 1]}
              />
            ),
        )}
        {stale > 0 && (
          <StateRow shape={layer.shape} tone="offline" label={t('map.stale')} count={stale} />
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

/** What lies under the pointer. */
function Tip({ hover }: { hover: NonNullable<Hover> }) {
  const { store } = useApp()
  const ref = usePlaced<HTMLDivElement>(hover.x + 12, hover.y + 12)
  const { meant } = hover
  const run = store.run.value
  return (
    <div ref={ref} class="tip" role="tooltip">
      {meant.kind === 'asset' ? (
        <AssetTip number={meant.number} />
      ) : (
        <b>{tx(run?.scopes.find((s) => s.code === meant.code)?.name)}</b>
      )}
    </div>
  )
}

function AssetTip({ number }: { number: number }) {
  const { store } = useApp()
  const entities = store.entities.value
  const run = store.run.value
  if (!entities || !run) return null
  const domain = entities.catalogue.domains[entities.catalogue.domain[number]]
  const { layer, asset } = run.declarations[domain]
  const code = entities.state[number]
  const known = layer.states[code - 1]
  const value = entities.valueOf(number) / layer.valueScale
  return (
    <>
      <Form shape={layer.shape} tone={entities.toneOf(number)} /> <b>{tx(asset)}</b>{' '}
      {tx(run.scopes[entities.catalogue.scope[number]]?.name)}
      <br />
      {known ? tx(known.label) : t(code === STALE_STATE ? 'map.stale' : 'map.none')}
      {known &&
        !entities.isRough &&
        ` · ${tx(layer.valueLabel)} ${quantityText(value, layer.valueUnit, lang.value)}`}
    </>
  )
}
