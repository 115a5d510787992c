// Which asset a person means by a point on the map: the nearest visible one, an abnormal one rather than a normal one.
import type { EntityStore } from '../store/assets/entities.ts'
import { mercatorX, mercatorY } from '../store/assets/mercator.ts'
import { isAbnormal } from '../store/assets/tones.ts'
import { createPickGrid, type PickGrid } from './pick-grid.ts'
import { dotSize } from './points/dots.ts'

const PICK_RADIUS_PX = 9
/** An abnormal asset may be farther away by this share of the radius. */
const ABNORMAL_BONUS = 0.6
/** Width of the world at zoom 0, px. */
const WORLD_PX = 512

export class AssetPicker {
  readonly #entities: EntityStore
  readonly #grid: PickGrid

  constructor(entities: EntityStore) {
    this.#entities = entities
    this.#grid = gridOf(entities)
  }

  /** The asset's number, -1 when none is near; `shown` says which domains are visible, by their index. */
  nearest(at: { lng: number; lat: number }, zoom: number, shown: boolean[]): number {
    const entities = this.#entities
    const { domain } = entities.catalogue
    const radius = Math.max(PICK_RADIUS_PX, dotSize(zoom)) / (WORLD_PX * 2 ** zoom)
    return this.#grid.nearest(
      mercatorX(at.lng),
      mercatorY(at.lat),
      radius,
      (i) => shown[domain[i]],
      (i) => (isAbnormal(entities.toneOf(i)) ? radius * ABNORMAL_BONUS : 0),
    )
  }
}

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
