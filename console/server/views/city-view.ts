// What the map draws of a city besides its assets.
import type { Catalogue, City } from '../../../seeds/contract.ts'
import type { CityView, RoadsView } from '../../messages.ts'

/** Maps of China need a review before they are published; ours is a sketch of a simulation and says so. */
const NOTICE = { zh: '示意图 · 模拟数据', en: 'Schematic map, simulated data' }

export function cityView(
  city: City,
  catalogue: Catalogue,
  topology: unknown,
  roads: { polylines: CityView['roads']; info: CityView['roadInfo'] },
): CityView {
  return {
    name: city.name,
    code: city.code,
    topology,
    landmarks: city.landmarks,
    roads: roads.polylines,
    roadInfo: roads.info,
    bounds: boundsOf(topology, catalogue),
    notice: NOTICE,
  }
}

/** Roads that are drawn from afar, and all others. */
const MAIN: CityView['roadInfo'][number]['class'][] = ['trunk', 'arterial']

export function partedRoads({ roads, roadInfo }: RoadsView): {
  main: RoadsView
  others: RoadsView
} {
  const isMain = roadInfo.map((info) => MAIN.includes(info.class))
  const part = (wanted: boolean): RoadsView => ({
    roads: roads.filter((_, i) => isMain[i] === wanted),
    roadInfo: roadInfo.filter((_, i) => isMain[i] === wanted),
  })
  return { main: part(true), others: part(false) }
}

/** The topology's box, or one around the assets where it has none: west, south, east, north. */
export function boundsOf(topology: unknown, catalogue: Catalogue): CityView['bounds'] {
  const bbox = (topology as { bbox?: unknown } | null)?.bbox
  const fits = Array.isArray(bbox) && bbox.length === 4 && bbox.every((x) => Number.isFinite(x))
  return fits ? (bbox as CityView['bounds']) : boundsOfAssets(catalogue)
}

function boundsOfAssets({ lon, lat }: Catalogue): CityView['bounds'] {
  let [west, south, east, north] = [180, 90, -180, -90]
  for (let i = 0; i < lon.length; i++) {
    west = Math.min(west, lon[i])
    east = Math.max(east, lon[i])
    south = Math.min(south, lat[i])
    north = Math.max(north, lat[i])
  }
  return [west, south, east, north]
}
