// The live map: MapLibre for the ground and names, one layer for all assets; follows the store and the view's choices.
import { effect, untracked } from '@preact/signals'
import {
  type GeoJSONSource,
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
import { alertMarks, alertSeverity, districtShades } from '../store/districts.ts'
import type { EntityStore } from '../store/entities.ts'
import { latitudeOf, longitudeOf, mercatorX, mercatorY } from '../store/mercator.ts'
import type { Store } from '../store/store.ts'
import type { ViewState } from '../view-state.ts'
import { dotSize } from './dots.ts'
import { boundsOf, type CityShapes, cityShapes } from './geometry.ts'
import { ABOVE_ASSETS, districtLabels, layers, mapStyle, type StyleInput } from './map-style.ts'
import { MAP_PALETTES } from './palette.ts'
import { createPickGrid, type PickGrid } from './pick-grid.ts'
import { watchPixelRatio } from './pixel-ratio.ts'
import { createPointLayer, type PointLayer, PULSE_S } from './point-layer.ts'

export type Hover = { number: number; x: number; y: number } | null

export type CityMap = {
  fitCity(): void
  fitDistrict(code: string): void
  showAsset(number: number): void
  /** What is in view: west, south, east, north. */
  bounds(): number[]
  pointCounters(): PointLayer['counters'] | null
  /** Loses the graphics context on purpose, for a test. */
  loseContext(): void
  destroy(): void
}

export type CityMapOptions = {
  container: HTMLElement
  store: Store
  state: ViewState
  run: RunView
  city: CityView
  /** No easing, no pulses: for tests and for people who asked for less motion. */
  still: boolean
  onHover(hover: Hover): void
  onIdle(): void
}

const PICK_RADIUS_PX = 9
const FIT_MS = 700
/** The legend covers the left of a map that is wide enough to leave it there. */
const LEGEND_REM = 14
const LEGEND_BESIDE_PX = 600
/** Between frames while pulses fade; longer where a frame is expensive (software graphics). */
const FRAME_MS = 33
const SLOW_FRAME_MS = 500

export function createCityMap(options: CityMapOptions): CityMap {
  const { store, state, run, city, still } = options
  setWorkerUrl(workerUrl)
  const shapes = cityShapes(city)
  const duration = still ? 0 : FIT_MS
  /** `wide` leaves more room around a district than around the whole city. */
  const padding = (wide: number) => {
    const beside = options.container.clientWidth > LEGEND_BESIDE_PX
    const around = fitPadding() * wide
    const left = around + (beside ? LEGEND_REM * 16 * pageScale() : 0)
    return { top: around, right: around, bottom: around, left }
  }
  const map = new MapLibre({
    container: options.container,
    style: mapStyle(styleInput(city, shapes, run, state)),
    bounds: city.bounds,
    fitBoundsOptions: { padding: padding(1) },
    maxBounds: widened(city.bounds),
    minZoom: 7,
    maxZoom: 17,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: still ? 0 : 200,
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

  let points: PointLayer | null = null
  let grid: PickGrid | null = null
  let dressed = false
  const stops: (() => void)[] = []
  const pulses = pulseTimer(() => map.triggerRepaint())

  function placePoints(entities: EntityStore): void {
    if (map.getLayer('assets')) map.removeLayer('assets')
    points = createPointLayer(entities, {
      look: (domain) => lookOf(run, state, entities.catalogue.domains[domain]),
      palette: () => MAP_PALETTES[state.theme.value],
      focus: () =>
        Math.max(
          0,
          run.scopes.findIndex((s) => s.code === state.district.value),
        ),
      scale: pageScale,
      animated: () => !still,
      now: () => performance.now() / 1000,
    })
    map.addLayer(points, ABOVE_ASSETS)
  }

  function dress(): void {
    dressed = true
    const entities = store.entities.value
    if (entities) placePoints(entities)
    showStates()
    showNames()
    showSelected()
  }

  function showStates(): void {
    if (!dressed || !map.style) return
    const shades = districtShades(store, state)
    const severity = alertSeverity(store.alerts.value)
    for (const { code } of run.scopes.slice(1)) {
      map.setFeatureState(
        { source: 'districts', id: code },
        {
          shade: shades.byScope.get(code) ?? 0,
          alert: severity.get(code) ?? 0,
          selected: state.district.value === code ? 1 : 0,
        },
      )
    }
  }

  function showNames(): void {
    if (!dressed || !map.style) return
    const input = styleInput(city, shapes, run, state)
    const style = mapStyle(input)
    const names = districtLabels(input, alertMarks(store.alerts.value))
    ;(map.getSource('labels') as GeoJSONSource | undefined)?.setData(names)
    const landmarks = style.sources.landmarks as { data: Parameters<GeoJSONSource['setData']>[0] }
    ;(map.getSource('landmarks') as GeoJSONSource | undefined)?.setData(landmarks.data)
  }

  function showTheme(): void {
    if (!dressed || !map.style) return
    for (const layer of layers(styleInput(city, shapes, run, state))) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) {
        map.setPaintProperty(layer.id, name as never, value as never)
      }
    }
  }

  function showSelected(): void {
    if (!dressed || !map.style) return
    const entities = store.entities.value
    const number = state.asset.value
    const at = number === null || !entities ? null : place(entities, number)
    ;(map.getSource('selected') as GeoJSONSource | undefined)?.setData({
      type: 'FeatureCollection',
      features: at
        ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: at } }]
        : [],
    })
  }

  function pick(event: MapMouseEvent): number {
    const entities = store.entities.value
    if (!entities || !grid) return -1
    const world = 512 * 2 ** map.getZoom()
    const radius = Math.max(PICK_RADIUS_PX, dotSize(map.getZoom())) / world
    const shown = entities.catalogue.domains.map((d) => lookOf(run, state, d)?.visible ?? false)
    return grid.nearest(
      mercatorX(event.lngLat.lng),
      mercatorY(event.lngLat.lat),
      radius,
      (i) => shown[entities.catalogue.domain[i]],
      // An abnormal asset near the pointer is what the person means.
      (i) => (isAbnormal(entities, i) ? radius * 0.6 : 0),
    )
  }

  map.on('style.load', dress)
  map.on('idle', options.onIdle)
  map.on('render', store.painted)
  map.on('error', (event) => store.problem(`map: ${event.error?.message ?? 'unknown error'}`))
  map.on('mousemove', (event) => {
    const number = pick(event)
    map.getCanvas().style.cursor = number >= 0 ? 'pointer' : ''
    options.onHover(number >= 0 ? { number, x: event.point.x, y: event.point.y } : null)
  })
  map.on('mouseout', () => options.onHover(null))
  map.on('movestart', () => options.onHover(null))
  map.on('click', (event) => {
    const number = pick(event)
    if (number >= 0) {
      state.asset.value = number
      return
    }
    const [hit] = map.queryRenderedFeatures(event.point, { layers: ['district-fill'] })
    if (hit && state.asset.value !== null) state.asset.value = null
    else if (hit) state.district.value = String(hit.properties.code)
  })

  const onDrawn = () => {
    map.triggerRepaint()
    if (!still) pulses.until(performance.now() + PULSE_S * 1000)
  }
  store.onDrawn.add(onDrawn)
  stops.push(() => store.onDrawn.delete(onDrawn))
  stops.push(
    effect(() => {
      const entities = store.entities.value
      if (!entities) return
      grid = gridOf(entities)
      if (dressed) untracked(() => placePoints(entities))
    }),
    effect(() => {
      void [store.alerts.value, store.readings.revision.value, state.district.value]
      void [state.metric.value]
      showStates()
    }),
    effect(() => {
      void [lang.value, store.alerts.value]
      showNames()
    }),
    effect(() => {
      void state.theme.value
      showTheme()
      showNames()
    }),
    effect(() => {
      void [state.asset.value, store.entities.value]
      showSelected()
    }),
    effect(() => {
      void [state.hiddenLayers.value, state.district.value, state.theme.value]
      map.triggerRepaint()
    }),
    effect(() => {
      const code = state.district.value
      untracked(() => (code ? fitDistrict(code) : fitCity()))
    }),
  )

  const resize = new ResizeObserver(() => map.resize())
  resize.observe(options.container)
  stops.push(watchPixelRatio(() => map.resize()))

  function fitCity(): void {
    map.fitBounds(city.bounds, { duration, padding: padding(1) })
  }

  function fitDistrict(code: string): void {
    const shape = shapes.districts.find((d) => d.properties.code === code)
    if (shape) map.fitBounds(boundsOf(shape), { duration, padding: padding(2) })
  }

  return {
    fitCity,
    fitDistrict,
    showAsset(number) {
      const entities = store.entities.value
      if (!entities) return
      const zoom = Math.max(14, map.getZoom())
      map.flyTo({ center: place(entities, number), zoom, ...(still ? { duration: 0 } : {}) })
    },
    bounds: () => map.getBounds().toArray().flat(),
    pointCounters: () => points?.counters ?? null,
    loseContext() {
      const extension = map.getCanvas().getContext('webgl2')?.getExtension('WEBGL_lose_context')
      extension?.loseContext()
      setTimeout(() => extension?.restoreContext(), 100)
    },
    destroy() {
      for (const stop of stops) stop()
      pulses.stop()
      resize.disconnect()
      map.remove()
    },
  }
}

/** Relative size of the page's type, 1 = 16 px. */
const pageScale = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16

const fitPadding = (): number => Math.round(14 * pageScale())

function styleInput(
  city: CityView,
  shapes: CityShapes,
  run: RunView,
  state: ViewState,
): StyleInput {
  return {
    city,
    shapes,
    scopes: run.scopes.slice(1),
    palette: MAP_PALETTES[state.theme.value],
    lang: lang.value,
    scale: pageScale(),
  }
}

function lookOf(run: RunView, state: ViewState, domain: string) {
  const layer = run.declarations[domain]?.layer
  if (!layer || layer.order === null) return null
  return { shape: layer.shape, visible: !state.hiddenLayers.value.has(domain) }
}

function isAbnormal(entities: EntityStore, i: number): boolean {
  const tone = entities.toneOf(i)
  return tone === 'critical' || tone === 'warning' || tone === 'offline'
}

const place = (entities: EntityStore, i: number): [number, number] => [
  entities.catalogue.lon[i],
  entities.catalogue.lat[i],
]

/** City-wide assets (scope 0) stand nowhere and cannot be picked. */
function gridOf(entities: EntityStore): PickGrid {
  const { lon, lat, scope } = entities.catalogue
  const x = Float64Array.from(lon, mercatorX)
  const y = Float64Array.from(lat, mercatorY)
  return createPickGrid(
    entities.size,
    (i) => x[i],
    (i) => y[i],
    (i) => scope[i] > 0,
  )
}

function widened([west, south, east, north]: CityView['bounds']): CityView['bounds'] {
  const x = mercatorX(east) - mercatorX(west)
  const y = mercatorY(south) - mercatorY(north)
  return [
    longitudeOf(mercatorX(west) - x * 1.5),
    latitudeOf(mercatorY(south) + y * 0.4),
    longitudeOf(mercatorX(east) + x * 1.5),
    latitudeOf(mercatorY(north) - y * 0.4),
  ]
}

/** Repaints while pulses fade, and leaves three times a frame's cost between frames so that slow graphics keep up. */
function pulseTimer(repaint: () => void) {
  let end = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  function tick(): void {
    const asked = performance.now()
    repaint()
    requestAnimationFrame(() =>
      requestAnimationFrame((now) => {
        const cost = now - asked
        timer = null
        if (now < end && !document.hidden) {
          timer = setTimeout(tick, cost < 50 ? FRAME_MS : Math.min(SLOW_FRAME_MS, 2 * cost))
        }
      }),
    )
  }
  return {
    until(time: number): void {
      end = Math.max(end, time)
      if (timer === null) timer = setTimeout(tick, 0)
    },
    stop(): void {
      end = 0
      if (timer !== null) clearTimeout(timer)
    },
  }
}
