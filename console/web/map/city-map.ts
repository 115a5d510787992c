// The live map: MapLibre for the ground and names, one layer for all assets; follows the store and the view's choices.
import { computed, effect, untracked } from '@preact/signals'
import {
  Map as MapLibre,
  NavigationControl,
  prewarm,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import type { CityView, Cue, IncidentPlace, RunView } from '../../messages.ts'
import { lang, t } from '../i18n/i18n.ts'
import type { EntityStore } from '../store/assets/entities.ts'
import { isUnderWay, kindOf } from '../store/incidents.ts'
import { alertMarks } from '../store/kpi/districts.ts'
import type { PageStore } from '../store/store.ts'
import type { ViewState } from '../view-state.ts'
import { Camera, fitPadding, widened } from './camera.ts'
import { type CityShapes, cityShapes } from './geometry.ts'
import { Ground, type GroundInput, styleInput } from './ground.ts'
import { boundsOfPlace } from './incident-shapes.ts'
import { ABOVE_ASSETS, mapStyle } from './map-style.ts'
import { pageScale } from './page-scale.ts'
import { MAP_PALETTES } from './palette.ts'
import { type Hover, MapPointer } from './picking/pointer.ts'
import { watchPixelRatio } from './pixel-ratio.ts'
import { type DotLook, PointLayer, PULSE_S } from './points/point-layer.ts'
import { PulseTimer } from './pulse-timer.ts'
import type { ShownMap } from './shown-map.ts'

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
  /** The graphics were taken away, or are back. */
  onGraphics(isLost: boolean): void
}

const FADE_MS = 200
/** A camera that did not move for so long has arrived. */
const SETTLED_MS = 250
/** Zoom per px of a wheel: twice the library's, so that a junction is a few turns away. */
const WHEEL_RATE = 1 / 225
/** What is high at any hour of values that have an upper end. */
const HIGH_PARTS: Record<string, number> = { '1': 0.5, '%': 50 }
/** A front is drawn anew when the city's clock has moved so far. */
const FRONT_STEP_MS = 10_000
/** The bar with a distance is no longer than this where type is 16 px. */
const SCALE_PX = 90
/** How long a lost graphics context stays lost, in a test. */
const LOST_MS = 100

// Its worker starts while the city is asked for.
setWorkerUrl(workerUrl)
prewarm()

export class CityMap implements ShownMap {
  readonly #options: CityMapOptions
  readonly #map: MapLibre
  readonly #camera: Camera
  readonly #ground: Ground
  readonly #pointer: MapPointer
  readonly #pulses: PulseTimer
  readonly #shapes: CityShapes
  readonly #stops: (() => void)[] = []
  #points: PointLayer | null = null

  constructor(options: CityMapOptions) {
    const { container, store, state, run, city, still, onHover } = options
    const shapes = cityShapes(city)
    const input = { city, shapes, run, state }
    this.#options = options
    this.#shapes = shapes
    this.#map = newMap(container, input, still)
    this.#camera = new Camera(this.#map, city.bounds, shapes.districts, still)
    this.#ground = new Ground(this.#map, store, input, still)
    this.#pulses = new PulseTimer(() => this.#repaint(), {
      frame: (task) => requestAnimationFrame(task),
      hidden: () => document.hidden,
    })
    this.#listen()
    this.#pointer = new MapPointer(this.#map, {
      store,
      state,
      isShown: (domain) => this.#lookOf(domain)?.visible ?? false,
      onHover,
    })
    this.#followStore()
    this.#followCamera()
    this.#followSize()
  }

  fitCity(): void {
    this.#camera.fitCity()
  }

  refit(): void {
    this.#camera.refit()
  }

  fitDistrict(code: string): void {
    this.#camera.fitDistrict(code)
  }

  showAsset(number: number): void {
    const entities = this.#options.store.entities.value
    if (entities) this.#camera.showPlace(entities.placeOf(number))
  }

  showView(view: NonNullable<Cue['camera']>): void {
    this.#camera.showView(view)
  }

  showArea(place: IncidentPlace): void {
    this.#camera.fitBox(boundsOfPlace(place, this.#shapes.districts))
  }

  /** As it is drawn next, without what lies over it. */
  picture(): Promise<HTMLCanvasElement> {
    const map = this.#map
    return new Promise((resolve, reject) => {
      map.once('render', () => {
        const { width, height } = map.getCanvas()
        const copy = document.createElement('canvas')
        copy.width = width
        copy.height = height
        copy.getContext('2d')?.drawImage(map.getCanvas(), 0, 0)
        if (width > 0 && height > 0) resolve(copy)
        else reject(new Error('map: not shown, expected a picture of it'))
      })
      map.triggerRepaint()
    })
  }

  /** What is in view: west, south, east, north. */
  bounds(): number[] {
    return this.#camera.bounds()
  }

  /** Where a place is drawn, in px of the map's frame. */
  project(place: [number, number]): [number, number] {
    const { x, y } = this.#map.project(place)
    return [x, y]
  }

  /** Tells where places are drawn, in px of the map's frame: now and after each move, until the answer is called. */
  watchView(
    listener: (project: (lon: number, lat: number) => [number, number]) => void,
  ): () => void {
    const tell = () =>
      listener((lon, lat) => {
        const { x, y } = this.#map.project([lon, lat])
        return [x, y]
      })
    this.#map.on('move', tell)
    this.#map.on('resize', tell)
    tell()
    return () => {
      this.#map.off('move', tell)
      this.#map.off('resize', tell)
    }
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
    this.#ground.stop()
    this.#pointer.stop()
    this.#map.remove()
  }

  #listen(): void {
    const { store, onIdle, onGraphics } = this.#options
    const map = this.#map
    map.on('style.load', () => {
      const entities = store.entities.value
      if (entities) this.#placePoints(entities)
      this.#ground.dress()
    })
    map.on('idle', () => {
      onIdle()
      if (store.entities.value?.isFilled) store.pictureStands()
    })
    map.on('webglcontextlost', () => onGraphics(true))
    map.on('webglcontextrestored', () => onGraphics(false))
    // Who comes nearer wants to see more.
    map.once('load', () => map.once('zoomstart', () => store.pictureStands()))
    map.on('render', () => store.painted())
    map.on('error', (event) => store.problem(`map: ${event.error?.message ?? 'unknown error'}`))
  }

  #placePoints(entities: EntityStore): void {
    const { run, state, still } = this.#options
    for (const old of ['assets', 'top']) if (this.#map.getLayer(old)) this.#map.removeLayer(old)
    const districtOf = () => run.scopes.findIndex((s) => s.code === state.district.value)
    this.#points = new PointLayer(entities, {
      look: (domain) => this.#lookOf(entities.catalogue.domains[domain]),
      palette: () => MAP_PALETTES[state.theme.value],
      focus: () => Math.max(0, districtOf()),
      scale: pageScale,
      animated: () => !still,
      warm: () => this.#ground.light.warm,
      now: () => performance.now() / 1000,
    })
    this.#map.addLayer(this.#points, ABOVE_ASSETS)
    this.#map.addLayer(this.#points.top)
  }

  /** Shows the assets as they are now. */
  #repaint(): void {
    this.#points?.repaint()
  }

  #lookOf(domain: string): DotLook | null {
    const { run, state } = this.#options
    const layer = run.declarations[domain]?.layer
    if (!layer || layer.order === null) return null
    const high = (HIGH_PARTS[layer.valueUnit] ?? 0) * layer.valueScale
    return { shape: layer.shape, visible: !state.hiddenLayers.value.has(domain), high }
  }

  #followStore(): void {
    const { store, state, still } = this.#options
    const ground = this.#ground
    const onDrawn = () => {
      this.#repaint()
      if (!still) this.#pulses.until(performance.now() + PULSE_S * 1000)
    }
    store.onDrawn.add(onDrawn)
    const marks = computed(() => [...alertMarks(store.alerts.value)].join())
    this.#stops.push(() => store.onDrawn.delete(onDrawn))
    this.#stops.push(
      effect(() => {
        void store.placed.value
        const entities = store.entities.value
        if (!entities) return
        this.#pointer.forget()
        if (ground.isDressed) untracked(() => this.#placePoints(entities))
      }),
      effect(() => {
        void [store.alerts.value, store.readings.revision.value, state.district.value]
        void [state.metric.value, store.usual.view.value]
        ground.showStates()
      }),
      effect(() => {
        void [lang.value, marks.value]
        ground.showNames()
      }),
      effect(() => {
        void state.theme.value
        ground.showTheme()
        ground.showNames()
      }),
      effect(() => {
        void [store.clock.value, state.theme.value]
        ground.showDaylight(untracked(() => store.simNow()))
      }),
      this.#followIncidents(),
      effect(() => {
        void [state.asset.value, store.entities.value, store.placed.value]
        ground.showSelected()
      }),
      effect(() => {
        void store.nearRoads.value
        ground.showRoads()
      }),
      effect(() => {
        void [state.hiddenLayers.value, state.district.value, state.theme.value]
        this.#map.triggerRepaint()
      }),
    )
  }

  /** The clock says what is over and where fronts are; what stays the same is not drawn again. */
  #followIncidents(): () => void {
    const { store, state, run } = this.#options
    const frontOf = (kind: string) => kindOf(run, kind)?.front
    const underWay = computed(() => {
      const now = store.clock.value?.horizon ?? 0
      return store.incidents.value.filter((incident) => isUnderWay(incident, now))
    })
    const sameness = computed(() => {
      void store.clock.value
      const moves = underWay.value.some(({ kind }) => frontOf(kind))
      const time = moves ? Math.floor((store.simNow() ?? 0) / FRONT_STEP_MS) : 0
      return `${underWay.value.map(({ id }) => id)} ${time}`
    })
    return effect(() => {
      void sameness.value
      const draft = state.draftPlace.value
      const now = untracked(() => store.simNow()) ?? 0
      untracked(() => this.#ground.showIncidents({ underWay: underWay.value, draft, now, frontOf }))
    })
  }

  /** To the chosen district, or where the address asks for; says where it looks when nothing chosen says so. */
  #followCamera(): void {
    const { state, store } = this.#options
    const camera = this.#camera
    let last: string | null = null
    // Not at the library's own end of a move: turns of a wheel may end without one.
    let settling = 0
    this.#map.on('move', () => {
      clearTimeout(settling)
      settling = window.setTimeout(() => {
        state.camera.value = camera.free()
      }, SETTLED_MS)
    })
    this.#stops.push(
      () => clearTimeout(settling),
      effect(() => {
        const code = state.district.value
        const asked = state.askedCamera.value
        untracked(() => {
          if (asked && asked !== 'fit') camera.showView(asked)
          else if (code !== last || asked === 'fit') this.#fit(code)
          // From near by, half a kilometre is too much to be out.
          if (code || (asked && asked !== 'fit')) store.pictureStands()
          last = code
          state.askedCamera.value = null
        })
      }),
    )
  }

  #fit(code: string | null): void {
    if (code) this.fitDistrict(code)
    else this.fitCity()
  }

  /** What was fitted fits its new frame, too; what a person moved stays where it is. */
  #followSize(): void {
    const refit = () => {
      this.#map.resize()
      this.#camera.refit()
    }
    const resize = new ResizeObserver(refit)
    resize.observe(this.#options.container)
    this.#stops.push(() => resize.disconnect(), watchPixelRatio(refit))
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
    // Tests hold it to its rules.
    validateStyle: false,
    fadeDuration: still ? 0 : FADE_MS,
    canvasContextAttributes: { antialias: false },
    locale: {
      'Map.Title': t('map.canvas'),
      'NavigationControl.ZoomIn': t('map.zoomin'),
      'NavigationControl.ZoomOut': t('map.zoomout'),
    },
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  map.scrollZoom.setWheelZoomRate(WHEEL_RATE)
  map.addControl(new NavigationControl({ showCompass: false }), 'bottom-right')
  map.addControl(new ScaleControl({ maxWidth: SCALE_PX * pageScale() }), 'bottom-right')
  return map
}
