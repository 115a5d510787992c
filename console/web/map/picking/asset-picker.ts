// Which asset is drawn at a point on the map: the nearest visible one, an abnormal one rather than a normal one.
import type { EntityStore } from '../../store/assets/entities.ts'
import { mercatorX, mercatorY } from '../../store/assets/mercator.ts'
import { isAbnormal, TONES } from '../../store/assets/tones.ts'
import { dotSize, emphasis, rarity } from '../points/dots.ts'
import { createPickGrid, type PickGrid } from './pick-grid.ts'

/** A dot is hit within its drawn size and so many px more: a hand with a mouse, a finger. */
const SLACK_PX = 4
const TOUCH_SLACK_PX = 10
/** A mark that stands out is drawn at least so large, px. */
const MARK_PX = 5
/** From this emphasis on a tone stands out on the whole city's map. */
const STANDS_OUT = 0.5
/** An abnormal asset may be farther away by this share of the radius. */
const ABNORMAL_BONUS = 0.6
/** Width of the world at zoom 0, px. */
const WORLD_PX = 512

export type PickPoint = {
  lng: number
  lat: number
  zoom: number
  /** Size of the page's type, which dots follow. */
  scale: number
  touch: boolean
}

/** City-wide assets (scope 0) stand nowhere and cannot be picked. */
export class AssetPicker {
  readonly #entities: EntityStore
  readonly #grid: PickGrid

  constructor(entities: EntityStore) {
    this.#entities = entities
    this.#grid = gridOf(entities)
  }

  /** The asset drawn here, -1 when there is none; `shown` says which domains are visible, by their index. */
  nearest(at: PickPoint, shown: boolean[]): number {
    const { domain } = this.#entities.catalogue
    return this.#pick(at, dotSize(at.zoom), (i) => shown[domain[i]])
  }

  /** An abnormal asset drawn here that stands out from the whole city, -1 when there is none. */
  mark(at: PickPoint, shown: boolean[]): number {
    const entities = this.#entities
    const { domain, domains } = entities.catalogue
    const counts = domains.map((_, d) => (shown[d] ? entities.toneCounts(d) : []))
    const standsOut = counts.map((byTone) =>
      byTone.map((count, tone) => emphasis(at.zoom, count, tone) >= STANDS_OUT),
    )
    return this.#pick(at, Math.max(MARK_PX, dotSize(at.zoom)), (i) => {
      const tone = entities.toneOf(i)
      return isAbnormal(tone) && (standsOut[domain[i]][TONES.indexOf(tone)] ?? false)
    })
  }

  #pick(at: PickPoint, sizePx: number, accept: (i: number) => boolean): number {
    const entities = this.#entities
    const { domain } = entities.catalogue
    const slack = at.touch ? TOUCH_SLACK_PX : SLACK_PX
    const world = WORLD_PX * 2 ** at.zoom
    const radiusOf = (more: number) => ((sizePx / 2) * more * at.scale + slack) / world
    const most = radiusOf(Math.max(...entities.ranges.map((r) => rarity(r.size)), 1))
    const x = mercatorX(at.lng)
    const y = mercatorY(at.lat)
    return this.#grid.nearest(x, y, most, {
      accept: (i, distance) => distance <= radiusOf(rarity(this.#sizeOf(domain[i]))) && accept(i),
      bonus: (i) => (isAbnormal(entities.toneOf(i)) ? most * ABNORMAL_BONUS : 0),
    })
  }

  #sizeOf(domain: number): number {
    return this.#entities.ranges.find((r) => r.domain === domain)?.size ?? 0
  }
}

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
