// Shapes of a domain's section `catalogue`: how many assets, where they stand, what they are called, attribute rules.
import { type Static, type TOptional, type TSchema, Type } from 'typebox'
import { Source, TextSchema } from './text-schema.ts'

const exactly = { additionalProperties: false }
const Positive = Type.Number({ exclusiveMinimum: 0 })
const Weight = Type.Number({ minimum: 0, maximum: 100 })
const Share = Type.Number({ minimum: 0, maximum: 1 })
const Words = Type.String({ minLength: 1 })
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
    /** With `evenly`: the value of which every street and town has one, at its middle; only in the first attribute. */
    oneEach: Type.Optional(Value),
    /** Words for values that are codes of this city; a domain's own codes have theirs in its declaration. */
    labels: Type.Optional(Type.Record(Type.String(), TextSchema)),
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
/** One of `size` companies without a real one's name: `label` and a letter or number, 「设备商甲」. */
const Pool = Type.Object(
  {
    pool: Type.Union([Type.Literal('vendor'), Type.Literal('organisation')]),
    size: Type.Integer({ minimum: 1, maximum: 99 }),
    label: Type.Optional(TextSchema),
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
/** Kinds of places, from the densest to none: what built-up.ts tells apart. */
export const PLACE_KINDS = [
  'core',
  'urban',
  'town',
  'village',
  'industry',
  'campus',
  'open',
] as const
const byPlace = <S extends TSchema>(schema: S) =>
  Object.fromEntries(PLACE_KINDS.map((kind) => [kind, Type.Optional(schema)])) as Record<
    (typeof PLACE_KINDS)[number],
    TOptional<S>
  >
/** `<prefix>-<cell>-<1..4>`: the quarter of its cell that the asset stands in. */
const Quarter = Type.Object({ quarter: Words }, exactly)
/** `<prefix>-<code>` of the asset's district: what a district has one of. `label` goes behind the district's name. */
const OfDistrict = Type.Object({ ofDistrict: Words, label: Type.Optional(TextSchema) }, exactly)
const Leaf = Type.Union([Weighted, Chance, Amount])
/** Another rule for each kind of place; `other` for the kinds that are not listed. */
const ByPlace = Type.Object(
  { place: Type.Object({ ...byPlace(Leaf), other: Type.Optional(Leaf) }, exactly) },
  exactly,
)
/** Another rule for each value of an attribute listed before this one. */
const Cases = Type.Object(
  { by: Words, cases: Type.Record(Type.String(), Type.Union([Weighted, Chance, Amount, ByPlace])) },
  exactly,
)
const RuleSchema = Type.Union(
  [Weighted, Chance, Amount, Pool, Model, Road, Quarter, OfDistrict, ByPlace, Cases],
  {
    expected:
      'one of {values, weights}, {chance}, {median, sigma, min, max}, {pool, size}, {model, prefix, size}, {road}, {quarter}, {ofDistrict}, {place}, {by, cases}',
  },
)

/**
 * `{street}` is the nearest street or town, `{district}` the district, `{road}` and `{cross}` are named roads, `{nn}` is a
 * number of two digits that counts up per name; without one, it is added from the second on.
 */
const NamePattern = Type.Object(
  {
    ...TextSchema.properties,
    /** For an asset on a road with a name. */
    onRoad: Type.Optional(TextSchema),
    /** For a junction of two roads with names. */
    atCrossing: Type.Optional(TextSchema),
  },
  exactly,
)
const Names = Type.Union(
  [
    NamePattern,
    Type.Object({ by: Words, cases: Type.Record(Type.String(), NamePattern) }, exactly),
  ],
  { expected: '{zh, en}, or {by, cases: {<value>: {zh, en}}}' },
)
/** Factors on a district's population by its code; 1 where not listed. */
const DistrictCode = Type.String({ pattern: '^\\d{6}$' })
const Factors = Type.Record(DistrictCode, Type.Number({ minimum: 0.05, maximum: 20 }))

const InstantText = Type.String({ expected: 'an ISO 8601 instant with zone' })
const common = {
  sources: Type.Array(Source),
  idPrefix: Type.String({ pattern: '^[a-z0-9]+$', expected: 'lower-case letters and digits' }),
  /** Joined to a street's name where `names` has nothing else: 「猎德街道停车场 03」. */
  asset: TextSchema,
}
const GrowthPoints = Type.Array(Type.Tuple([InstantText, Type.Number({ minimum: 0 })]), {
  minItems: 2,
})
/** So many by each date; between them more in one month of the year than in another, in batches of a district on workdays. */
const Growth = Type.Object(
  {
    note: Type.Optional(Words),
    growth: GrowthPoints,
    /** Districts with curves of their own, by code; the others share what these leave of the city's. */
    districts: Type.Optional(Type.Record(DistrictCode, GrowthPoints)),
    /** What is built in a month, from January on, against a month of 1. */
    months: Type.Optional(
      Type.Array(Type.Number({ minimum: 0.05, maximum: 10 }), { minItems: 12, maxItems: 12 }),
    ),
  },
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
/** Along streets, more in one kind of place than in another: "places" with weights of its own. */
const AlongStreets = Type.Object(
  {
    /** Assets on a street of some density in a kind of place against the same street in others; 1 where not listed. */
    weights: Type.Object(byPlace(Weight), exactly),
    /** Values of attributes with which an asset stands on the street itself and not behind it. */
    onStreet: Type.Optional(Type.Record(Type.String(), Type.Array(Value, { minItems: 1 }))),
  },
  exactly,
)
export const SpreadSchema = Type.Object(
  {
    ...common,
    count: Type.Integer({ minimum: 0, maximum: 99_999 * 11 }),
    placement: Type.Union([Type.Literal('roads'), Type.Literal('places'), AlongStreets], {
      expected: '"roads", "places" or {weights, onStreet}',
    }),
    commissioned: Type.Union([InstantText, Growth], {
      expected: 'an instant or {growth: [[instant, count], …], months}',
    }),
    /** How the assets are split over the districts: by population if nothing is said, or by streets and towns. */
    split: Type.Optional(
      Type.Union([Type.Literal('subdistricts'), Factors], {
        expected: '"subdistricts" or factors on the districts\' populations by code',
      }),
    ),
    names: Type.Optional(Names),
    attributes: Type.Record(Type.String(), RuleSchema),
    /** Assets of the domain that stand nowhere: scope 0, spread over the cells, never scaled, not on the map. */
    cityWide: Type.Optional(Type.Array(CityWideAsset, { minItems: 1 })),
  },
  exactly,
)
export const CityWideSchema = Type.Object(
  {
    ...common,
    commissioned: InstantText,
    assets: Type.Array(CityWideAsset, { minItems: 1 }),
  },
  exactly,
)

/** Assets on a street in one kind of place against the same street in another; 1 where not listed. */
export type PlacementRules = Static<typeof AlongStreets>
export type PlaceWeights = PlacementRules['weights']
export type GrowthRule = Static<typeof Growth>
export type NamePattern = Static<typeof NamePattern>
export type Rule = Static<typeof RuleSchema>
/** Assets spread over the districts by population, and perhaps some of the whole city. */
export type SpreadSection = Static<typeof SpreadSchema>
/** Assets of the whole city: cell 0, scope 0, never scaled. */
export type CityWideSection = Static<typeof CityWideSchema>
export type CityWideAsset = Static<typeof CityWideAsset>
