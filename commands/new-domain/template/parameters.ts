// Section `simulation` of seeds/<city>/sample-domain.json: how many cases come, how long they take, how many fail.
import { type Static, Type } from 'typebox'

export const parametersSchema = Type.Object(
  {
    /** Where the numbers come from. */
    note: Type.String({ minLength: 1 }),
    /** Daily curve of the cases in seeds/<city>/demand.json. */
    curve: Type.String({ minLength: 1 }),
    /** Cases of a point on a mean workday. */
    casesPerDay: Type.Number({ minimum: 0 }),
    /** Log-normal time until a case is closed: median, and sigma of the logarithm. */
    medianMin: Type.Number({ minimum: 1, maximum: 1440 }),
    sigma: Type.Number({ minimum: 0, maximum: 1.5 }),
    /** Share of the cases that fail. */
    failed: Type.Number({ minimum: 0, maximum: 1 }),
  },
  { additionalProperties: false },
)

export type SampleDomainParameters = Static<typeof parametersSchema>
