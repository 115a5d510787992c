// Places of a city by where its assets stand, so that no city's coordinates are needed.
import { cos } from '../../infra/maths.ts'
import type { Catalogue, IncidentPlace } from '../../seeds/contract.ts'
import { quantile } from '../model/statistics.ts'

export type PlacedCity = Pick<Catalogue, 'lon' | 'lat' | 'size'>

const KM_PER_DEGREE = 111.195
const DIGITS = 1e4

/** A disc around the middle that holds this share of the assets. */
export function around(share: number): (city: PlacedCity) => IncidentPlace {
  return (city) => {
    const { lon, lat, shrink } = middle(city)
    const km = Array.from({ length: city.size }, (_, n) => {
      const east = (city.lon[n] - lon) * shrink
      const north = city.lat[n] - lat
      return Math.sqrt(east * east + north * north) * KM_PER_DEGREE
    })
    return { lon, lat, km: rounded(quantile(km, share)) }
  }
}

/** Within `km` of a line from west to east through the middle that leaves out this share of the assets at either end. */
export function through(share: number, km: number): (city: PlacedCity) => IncidentPlace {
  return (city) => {
    const { lon, lat } = middle(city)
    const lons = Array.from(city.lon.subarray(0, city.size))
    const [west, east] = [quantile(lons, share), quantile(lons, 1 - share)].map(rounded)
    return {
      route: [
        [west, lat],
        [lon, lat],
        [east, lat],
      ],
      km,
    }
  }
}

function middle({ lon, lat, size }: PlacedCity) {
  const [x, y] = [lon, lat].map((at) => rounded(quantile(Array.from(at.subarray(0, size)), 0.5)))
  return { lon: x, lat: y, shrink: cos((y * Math.PI) / 180) }
}

function rounded(value: number): number {
  return Math.round(value * DIGITS) / DIGITS
}
