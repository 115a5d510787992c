// The pointer on the map: what is under it, and what a click takes; a form may take points instead.
import { batch } from '@preact/signals'
import type { Map as MapLibre, MapMouseEvent } from 'maplibre-gl'
import type { PageStore } from '../../store/store.ts'
import type { ViewState } from '../../view-state.ts'
import { pageScale } from '../page-scale.ts'
import { AssetPicker, type PickPoint } from './asset-picker.ts'
import { afterClick, type Meant, whatIsMeant } from './meant.ts'

/** What a click would take, and where the pointer is; null = nothing. */
export type Hover = { meant: Exclude<Meant, { kind: 'ground' }>; x: number; y: number } | null

export type PointerOptions = {
  store: PageStore
  state: ViewState
  /** Whether the layer of a domain is switched on. */
  isShown(domain: string): boolean
  onHover(hover: Hover): void
}

/** A click waits so long for a second one, which would zoom. */
const SECOND_CLICK_MS = 250
const DISTRICTS = 'district-fill'

export class MapPointer {
  readonly #map: MapLibre
  readonly #options: PointerOptions
  #picker: AssetPicker | null = null
  #waiting = 0

  constructor(map: MapLibre, options: PointerOptions) {
    this.#map = map
    this.#options = options
    map.on('mousemove', (event) => this.#hover(event))
    map.on('mouseout', () => options.onHover(null))
    map.on('movestart', () => options.onHover(null))
    map.on('click', (event) => this.#click(event))
    map.on('dblclick', () => clearTimeout(this.#waiting))
  }

  /** There are other assets now: they are sorted once somebody points at them. */
  forget(): void {
    this.#picker = null
  }

  stop(): void {
    clearTimeout(this.#waiting)
  }

  #hover(event: MapMouseEvent): void {
    const { state, onHover } = this.#options
    const picking = state.mapPick.value !== null
    const meant: Meant = picking ? { kind: 'ground' } : this.#meant(event)
    const hit = meant.kind !== 'ground'
    this.#map.getCanvas().style.cursor = picking ? 'crosshair' : hit ? 'pointer' : ''
    onHover(hit ? { meant, x: event.point.x, y: event.point.y } : null)
  }

  #click(event: MapMouseEvent): void {
    const { state } = this.#options
    clearTimeout(this.#waiting)
    const take = state.mapPick.value
    if (take) {
      take(event.lngLat.lng, event.lngLat.lat)
      return
    }
    const meant = this.#meant(event)
    this.#waiting = window.setTimeout(() => {
      const open = { district: state.district.value, asset: state.asset.value }
      const after = afterClick(meant, open)
      batch(() => {
        state.asset.value = after.asset
        state.district.value = after.district
      })
    }, SECOND_CLICK_MS)
  }

  #meant(event: MapMouseEvent): Meant {
    const zoom = this.#map.getZoom()
    const { pointerType } = event.originalEvent as Partial<PointerEvent>
    const at: PickPoint = {
      ...{ lng: event.lngLat.lng, lat: event.lngLat.lat, zoom },
      ...{ scale: pageScale(), touch: pointerType === 'touch' },
    }
    const entities = this.#options.store.entities.value
    if (entities) this.#picker ??= new AssetPicker(entities)
    const shown = entities?.catalogue.domains.map((d) => this.#options.isShown(d)) ?? []
    return whatIsMeant(zoom, {
      mark: () => this.#picker?.mark(at, shown) ?? -1,
      asset: () => this.#picker?.nearest(at, shown) ?? -1,
      district: () => {
        const [hit] = this.#map.queryRenderedFeatures(event.point, { layers: [DISTRICTS] })
        return hit ? String(hit.properties.code) : null
      },
    })
  }
}
