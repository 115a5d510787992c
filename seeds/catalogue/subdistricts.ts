// Streets and towns (街道、镇) of the districts: which one a place belongs to, and what that one is called.
import { type City, placesOf, type Text } from '../contract.ts'
import { KM_PER_DEGREE_LAT, kmPerDegreeLon, type Point } from '../geography/geo.ts'

/** A street or town; numbered within its district in the order of codes. */
export type Subdistrict = { number: number; name: Text; at: Point }

/** What English adds to the bare name in the file. */
const ENGLISH = { street: 'Subdistrict', town: 'Town', other: '' }

/** By scope number. Reservoirs and forest farms lend their names only where a district has nothing else. */
export function subdistrictsOf(city: City): Subdistrict[][] {
  const { streets } = placesOf(city)
  const inOrder = [...streets].sort((a, b) => (a.code < b.code ? -1 : 1))
  return city.scopes.map(({ code, name }, scope) => {
    const own = inOrder.filter((street) => street.district === code)
    const proper = own.filter(({ kind }) => kind !== 'other')
    const named = (proper.length > 0 ? proper : own).map(({ kind, name, lon, lat }, number) => ({
      number,
      name: { zh: name.zh, en: `${name.en} ${ENGLISH[kind]}`.trim() },
      at: [lon, lat] as Point,
    }))
    if (named.length > 0 || scope === 0) return named
    return [{ number: 0, name, at: [0, 0] as Point }] // a district without any goes by its own name
  })
}

/** The nearest of a district's subdistricts; the earlier one of two. */
export function nearestSubdistrict(list: Subdistrict[], [lon, lat]: Point): Subdistrict {
  const kx = kmPerDegreeLon(list[0].at[1]) / KM_PER_DEGREE_LAT
  let nearest = list[0]
  let least = Number.POSITIVE_INFINITY
  for (const subdistrict of list) {
    const x = (subdistrict.at[0] - lon) * kx
    const y = subdistrict.at[1] - lat
    const distance = x * x + y * y
    if (distance < least) {
      least = distance
      nearest = subdistrict
    }
  }
  return nearest
}
