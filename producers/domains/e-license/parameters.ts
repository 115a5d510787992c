// Section `simulation` of seeds/<city>/e-license.json.
import { type Static, Type } from 'typebox'
import { trajectorySchema } from '../../simulation/trajectory.ts'

const share = Type.Number({ minimum: 0, maximum: 1 })
const positive = Type.Number({ exclusiveMinimum: 0 })
const code = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' })
const label = Type.Object({ zh: Type.String(), en: Type.String() })
const latency = Type.Object({ medianMs: positive, sigma: Type.Number({ minimum: 0, maximum: 2 }) })

export const licenceParameters = Type.Object({
  note: Type.String(),
  /** By the catalogue's attribute `type`. */
  points: Type.Record(
    Type.String(),
    Type.Object({
      curve: Type.String(),
      /** Transactions of an average point on an average workday. */
      perDay: Type.Number({ minimum: 0 }),
      /** Keeps office hours; otherwise open day and night, every day. */
      officeHours: Type.Boolean(),
    }),
  ),
  /** Sigma of the logarithm: how much points differ. */
  pointSigma: Type.Number({ minimum: 0, maximum: 1.5 }),
  /** City hours [from, to) of workdays. */
  officeHours: Type.Array(
    Type.Tuple([
      Type.Number({ minimum: 0, maximum: 24 }),
      Type.Number({ minimum: 0, maximum: 24 }),
    ]),
    { minItems: 1 },
  ),
  /** Share of points equipped to verify e-licences, over the years. */
  equipped: trajectorySchema,
  /** Of the people with an eligible matter at an equipped point, the share that presents an e-licence. */
  presents: trajectorySchema,
  /** Verification service down at one point: failures a day, mean hours until repair. */
  failure: Type.Object({ perDay: share, meanHours: positive }),
  outcome: Type.Object({
    /** Of presented e-licences: rejected, or settled on paper after all. */
    eLicenseRejected: share,
    eLicenseFallback: share,
    paperRejected: share,
    /** People who bring neither; of those, the share settled by a promise to hand it in. */
    bringsNone: share,
    noneFallback: share,
  }),
  latency: Type.Object({ 'e-license': latency, paper: latency, none: latency }),
  services: Type.Array(
    Type.Object({
      code,
      label,
      weight: positive,
      /** Share of its transactions that may be done with an e-licence. */
      eligible: share,
      licences: Type.Array(code, { minItems: 1 }),
    }),
    { minItems: 1 },
  ),
})

export type LicenceParameters = Static<typeof licenceParameters>
