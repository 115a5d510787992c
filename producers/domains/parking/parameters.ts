// Schema of the `simulation` section of seeds/<city>/parking.json: how each type of lot is used.
import { type Static, Type } from 'typebox'

const lotTypeSchema = Type.Object(
  {
    /** Daily curve of arrivals in seeds/<city>/demand.json. */
    curve: Type.String({ minLength: 1 }),
    /** Cars per space that want in on a mean workday, before a full lot turns any away. */
    turnsPerDay: Type.Number({ exclusiveMinimum: 0, maximum: 48 }),
    /** Log-normal stay: median, and sigma of the logarithm. */
    stayMedianMin: Type.Number({ minimum: 1, maximum: 1440 }),
    staySigma: Type.Number({ minimum: 0, maximum: 1.5 }),
    /** How much lots of the type differ in popularity: sigma of the logarithm, mean 1. */
    popularitySigma: Type.Number({ minimum: 0, maximum: 1 }),
  },
  { additionalProperties: false },
)

export const parametersSchema = Type.Object(
  {
    /** Where the numbers come from. */
    note: Type.String({ minLength: 1 }),
    /** By the catalogue's attribute `type`. */
    types: Type.Record(Type.String(), lotTypeSchema),
  },
  { additionalProperties: false },
)

export type ParkingParameters = Static<typeof parametersSchema>
