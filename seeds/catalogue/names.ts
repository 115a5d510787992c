// Names assets after the streets and towns near them: 「猎德街道停车场 03」, "Liede Parking 03".
import { below, type StreamWords } from '../../infra/random.ts'
import { type City, placesOf, type Text } from '../contract.ts'
import { KM_PER_DEGREE_LAT, kmPerDegreeLon } from '../geography/geo.ts'
import { terrainOf } from '../geography/terrain.ts'

const DIGITS = 2

/**
 * Names the assets of one kind in one district, in the order of their ids: the street is drawn among those of the
 * nearest centre, the number counts up per street, so that a name never depends on how many assets follow.
 */
export function createNamer(
  city: City,
  scope: number,
  asset: Text,
): (words: StreamWords, at: number, lon: number, lat: number) => Text {
  const streets = new Map(placesOf(city).streets.map((street) => [street.code, street.name]))
  const centres = terrainOf(city).centres[scope]
  const given = new Map<string, number>()
  const kx = kmPerDegreeLon(centres[0].lat) / KM_PER_DEGREE_LAT
  return (words, at, lon, lat) => {
    let nearest = centres[0]
    let least = Number.POSITIVE_INFINITY
    for (const centre of centres) {
      const x = (centre.lon - lon) * kx
      const y = centre.lat - lat
      const distance = x * x + y * y
      if (distance < least) {
        least = distance
        nearest = centre
      }
    }
    const code = nearest.streets[below(words, at, nearest.streets.length)]
    const street = streets.get(code) ?? city.scopes[scope].name
    const number = (given.get(code) ?? 0) + 1
    given.set(code, number)
    const digits = String(number).padStart(DIGITS, '0')
    return { zh: `${street.zh}${asset.zh} ${digits}`, en: `${street.en} ${asset.en} ${digits}` }
  }
}
