// Where a domain's assets stand, one after the other: along streets, at junctions, or one in each subdistrict.
import { seedStream, streamTable } from '../../infra/random.ts'
import { type AttributeValue, type City, placesOf, type Text } from '../contract.ts'
import { builtUpOf } from '../geography/built-up.ts'
import type { PlacementRules, SpreadSection } from '../load/catalogue-section.ts'
import type { Place, Site } from './attributes.ts'
import type { Cells } from './cells.ts'
import { createJunctionPlacer } from './junctions.ts'
import { createPlacer, type Spot } from './placement.ts'
import { nearestSubdistrict, type Subdistrict, subdistrictsOf } from './subdistricts.ts'

/** A place that is known in full: what attributes and names look at. */
export type Standing = Place & Spot & { subdistrict: Subdistrict; roads: Text[] }

type Attributes = Record<string, AttributeValue>

/** The assets of one district in turn; `soFar` are the attributes that are drawn before the place is asked for. */
export type Sites = {
  site(id: string, rank: number): Omit<Site, 'place'> & { place(soFar: Attributes): Standing }
  /** Whether an asset with these attributes stands on the street itself and not behind it. */
  isOnStreet(attributes: Attributes): boolean
}

/** Sites of a domain, district by district. */
export function createSites(
  city: City,
  { placement }: SpreadSection,
  cells: Cells,
): (scope: number) => Sites {
  const subdistricts = subdistrictsOf(city)
  const { catalogueSeed } = placesOf(city)
  const rules: PlacementRules = typeof placement === 'string' ? { weights: {} } : placement
  const spotOf = placement === 'roads' ? crossings(city) : spots(city, rules.weights)
  const words = streamTable(1)

  return (scope) => {
    const ownOf = createRound(subdistricts[scope], rules.each)

    function standing(id: string, rank: number, soFar: Attributes): Standing {
      seedStream(words, 0, catalogueSeed, id, 'place')
      const own = ownOf(soFar)
      const spot = spotOf(words, scope, rank, own)
      const [lon, lat] = spot.kerb
      const cell = cells.at(scope, lon, lat)
      const [middleLon, middleLat] = cells.centres[cell]
      const quarter = 1 + (lon < middleLon ? 0 : 1) + (lat < middleLat ? 0 : 2)
      const subdistrict = own ?? nearestSubdistrict(subdistricts[scope], spot.kerb)
      return { ...spot, cell, quarter, subdistrict }
    }

    return {
      site(id, rank) {
        let known: Standing | undefined
        return { scope, rank, place: (soFar) => (known ??= standing(id, rank, soFar)) }
      },
      isOnStreet: (attributes) => isListed(attributes, rules.onStreet),
    }
  }
}

const isListed = (attributes: Attributes, lists: Record<string, AttributeValue[]> = {}): boolean =>
  Object.entries(lists).some(([name, values]) => values.includes(attributes[name]))

/** The next subdistrict for assets of which each has one, in the order of codes; none when all have theirs. */
function createRound(
  subdistricts: Subdistrict[],
  each: Record<string, AttributeValue[]> | undefined,
): (attributes: Attributes) => Subdistrict | undefined {
  const given = new Map<AttributeValue, number>()
  return (attributes) => {
    for (const [name, values] of Object.entries(each ?? {})) {
      const value = attributes[name]
      if (!values.includes(value)) continue
      const next = given.get(value) ?? 0
      given.set(value, next + 1)
      return subdistricts[next]
    }
    return undefined
  }
}

type SpotOf = (
  words: Uint32Array,
  scope: number,
  rank: number,
  near?: Subdistrict,
) => Spot & { roads: Text[]; road?: Place['road'] }

function spots(city: City, weights: Parameters<typeof createPlacer>[1]): SpotOf {
  const place = createPlacer(city, weights)
  return (words, scope, _rank, near) => {
    const spot = place(words, 0, scope, near?.at)
    return { ...spot, roads: spot.street?.road ? [spot.street.road] : [] }
  }
}

/** Junctions stand on the roads that they join. */
function crossings(city: City): SpotOf {
  const junction = createJunctionPlacer(city)
  const { kindAt } = builtUpOf(city)
  return (words, scope, rank) => {
    const road = junction(words, 0, scope, rank)
    const { point, roads } = road
    return { kerb: point, plot: point, kind: kindAt(scope, ...point), road, roads }
  }
}
