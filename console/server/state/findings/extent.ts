// Where a number of assets are: their middle, and how far from it most of them stand.
import type { Catalogue } from '../../../../seeds/contract.ts'

const KM_PER_DEGREE = 111.2
/** So many of them are within the radius: one far away would make it a circle over everything. */
const SHARE = 0.9

/** Of at least one asset. */
export function extentOf(
  assets: number[],
  { lon, lat }: Pick<Catalogue, 'lon' | 'lat'>,
): { lon: number; lat: number; km: number } {
  const middle = { lon: medianOf(assets, lon), lat: medianOf(assets, lat) }
  const narrow = Math.cos((middle.lat * Math.PI) / 180)
  const far = assets
    .map((i) => Math.hypot((lon[i] - middle.lon) * narrow, lat[i] - middle.lat) * KM_PER_DEGREE)
    .sort((a, b) => a - b)
  const km = far[Math.ceil(SHARE * far.length) - 1]
  return { lon: rounded(middle.lon, 5), lat: rounded(middle.lat, 5), km: rounded(km, 2) }
}

function medianOf(assets: number[], of: Float64Array): number {
  const sorted = assets.map((i) => of[i]).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

const rounded = (n: number, digits: number) => Math.round(n * 10 ** digits) / 10 ** digits
