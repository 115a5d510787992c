// Where the map looks: the whole city, one district, one asset; and how much room is left around them.
import type { Map as MapLibre } from 'maplibre-gl'
import type { CityView, Cue } from '../../messages.ts'
import { latitudeOf, longitudeOf, mercatorX, mercatorY } from '../store/assets/mercator.ts'
import { boundsOf, type DistrictShape } from './geometry.ts'
import { pageScale } from './page-scale.ts'

const FIT_MS = 700
/** A flight to one place: long enough to see where it goes. */
const FLY_MS = 2_000
const FIT_PADDING_PX = 14
/** A legend with all layers covers the left of a map that is wide enough to leave it there. */
const LEGEND_REM = 14
const LEGEND_BESIDE_PX = 600
/** An asset is shown from at least so near. */
const ASSET_ZOOM = 14

type CityBounds = CityView['bounds']

export class Camera {
  readonly #map: MapLibre
  readonly #city: CityBounds
  readonly #districts: DistrictShape[]
  readonly #duration: number
  /** What was fitted and stays so in another frame; null = a place that was moved to. */
  #fitted: { bounds: CityBounds; wide: number } | null

  /** `still` = no easing. */
  constructor(map: MapLibre, city: CityBounds, districts: DistrictShape[], still: boolean) {
    this.#map = map
    this.#city = city
    this.#districts = districts
    this.#duration = still ? 0 : FIT_MS
    this.#fitted = { bounds: city, wide: 1 }
    const moved = ({ originalEvent }: { originalEvent?: unknown }) => {
      if (originalEvent) this.#fitted = null
    }
    map.on('movestart', moved)
    map.on('move', moved)
    map.on('wheel', moved)
  }

  fitCity(): void {
    this.#fit(this.#city, 1)
  }

  /** With more room around it than around the whole city. */
  fitDistrict(code: string): void {
    const shape = this.#districts.find((d) => d.properties.code === code)
    if (shape) this.#fit(boundsOf(shape), 2)
  }

  /** With as much room around it as a district has. */
  fitBox(bounds: CityBounds): void {
    this.#fit(bounds, 2)
  }

  showView({ lon, lat, zoom }: NonNullable<Cue['camera']>): void {
    this.#fitted = null
    this.#map.flyTo({ center: [lon, lat], zoom, ...this.#flight })
  }

  showPlace(center: [number, number]): void {
    const zoom = Math.max(ASSET_ZOOM, this.#map.getZoom())
    this.#fitted = null
    this.#map.flyTo({ center, zoom, ...this.#flight })
  }

  get #flight(): { duration: number } {
    return { duration: this.#duration === 0 ? 0 : FLY_MS }
  }

  /** What is in view: west, south, east, north. */
  bounds(): number[] {
    return this.#map.getBounds().toArray().flat()
  }

  /** Where it looks when that is not what was fitted. */
  free(): NonNullable<Cue['camera']> | null {
    if (this.#fitted) return null
    const { lng, lat } = this.#map.getCenter()
    return { lon: lng, lat, zoom: this.#map.getZoom() }
  }

  /** The frame changed: what was fitted is fitted again, at once. */
  refit(): void {
    if (this.#fitted) this.#fit(this.#fitted.bounds, this.#fitted.wide, 0)
  }

  #fit(bounds: CityBounds, wide: number, duration = this.#duration): void {
    this.#fitted = { bounds, wide }
    const padding = fitPadding(this.#map.getContainer(), wide)
    this.#map.fitBounds(bounds, { duration, padding })
  }
}

/** Room around what is shown, in px; `wide` times that of the whole city. */
export function fitPadding(container: HTMLElement, wide = 1) {
  const around = Math.round(FIT_PADDING_PX * pageScale()) * wide
  const layers = container.parentElement?.querySelector('.legend details[open]')
  const isBeside = layers?.checkVisibility() && container.clientWidth > LEGEND_BESIDE_PX
  const legend = isBeside ? LEGEND_REM * 16 * pageScale() : 0
  return { top: around, right: around, bottom: around, left: around + legend }
}

/** How far the map can be moved away from the city. */
export function widened([west, south, east, north]: CityBounds): CityBounds {
  const x = mercatorX(east) - mercatorX(west)
  const y = mercatorY(south) - mercatorY(north)
  return [
    longitudeOf(mercatorX(west) - x * 1.5),
    latitudeOf(mercatorY(south) + y * 0.4),
    longitudeOf(mercatorX(east) + x * 1.5),
    latitudeOf(mercatorY(north) - y * 0.4),
  ]
}
