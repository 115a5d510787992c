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
export type DistrictSites = {
  site(id: string, rank: number): Omit<Site, 'place'> & { place(soFar: Attributes): Standing }
  /** Whether an asset with these attributes stands on the street itself and not behind it. */
  isOnStreet(attributes: Attributes): boolean
}

/** Sites of a domain, district by district; `fullCounts` are its assets there at full scale. */
export function createSites(
  city: City,
  section: SpreadSection,
  fullCounts: number[],
  cells: Cells,
): (scope: number) => DistrictSites {
  const { placement } = section
  const subdistricts = subdistrictsOf(city)
  const [attribute, value] = oneEachOf(section)
  const { catalogueSeed } = placesOf(city)
  const rules: PlacementRules = typeof placement === 'string' ? { weights: {} } : placement
  const spotOf = placement === 'roads' ? crossings(city) : spots(city, rules.weights)
  const words = streamTable(1)

  return (scope) => {
    const own = subdistricts[scope]
    const { code } = city.scopes[scope]
    const oneEach = Math.min(1, own.length / Math.max(1, fullCounts[scope - 1]))
    let served = 0

    function standing(id: string, rank: number, soFar: Attributes): Standing {
      seedStream(words, 0, catalogueSeed, id, 'place')
      const near = attribute && soFar[attribute] === value ? own[served++] : undefined
      const spot = spotOf(words, scope, rank, near)
      const [lon, lat] = spot.kerb
      const cell = cells.at(scope, lon, lat)
      const [middleLon, middleLat] = cells.centres[cell]
      const quarter = 1 + (lon < middleLon ? 0 : 1) + (lat < middleLat ? 0 : 2)
      const subdistrict = near ?? nearestSubdistrict(own, spot.kerb)
      return { ...spot, cell, quarter, subdistrict }
    }

    const { onStreet } = rules
    return {
      site(id, rank) {
        let known: Standing | undefined
        return {
          scope,
          code,
          rank,
          oneEach,
          place: (soFar) => (known ??= standing(id, rank, soFar)),
        }
      },
      isOnStreet: (attributes) => onStreet !== undefined && isListed(attributes, onStreet),
    }
  }
}

const isListed = (attributes: Attributes, lists: Record<string, AttributeValue[]>): boolean =>
  Object.entries(lists).some(([name, values]) => values.includes(attributes[name]))

/** The attribute and its value of which every subdistrict has one. */
function oneEachOf({ attributes }: SpreadSection): [string?, AttributeValue?] {
  for (const [name, rule] of Object.entries(attributes)) {
    if ('values' in rule && rule.oneEach !== undefined) return [name, rule.oneEach]
  }
  return []
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
