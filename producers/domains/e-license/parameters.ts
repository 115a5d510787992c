// Section `simulation` of seeds/<city>/e-license.json.
import { type Static, Type } from 'typebox'
import { trajectorySchema } from '../../simulation/trajectory.ts'

const share = Type.Number({ minimum: 0, maximum: 1 })
const positive = Type.Number({ exclusiveMinimum: 0 })
const code = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' })
const label = Type.Object({ zh: Type.String(), en: Type.String() })
const latency = Type.Object({ medianMs: positive, sigma: Type.Number({ minimum: 0, maximum: 2 }) })

const channel = Type.Object({
  label,
  curve: Type.String(),
  /** Keeps office hours; otherwise open day and night, every day. */
  officeHours: Type.Boolean(),
  /**
   * People go to its points, which stand in districts. Otherwise its points serve the whole city, stand nowhere, and in a
   * scaled city see their share of what comes.
   */
  onSite: Type.Boolean(),
  /** Its points were equipped to verify while the city's share (`equipped`) grew from the first of these to the second. */
  equips: Type.Tuple([share, share]),
  /** Verification down at one of its points: failures a day, mean hours until repair. */
  failure: Type.Object({ perDay: share, meanHours: positive }),
  /** What people without an e-licence do instead, by relative weight. */
  instead: Type.Object({
    paper: Type.Number({ minimum: 0 }),
    upload: Type.Number({ minimum: 0 }),
    none: Type.Number({ minimum: 0 }),
  }),
})

const service = Type.Object({
  code,
  label,
  /** By channel: how often it is asked for there, relative to the channel's other services. Not listed: not to be had there. */
  at: Type.Record(code, positive),
  /** By month from January, relative to the year's mean (12 numbers, mean 1): its season. */
  months: Type.Optional(
    Type.Array(Type.Number({ minimum: 0, maximum: 12 }), { minItems: 12, maxItems: 12 }),
  ),
  /** Share of its transactions that may be done with an e-licence. */
  eligible: share,
  /** Log-odds by which its users are ahead of the city (or behind it) in presenting e-licences. */
  readiness: Type.Number({ minimum: -4, maximum: 4 }),
  licences: Type.Array(code, { minItems: 1 }),
})

export const licenceParameters = Type.Object({
  note: Type.String(),
  /** By code: the ways to get something done. */
  channels: Type.Record(code, channel),
  /** By the catalogue's attribute `type`. */
  points: Type.Record(
    code,
    Type.Object({
      channel: code,
      /** Transactions of an average point on an average workday. */
      perDay: Type.Number({ minimum: 0 }),
      /** Sigma of the logarithm: how much points of the type differ. */
      sigma: Type.Number({ minimum: 0, maximum: 1.5 }),
    }),
  ),
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
  /** Share of the people with an eligible matter, of a service of readiness 0, who present an e-licence where they can. */
  presents: trajectorySchema,
  outcome: Type.Object({
    /** Of presented e-licences: rejected, or settled another way after all. */
    eLicenseRejected: share,
    eLicenseFallback: share,
    paperRejected: share,
    uploadRejected: share,
    /** Of people who bring nothing, the share settled by a promise to hand it in. */
    noneFallback: share,
  }),
  latency: Type.Object({ 'e-license': latency, paper: latency, upload: latency, none: latency }),
  services: Type.Array(service, { minItems: 1 }),
})

export type LicenceParameters = Static<typeof licenceParameters>
export type LicenceChannel = Static<typeof channel>
