// Where the map looks: the whole city, one district, one asset; and how much room is left around them.
import type { Map as MapLibre } from 'maplibre-gl'
import type { CityView } from '../../messages.ts'
import { latitudeOf, longitudeOf, mercatorX, mercatorY } from '../store/assets/mercator.ts'
import { boundsOf, type DistrictShape } from './geometry.ts'
import { pageScale } from './page-scale.ts'

const FIT_MS = 700
const FIT_PADDING_PX = 14
/** The legend covers the left of a map that is wide enough to leave it there. */
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

  /** `still` = no easing. */
  constructor(map: MapLibre, city: CityBounds, districts: DistrictShape[], still: boolean) {
    this.#map = map
    this.#city = city
    this.#districts = districts
    this.#duration = still ? 0 : FIT_MS
  }

  fitCity(): void {
    this.#fit(this.#city, 1)
  }

  /** With more room around it than around the whole city. */
  fitDistrict(code: string): void {
    const shape = this.#districts.find((d) => d.properties.code === code)
    if (shape) this.#fit(boundsOf(shape), 2)
  }

  showPlace(center: [number, number]): void {
    const zoom = Math.max(ASSET_ZOOM, this.#map.getZoom())
    this.#map.flyTo({ center, zoom, ...(this.#duration === 0 ? { duration: 0 } : {}) })
  }

  /** What is in view: west, south, east, north. */
  bounds(): number[] {
    return this.#map.getBounds().toArray().flat()
  }

  #fit(bounds: CityBounds, wide: number): void {
    const padding = fitPadding(this.#map.getContainer(), wide)
    this.#map.fitBounds(bounds, { duration: this.#duration, padding })
  }
}

/** Room around what is shown, in px; `wide` times that of the whole city. */
export function fitPadding({ clientWidth }: HTMLElement, wide = 1) {
  const around = Math.round(FIT_PADDING_PX * pageScale()) * wide
  const legend = clientWidth > LEGEND_BESIDE_PX ? LEGEND_REM * 16 * pageScale() : 0
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
