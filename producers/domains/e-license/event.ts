// What a service point reports: every verification of a licence, and its own status every 15 minutes.
import { type Static, Type } from 'typebox'

const PRESENTED = ['e-license', 'paper', 'upload', 'none'] as const
const OUTCOMES = ['accepted', 'rejected', 'fallback'] as const

const code = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' })

export const verificationSchema = Type.Object({
  channel: code,
  service: code,
  licence: code,
  /** The service may be done with an e-licence. */
  eligible: Type.Boolean(),
  presented: Type.Enum([...PRESENTED], { type: 'string' }),
  /** fallback: an e-licence (or nothing) was presented and the matter was settled another way. */
  outcome: Type.Enum([...OUTCOMES], { type: 'string' }),
  latencyMs: Type.Integer({ minimum: 1 }),
})

export const statusSchema = Type.Object({
  open: Type.Boolean(),
  /** E-licences can be verified here: equipped, working, and not told to use paper. */
  accepts: Type.Boolean(),
  /** A place that people go to; false of the city's online services, which no plan counts as points. */
  onSite: Type.Boolean(),
})

export type Verification = Static<typeof verificationSchema>
export type PointStatus = Static<typeof statusSchema>

/** Indices in the declaration's events. */
export const VERIFICATION = 0
export const STATUS = 1
