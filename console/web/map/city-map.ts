// The live map: MapLibre for the ground and names, one layer for all assets; follows the store and the view's choices.
import { effect, untracked } from '@preact/signals'
import {
  Map as MapLibre,
  type MapMouseEvent,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import type { CityView, RunView } from '../../messages.ts'
import { lang, t } from '../i18n/i18n.ts'
import type { EntityStore } from '../store/assets/entities.ts'
import type { PageStore } from '../store/store.ts'
import type { ViewState } from '../view-state.ts'
import { AssetPicker } from './asset-picker.ts'
import { Camera, fitPadding, widened } from './camera.ts'
import { cityShapes } from './geometry.ts'
import { Ground, type GroundInput, styleInput } from './ground.ts'
import { ABOVE_ASSETS, mapStyle } from './map-style.ts'
import { pageScale } from './page-scale.ts'
import { MAP_PALETTES } from './palette.ts'
import { watchPixelRatio } from './pixel-ratio.ts'
import { type DotLook, PointLayer, PULSE_S } from './points/point-layer.ts'
import { PulseTimer } from './pulse-timer.ts'

export type Hover = { number: number; x: number; y: number } | null

export type CityMapOptions = {
  container: HTMLElement
  store: PageStore
  state: ViewState
  run: RunView
  city: CityView
  /** No easing, no pulses: for tests and for people who asked for less motion. */
  still: boolean
  onHover(hover: Hover): void
  onIdle(): void
}

const FADE_MS = 200
/** How long a lost graphics context stays lost, in a test. */
const LOST_MS = 100

export class CityMap {
  readonly #options: CityMapOptions
  readonly #map: MapLibre
  readonly #camera: Camera
  readonly #ground: Ground
  readonly #pulses: PulseTimer
  readonly #stops: (() => void)[] = []
  #points: PointLayer | null = null
  #picker: AssetPicker | null = null

  constructor(options: CityMapOptions) {
    const { container, store, state, run, city, still } = options
    setWorkerUrl(workerUrl)
    const shapes = cityShapes(city)
    const input = { city, shapes, run, state }
    this.#options = options
    this.#map = newMap(container, input, still)
    this.#camera = new Camera(this.#map, city.bounds, shapes.districts, still)
    this.#ground = new Ground(this.#map, store, input)
    this.#pulses = new PulseTimer(() => this.#map.triggerRepaint(), {
      frame: (task) => requestAnimationFrame(task),
      hidden: () => document.hidden,
    })
    this.#listen()
    this.#followPointer()
    this.#followStore()
    this.#followSize()
  }

  fitCity(): void {
    this.#camera.fitCity()
  }

  fitDistrict(code: string): void {
    this.#camera.fitDistrict(code)
  }

  showAsset(number: number): void {
    const entities = this.#options.store.entities.value
    if (entities) this.#camera.showPlace(entities.placeOf(number))
  }

  /** What is in view: west, south, east, north. */
  bounds(): number[] {
    return this.#camera.bounds()
  }

  pointCounters(): PointLayer['counters'] | null {
    return this.#points?.counters ?? null
  }

  /** Loses the graphics context on purpose, for a test. */
  loseContext(): void {
    const context = this.#map.getCanvas().getContext('webgl2')
    const extension = context?.getExtension('WEBGL_lose_context')
    extension?.loseContext()
    setTimeout(() => extension?.restoreContext(), LOST_MS)
  }

  destroy(): void {
    for (const stop of this.#stops) stop()
    this.#pulses.stop()
    this.#map.remove()
  }

  #listen(): void {
    const { store, onIdle } = this.#options
    const map = this.#map
    map.on('style.load', () => {
      const entities = store.entities.value
      if (entities) this.#placePoints(entities)
      this.#ground.dress()
    })
    map.on('idle', onIdle)
    map.on('render', () => store.painted())
    map.on('error', (event) => store.problem(`map: ${event.error?.message ?? 'unknown error'}`))
  }

  #placePoints(entities: EntityStore): void {
    const { run, state, still } = this.#options
    if (this.#map.getLayer('assets')) this.#map.removeLayer('assets')
    const districtOf = () => run.scopes.findIndex((s) => s.code === state.district.value)
    this.#points = new PointLayer(entities, {
      look: (domain) => this.#lookOf(entities.catalogue.domains[domain]),
      palette: () => MAP_PALETTES[state.theme.value],
      focus: () => Math.max(0, districtOf()),
      scale: pageScale,
      animated: () => !still,
      now: () => performance.now() / 1000,
    })
    this.#map.addLayer(this.#points, ABOVE_ASSETS)
  }

  #lookOf(domain: string): DotLook | null {
    const { run, state } = this.#options
    const layer = run.declarations[domain]?.layer
    if (!layer || layer.order === null) return null
    return { shape: layer.shape, visible: !state.hiddenLayers.value.has(domain) }
  }

  #pick(event: MapMouseEvent): number {
    const entities = this.#options.store.entities.value
    if (!entities || !this.#picker) return -1
    const shown = entities.catalogue.domains.map((d) => this.#lookOf(d)?.visible ?? false)
    return this.#picker.nearest(event.lngLat, this.#map.getZoom(), shown)
  }

  #followPointer(): void {
    const { state, onHover } = this.#options
    const map = this.#map
    map.on('mousemove', (event) => {
      const number = this.#pick(event)
      map.getCanvas().style.cursor = number >= 0 ? 'pointer' : ''
      onHover(number >= 0 ? { number, x: event.point.x, y: event.point.y } : null)
    })
    map.on('mouseout', () => onHover(null))
    map.on('movestart', () => onHover(null))
    map.on('click', (event) => {
      const number = this.#pick(event)
      if (number >= 0) {
        state.asset.value = number
        return
      }
      const [hit] = map.queryRenderedFeatures(event.point, { layers: ['district-fill'] })
      if (hit && state.asset.value !== null) state.asset.value = null
      else if (hit) state.district.value = String(hit.properties.code)
    })
  }

  #followStore(): void {
    const { store, state, still } = this.#options
    const ground = this.#ground
    const onDrawn = () => {
      this.#map.triggerRepaint()
      if (!still) this.#pulses.until(performance.now() + PULSE_S * 1000)
    }
    store.onDrawn.add(onDrawn)
    this.#stops.push(() => store.onDrawn.delete(onDrawn))
    this.#stops.push(
      effect(() => {
        const entities = store.entities.value
        if (!entities) return
        this.#picker = new AssetPicker(entities)
        if (ground.isDressed) untracked(() => this.#placePoints(entities))
      }),
      effect(() => {
        void [store.alerts.value, store.readings.revision.value, state.district.value]
        void [state.metric.value]
        ground.showStates()
      }),
      effect(() => {
        void [lang.value, store.alerts.value]
        ground.showNames()
      }),
      effect(() => {
        void state.theme.value
        ground.showTheme()
        ground.showNames()
      }),
      effect(() => {
        void [state.asset.value, store.entities.value]
        ground.showSelected()
      }),
      effect(() => {
        void [state.hiddenLayers.value, state.district.value, state.theme.value]
        this.#map.triggerRepaint()
      }),
      effect(() => {
        const code = state.district.value
        untracked(() => (code ? this.fitDistrict(code) : this.fitCity()))
      }),
    )
  }

  #followSize(): void {
    const resize = new ResizeObserver(() => this.#map.resize())
    resize.observe(this.#options.container)
    this.#stops.push(
      () => resize.disconnect(),
      watchPixelRatio(() => this.#map.resize()),
    )
  }
}

function newMap(container: HTMLElement, input: GroundInput, still: boolean): MapLibre {
  const { bounds } = input.city
  const map = new MapLibre({
    container,
    style: mapStyle(styleInput(input)),
    bounds,
    fitBoundsOptions: { padding: fitPadding(container) },
    maxBounds: widened(bounds),
    minZoom: 7,
    maxZoom: 17,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: still ? 0 : FADE_MS,
    canvasContextAttributes: { antialias: false },
    locale: {
      'Map.Title': t('map.canvas'),
      'NavigationControl.ZoomIn': '+',
      'NavigationControl.ZoomOut': '−',
    },
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'bottom-right')
  map.addControl(new ScaleControl({ maxWidth: 90 }), 'bottom-right')
  return map
}
