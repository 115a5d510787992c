// Where an incident is and how grave: as scenario files say it, and operators who start one.
import { type TSchema, Type } from 'typebox'
import { SEVERITIES } from '../contract.ts'

const exactly = { additionalProperties: false }
const Longitude = Type.Number({ minimum: -180, maximum: 180, expected: '-180 to 180' })
const Latitude = Type.Number({ minimum: -90, maximum: 90, expected: '-90 to 90' })
const Point = Type.Tuple([Longitude, Latitude])
const Km = Type.Number({ exclusiveMinimum: 0, maximum: 100, expected: 'above 0, at most 100 km' })
/** Each asset asks each corner. */
const MOST_CORNERS = 200

/** A district or the whole city by code, all within `km` of a point or of a line, or a polygon. */
export const IncidentPlaceSchema: TSchema = Type.Union(
  [
    Type.Object({ district: Type.String({ pattern: '^\\d{6}$' }) }, exactly),
    Type.Object({ lon: Longitude, lat: Latitude, km: Km }, exactly),
    Type.Object(
      { route: Type.Array(Point, { minItems: 2, maxItems: MOST_CORNERS }), km: Km },
      exactly,
    ),
    Type.Object({ polygon: Type.Array(Point, { minItems: 3, maxItems: MOST_CORNERS }) }, exactly),
  ],
  {
    expected: '{district}, {lon, lat, km}, {route, km} or {polygon}',
    description:
      'A district or the whole city by code; all within km of a point or of a line; or a polygon',
  },
)

export const SeveritySchema = Type.Union(
  SEVERITIES.map((colour) => Type.Literal(colour)),
  {
    expected: `one of ${SEVERITIES.join(', ')}`,
    description: 'Colour of the warning signal, mildest first; default orange',
  },
)
