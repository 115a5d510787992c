// Shapes of the seed files that only the catalogue and the map read: centres, hills, streets, counts, attribute rules.

import type { Topology } from 'topojson-specification'
import { type Static, Type } from 'typebox'
import { CityDateText } from './date-text.ts'

const exactly = { additionalProperties: false }
const Code = Type.String({ pattern: '^\\d{6}$', expected: 'six digits' })
const Lon = Type.Number({ minimum: -180, maximum: 180 })
const Lat = Type.Number({ minimum: -90, maximum: 90 })
const Positive = Type.Number({ exclusiveMinimum: 0 })
const Share = Type.Number({ minimum: 0, maximum: 1 })
const Words = Type.String({ minLength: 1 })
export const TextSchema = Type.Object({ zh: Words, en: Words }, exactly)
const Source = Type.Object({ of: Words, grade: Words, text: Words }, exactly)

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

const HillSchema = Type.Object(
  { name: TextSchema, lon: Lon, lat: Lat, radiusKm: Positive },
  exactly,
)

const PlacementSchema = Type.Object(
  {
    waterMarginKm: Positive,
    riverMarginKm: Positive,
    centreRadiusKm: Positive,
    nearCentreShare: Share,
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
    hills: Type.Array(HillSchema),
    landmarks: Type.Array(Type.Object({ name: TextSchema, lon: Lon, lat: Lat }, exactly)),
  },
  exactly,
)

export const CalendarSchema = Type.Object(
  {
    source: Words,
    grade: Words,
    holidays: Type.Array(CityDateText),
    workdays: Type.Array(CityDateText),
    schoolHolidays: Type.Optional(Type.Array(Type.Tuple([CityDateText, CityDateText]))),
    payDays: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 31 }))),
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
        },
        exactly,
      ),
    ),
  },
  exactly,
)

const Curve = Type.Array(Type.Number({ minimum: 0 }), { minItems: 24, maxItems: 24 })
export const DemandSchema = Type.Record(
  Type.String(),
  Type.Object({
    note: Type.Optional(Type.String()),
    workday: Curve,
    weekend: Curve,
    holiday: Curve,
    weekdayFactors: Type.Array(Positive, { minItems: 7, maxItems: 7 }),
  }),
)

const Value = Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
  expected: 'a text, a number or true/false',
})
/**
 * One of `values` by relative weight. `evenly`: not by chance but in turn, so that every district of enough assets has
 * its share of a rare value, at every scale.
 */
const Weighted = Type.Object(
  {
    values: Type.Array(Value, { minItems: 1 }),
    weights: Type.Array(Positive, { minItems: 1 }),
    evenly: Type.Optional(Type.Literal(true)),
  },
  exactly,
)
/** True with this probability. */
const Chance = Type.Object({ chance: Share }, exactly)
/** A whole log-normal number, cut to [min, max]. */
const Amount = Type.Object(
  {
    median: Positive,
    sigma: Positive,
    min: Type.Number({ minimum: 0 }),
    max: Positive,
  },
  exactly,
)
/** One of `size` made-up company names; each attribute has its own list. */
const Pool = Type.Object(
  {
    pool: Type.Union([Type.Literal('vendor'), Type.Literal('organisation')]),
    size: Type.Integer({ minimum: 1, maximum: 1000 }),
  },
  exactly,
)
/** One of `size` made-up type codes of the vendor that the named attribute holds. */
const Model = Type.Object(
  { model: Words, prefix: Words, size: Type.Integer({ minimum: 1, maximum: 100 }) },
  exactly,
)
/** What the road graph knows of a junction. */
const Road = Type.Object(
  {
    road: Type.Union([Type.Literal('class'), Type.Literal('approaches'), Type.Literal('corridor')]),
  },
  exactly,
)
/** `<prefix>-<cell>-<1..4>`: the quarter of its cell that the asset stands in. */
const Quarter = Type.Object({ quarter: Words }, exactly)
const Leaf = Type.Union([Weighted, Chance, Amount])
/** Another rule for each value of an attribute listed before this one. */
const Cases = Type.Object({ by: Words, cases: Type.Record(Type.String(), Leaf) }, exactly)
const RuleSchema = Type.Union([Weighted, Chance, Amount, Pool, Model, Road, Quarter, Cases], {
  expected:
    'one of {values, weights}, {chance}, {median, sigma, min, max}, {pool, size}, {model, prefix, size}, {road}, {quarter}, {by, cases}',
})

const InstantText = Type.String({ expected: 'an ISO 8601 instant with zone' })
const common = {
  sources: Type.Array(Source),
  idPrefix: Type.String({ pattern: '^[a-z0-9]+$', expected: 'lower-case letters and digits' }),
  /** Joined to a street's name: 「猎德街道停车场 03」. */
  asset: TextSchema,
}
const Growth = Type.Object(
  { growth: Type.Array(Type.Tuple([InstantText, Type.Number({ minimum: 0 })]), { minItems: 2 }) },
  exactly,
)
const CityWideAsset = Type.Object(
  {
    slug: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', expected: 'a-slug-like-this' }),
    name: TextSchema,
    attributes: Type.Record(Type.String(), Value),
  },
  exactly,
)
const Spread = Type.Object(
  {
    ...common,
    count: Type.Integer({ minimum: 0, maximum: 99_999 * 11 }),
    placement: Type.Union([Type.Literal('roads'), Type.Literal('places')], {
      expected: 'roads or places',
    }),
    commissioned: Type.Union([InstantText, Growth], {
      expected: 'an instant or {growth: [[instant, count], …]}',
    }),
    attributes: Type.Record(Type.String(), RuleSchema),
    /** Assets of the domain that stand nowhere: scope 0, spread over the cells, never scaled, not on the map. */
    cityWide: Type.Optional(Type.Array(CityWideAsset, { minItems: 1 })),
  },
  exactly,
)
const CityWide = Type.Object(
  {
    ...common,
    commissioned: InstantText,
    assets: Type.Array(CityWideAsset, { minItems: 1 }),
  },
  exactly,
)
export const SpreadSchema = Spread
export const CityWideSchema = CityWide

export type CityFacts = Static<typeof CitySchema>
export type Centre = Static<typeof CentreSchema>
export type Hill = Static<typeof HillSchema>
export type Street = Static<typeof StreetsSchema>['streets'][number]
export type Rule = Static<typeof RuleSchema>
/** Assets spread over the districts by population, and perhaps some of the whole city. */
export type SpreadSection = Static<typeof Spread>
/** Assets of the whole city: cell 0, scope 0, never scaled. */
export type CityWideSection = Static<typeof CityWide>
export type CityWideAsset = Static<typeof CityWideAsset>

export type Places = {
  catalogueSeed: number
  placement: Static<typeof PlacementSchema>
  centres: Centre[]
  hills: Hill[]
  streets: Street[]
  /** Section `catalogue` of each domain's file. */
  catalogue: Record<string, SpreadSection | CityWideSection>
  topology: Topology
}
