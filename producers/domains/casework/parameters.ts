// Section `simulation` of seeds/<city>/casework.json: how many cases come, how long each step takes, and within what time it should.
import { type Static, Type } from 'typebox'
import type { ConditionKind } from '../../simulation/conditions.ts'
import { CASE_KINDS } from './event.ts'

const strict = { additionalProperties: false }
const Share = Type.Number({ minimum: 0, maximum: 1 })
const Minutes = Type.Number({ minimum: 1, maximum: 1440 })
const Sigma = Type.Number({ minimum: 0, maximum: 1.5 })
const Hours = Type.Number({ minimum: 0.25, maximum: 240 })
const Kind = Type.Enum([...CASE_KINDS])
/** What may bring cases. */
const WHEN = [
  'rain',
  'ponding',
  'mains',
  'crowd',
  'road-capacity',
  'illness',
  'gateway',
  'control-centre',
] as const satisfies ConditionKind[]
/** Log-normal. */
const Step = Type.Object({ medianMin: Minutes, sigma: Sigma }, strict)

export const parametersSchema = Type.Object(
  {
    /** Where the numbers come from. */
    note: Type.String({ minLength: 1 }),
    /** Daily curve of the ordinary cases in seeds/<city>/demand.json. */
    curve: Type.String({ minLength: 1 }),
    /** Ordinary cases of a unit on a mean workday, for each of its crews. */
    casesPerCrewDay: Type.Number({ minimum: 0, maximum: 50 }),
    /** Shares of the ordinary cases. */
    hotline: Share,
    urgent: Share,
    /** Until it is known whose case it is, and within what time that should be. */
    dispatch: Type.Object(
      {
        urgentMedianMin: Minutes,
        urgentLimitMin: Minutes,
        medianMin: Minutes,
        limitMin: Minutes,
        sigma: Sigma,
      },
      strict,
    ),
    /** Sigmas of the logarithms of the crews' times; their medians stand with the kinds. */
    travelSigma: Sigma,
    workSigma: Sigma,
    /** From handled to verified, and from verified to closed. */
    verify: Step,
    close: Step,
    /** Share of the handled cases that do not pass the first verification. */
    redo: Share,
    /** Share of the ordinary cases about which a citizen calls again if they are still open after this time. */
    calls: Type.Object({ share: Share, medianMin: Minutes, sigma: Sigma }, strict),
    /** By kind: weight among its unit's, way and work of a crew, and within what time it should be closed. */
    kinds: Type.Record(
      Kind,
      Type.Object(
        {
          weight: Type.Number({ minimum: 0, maximum: 100 }),
          travelMedianMin: Minutes,
          workMedianMin: Minutes,
          limitH: Hours,
          urgentLimitH: Hours,
        },
        strict,
      ),
    ),
    /** Cases that a condition of the place brings to a unit: so many an hour for each unit of its strength, up to `most` of it. */
    conditions: Type.Array(
      Type.Object(
        {
          when: Type.Enum([...WHEN]),
          kind: Kind,
          casesPerHour: Type.Number({ minimum: 0, maximum: 100 }),
          most: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
          urgent: Share,
        },
        strict,
      ),
    ),
    /** Cases that open by rule so long after the start, at every unit of the district whose kind it is. */
    rules: Type.Array(
      Type.Object(
        {
          afterMin: Type.Number({ minimum: 0, maximum: 100_000 }),
          district: Type.String({ pattern: '^\\d{6}$' }),
          kind: Kind,
          urgent: Type.Boolean(),
          note: Type.String({ pattern: '^[^\\n]{0,120}$' }),
        },
        strict,
      ),
    ),
  },
  strict,
)

export type CaseworkParameters = Static<typeof parametersSchema>
