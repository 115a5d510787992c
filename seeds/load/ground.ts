// Shape of ground.json: water, areas where nothing is built, and what is built along valleys, as drawn by hand.
import { type Static, Type } from 'typebox'
import { Source, TextSchema } from './text-schema.ts'

const exactly = { additionalProperties: false }
const Lon = Type.Number({ minimum: -180, maximum: 180 })
const Lat = Type.Number({ minimum: -90, maximum: 90 })
const Place = Type.Tuple([Lon, Lat], { expected: 'a point [longitude, latitude]' })
const Ring = Type.Array(Place, { minItems: 3 })
const RadiusKm = Type.Number({ exclusiveMinimum: 0, maximum: 50 })

/** An outline drawn by hand, or an ellipse whose edge the program makes uneven. */
const outlines = (kind: ReturnType<typeof kindsOf>) =>
  Type.Union(
    [
      Type.Object({ kind, name: TextSchema, ring: Ring }, exactly),
      Type.Object(
        {
          kind,
          name: TextSchema,
          lon: Lon,
          lat: Lat,
          /** Half the width west to east, half the height, then turned by `turn` degrees to the left. */
          radiiKm: Type.Tuple([RadiusKm, RadiusKm]),
          turn: Type.Number({ minimum: -180, maximum: 180 }),
        },
        exactly,
      ),
    ],
    { expected: '{kind, name, ring} or {kind, name, lon, lat, radiiKm, turn}' },
  )

const kindsOf = (kinds: string[]) =>
  Type.Union(
    kinds.map((kind) => Type.Literal(kind)),
    { expected: kinds.join(', ') },
  )

/** What stands on none of them: any asset. Junctions may stand on a road through a park or over a hill. */
const AREA_KINDS = ['lake', 'wetland', 'airport', 'port', 'park', 'hill'] as const
const USE_KINDS = ['industry', 'campus'] as const

const WidthM = Type.Number({ minimum: 5, maximum: 5000 })

export const GroundSchema = Type.Object(
  {
    sources: Type.Array(Source),
    /** Shores of the sea; a city without any takes the water of its map source. */
    sea: Type.Array(Type.Object({ name: TextSchema, ring: Ring }, exactly)),
    /** Land inside the sea or a river. */
    islands: Type.Array(Type.Object({ name: TextSchema, ring: Ring }, exactly)),
    /** Centrelines, downstream or not, each point with the river's width in metres there. */
    rivers: Type.Array(
      Type.Object(
        {
          name: TextSchema,
          line: Type.Array(
            Type.Tuple([Lon, Lat, WidthM], { expected: '[longitude, latitude, width in metres]' }),
            { minItems: 2 },
          ),
        },
        exactly,
      ),
    ),
    /** Where nothing stands. */
    areas: Type.Array(outlines(kindsOf([...AREA_KINDS]))),
    /** What built-up land is used for where it is neither homes nor offices. */
    uses: Type.Array(outlines(kindsOf([...USE_KINDS]))),
    /** Ribbons of built land between towns with a village every so many km. */
    valleys: Type.Array(
      Type.Object(
        {
          name: TextSchema,
          everyKm: Type.Number({ minimum: 0.3, maximum: 20 }),
          /** Density of its villages relative to the middle of a town. */
          weight: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
          line: Type.Array(Place, { minItems: 2 }),
        },
        exactly,
      ),
    ),
  },
  exactly,
)

export type GroundData = Static<typeof GroundSchema>
export type AreaKind = (typeof AREA_KINDS)[number]
export type UseKind = (typeof USE_KINDS)[number]
export type DrawnArea = GroundData['areas'][number]

/** Of a city without the file. */
export const NO_GROUND: GroundData = {
  sources: [],
  sea: [],
  islands: [],
  rivers: [],
  areas: [],
  uses: [],
  valleys: [],
}
