// Shapes of the seed files that only the catalogue and the map read: centres, streets, demand.

import type { Topology } from 'topojson-specification'
import { type Static, Type } from 'typebox'
import { LANDMARK_KINDS } from '../landmarks.ts'
import type { CityWideSection, SpreadSection } from './catalogue-section.ts'
import type { GroundData } from './ground.ts'
import type { NamedCrossing, NamedRoad } from './roads.ts'
import { Source, TextSchema } from './text-schema.ts'

const exactly = { additionalProperties: false }
const Code = Type.String({ pattern: '^\\d{6}$', expected: 'six digits' })
const Lon = Type.Number({ minimum: -180, maximum: 180 })
const Lat = Type.Number({ minimum: -90, maximum: 90 })
const Positive = Type.Number({ exclusiveMinimum: 0 })
const Weight = Type.Number({ minimum: 0, maximum: 100 })
const Words = Type.String({ minLength: 1 })

const CentreSchema = Type.Object(
  {
    district: Code,
    name: TextSchema,
    lon: Lon,
    lat: Lat,
    /** Share of the district's assets, relative to its other centres. */
    weight: Positive,
    /** Codes of the streets and towns that lend their names to assets near this centre. */
    streets: Type.Array(Type.String(), { minItems: 1 }),
  },
  exactly,
)

const PlacementSchema = Type.Object(
  {
    waterMarginKm: Positive,
    streets: Type.Object(
      {
        note: Type.Optional(Words),
        /** How far behind its street an asset stands, in metres: a log-normal draw, cut to [min, max]. */
        setbackM: Type.Object(
          {
            median: Type.Number({ exclusiveMinimum: 0, maximum: 100 }),
            sigma: Type.Number({ minimum: 0, maximum: 1 }),
            min: Type.Number({ minimum: 0, maximum: 100 }),
            max: Type.Number({ exclusiveMinimum: 0, maximum: 500 }),
          },
          exactly,
        ),
        /** Spread of the logarithm of how much one block bears more than the next. */
        blockSigma: Type.Number({ minimum: 0, maximum: 1.5 }),
        /** Assets on a kilometre of a class of road against a kilometre of local street. */
        classes: Type.Object(
          { trunk: Weight, arterial: Weight, collector: Weight, local: Weight },
          exactly,
        ),
        /** Assets on a kilometre grow with density to this power. */
        contrast: Type.Number({ minimum: 0.3, maximum: 3 }),
        /** Density that a street outside all built-up land still counts with. */
        leastDensity: Type.Number({ minimum: 0, maximum: 0.2 }),
      },
      exactly,
    ),
  },
  exactly,
)

const OpenDataSchema = Type.Object(
  {
    publisher: TextSchema,
    licence: Type.Object(
      {
        name: Words,
        url: Type.String({ pattern: '^https://', expected: 'an https address' }),
        text: TextSchema,
      },
      exactly,
    ),
  },
  exactly,
)

export const CitySchema = Type.Object(
  {
    sources: Type.Array(Source),
    code: Code,
    name: TextSchema,
    openData: OpenDataSchema,
    catalogueSeed: Type.Integer({ minimum: 0 }),
    cells: Type.Integer({ minimum: 1, maximum: 65_535 }),
    placement: PlacementSchema,
    riverBorders: Type.Array(Type.Tuple([Code, Code])),
    districts: Type.Array(
      Type.Object(
        { code: Code, name: TextSchema, population10k: Positive, areaKm2: Positive },
        exactly,
      ),
      { minItems: 1 },
    ),
    centres: Type.Array(CentreSchema, { minItems: 1 }),
    landmarks: Type.Array(
      Type.Object(
        {
          ...{ name: TextSchema, lon: Lon, lat: Lat },
          kind: Type.Optional(Type.Enum([...LANDMARK_KINDS])),
        },
        exactly,
      ),
    ),
  },
  exactly,
)

export const StreetsSchema = Type.Object(
  {
    source: Words,
    streets: Type.Array(
      Type.Object(
        {
          code: Type.String({ pattern: '^\\d{9}$', expected: 'nine digits' }),
          district: Code,
          kind: Type.Union([Type.Literal('street'), Type.Literal('town'), Type.Literal('other')], {
            expected: 'street, town or other',
          }),
          name: TextSchema,
          /** About its middle: assets are named after the nearest street or town of their district. */
          lon: Lon,
          lat: Lat,
        },
        exactly,
      ),
    ),
  },
  exactly,
)

export type CityFacts = Static<typeof CitySchema>
export type Centre = Static<typeof CentreSchema>
export type Street = Static<typeof StreetsSchema>['streets'][number]

export type Places = {
  catalogueSeed: number
  placement: Static<typeof PlacementSchema>
  centres: Centre[]
  ground: GroundData
  streets: Street[]
  /** Section `catalogue` of each domain's file. */
  catalogue: Record<string, SpreadSection | CityWideSection>
  topology: Topology
  /** Roads drawn by hand, and the river crossings among them; empty for a city without roads.json. */
  roads: NamedRoad[]
  crossings: NamedCrossing[]
}
